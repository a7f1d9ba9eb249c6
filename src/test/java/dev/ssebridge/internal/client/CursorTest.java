package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Positions that are kept. */
class CursorTest {
  private final ManualLoop loop = new ManualLoop();
  private final List<String> kept = new ArrayList<>();
  private final SourceCounters counters = new SourceCounters();

  @Test
  void writesTheNewestPositionAndNotTooOften() {
    Cursor cursor = new Cursor(this::keep, loop, 100, counters);
    cursor.commit("1");
    cursor.commit("2");
    cursor.commit("3");
    assertThat(kept).containsExactly("1");
    loop.pass(99);
    assertThat(kept).containsExactly("1");
    loop.pass(1);
    assertThat(kept).containsExactly("1", "3");
    cursor.commit("3");
    loop.pass(1000);
    assertThat(kept).containsExactly("1", "3");
    assertThat(counters.cursorWrites).isEqualTo(2);
  }

  @Test
  void flushWritesAtOnceAndAfterAWriteThatIsOnItsWay() {
    List<Promise<Void>> writes = new ArrayList<>();
    Cursor cursor =
        new Cursor(
            id -> {
              kept.add(id);
              writes.add(Promise.promise());
              return writes.get(writes.size() - 1).future();
            },
            loop,
            100,
            counters);
    cursor.commit("1");
    cursor.commit("2");
    Future<Void> flushed = cursor.flush();
    assertThat(kept).containsExactly("1");
    writes.get(0).complete();
    assertThat(kept).containsExactly("1", "2");
    assertThat(flushed.isComplete()).isFalse();
    writes.get(1).complete();
    assertThat(flushed.succeeded()).isTrue();
    assertThat(loop.pending()).isZero();
  }

  @Test
  void aFailedWriteIsTriedAgainButNotInAHotLoop() {
    List<String> tried = new ArrayList<>();
    Cursor cursor =
        new Cursor(
            id -> {
              tried.add(id);
              return tried.size() < 3 ? Future.failedFuture("disk full") : keep(id);
            },
            loop,
            0,
            counters);
    cursor.commit("1");
    assertThat(tried).hasSize(1);
    loop.pass(999);
    assertThat(tried).hasSize(1);
    cursor.commit("2");
    loop.pass(5000);
    assertThat(tried).containsExactly("1", "2", "2");
    assertThat(kept).containsExactly("2");
    assertThat(counters.cursorFailures).isEqualTo(2);
  }

  private Future<Void> keep(String id) {
    kept.add(id);
    return Future.succeededFuture();
  }

  @Test
  void aFileGivesBackWhatWasSaved(@TempDir Path directory) throws IOException {
    CursorFile file = new CursorFile(directory.resolve("cursor"));
    assertThat(file.load()).isNull();
    for (String id : List.of("1", "", "\u00e4 \"quoted\" \\ \u2713", "x".repeat(10_000))) {
      file.save(id);
      assertThat(file.load()).isEqualTo(id);
    }
    try (var files = Files.list(directory)) {
      assertThat(files.map(path -> path.getFileName().toString())).containsExactly("cursor");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}", "[]", "{\"lastEventId\":5}", "abc"})
  void aFileThatIsNoPositionIsAnErrorThatNamesIt(String content, @TempDir Path directory)
      throws IOException {
    Path path = Files.writeString(directory.resolve("cursor"), content);
    assertThatThrownBy(() -> new CursorFile(path).load())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(path.toString());
  }
}
