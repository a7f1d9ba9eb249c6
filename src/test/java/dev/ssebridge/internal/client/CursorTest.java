package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
    assertThat(counters.cursorWrites.get()).isEqualTo(2);
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
    assertThat(counters.cursorFailures.get()).isEqualTo(2);
  }

  @Test
  void afterTheLastWriteThereIsNoneAlsoWhereThatFailed() {
    List<String> tried = new ArrayList<>();
    Cursor cursor =
        new Cursor(
            id -> {
              tried.add(id);
              return Future.failedFuture("disk full");
            },
            loop,
            100,
            counters);
    cursor.commit("1");
    assertThat(cursor.flush().failed()).isTrue();
    cursor.commit("2");
    loop.pass(100_000);
    assertThat(tried).containsExactly("1", "1");
    assertThat(loop.pending()).isZero();
  }

  @Test
  void aFileThatWasGivenBackIsNotWrittenAnyMore(@TempDir Path directory) throws IOException {
    CursorFile before = CursorFile.open(directory.resolve("cursor"));
    before.close();
    try (CursorFile file = CursorFile.open(directory.resolve("cursor"))) {
      file.save("2");
      assertThatThrownBy(() -> before.save("1")).hasMessageContaining("it was closed");
      assertThat(file.load()).isEqualTo("2");
    }
  }

  private Future<Void> keep(String id) {
    kept.add(id);
    return Future.succeededFuture();
  }

  @Test
  void aFileGivesBackWhatWasSaved(@TempDir Path directory) throws IOException {
    try (CursorFile file = CursorFile.open(directory.resolve("cursor"))) {
      assertThat(file.load()).isNull();
      for (String id : List.of("1", "", "\u00e4 \"quoted\" \\ \u2713", "x".repeat(10_000))) {
        file.save(id);
        assertThat(file.load()).isEqualTo(id);
      }
    }
    try (var files = Files.list(directory)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("cursor", "cursor~lock");
    }
    assertThat(Files.getPosixFilePermissions(directory.resolve("cursor")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "{}", "[]", "{\"lastEventId\":5}", "abc", "{\"lastEventId\":\"a\\nb\"}"})
  void aFileThatIsNoPositionIsAnErrorThatNamesIt(String content, @TempDir Path directory)
      throws IOException {
    Path path = Files.writeString(directory.resolve("cursor"), content);
    assertThat(problemOf(path)).contains(path.toString()).contains("repair or remove it");
  }

  @Test
  void aFileThatIsNotUtf8IsToldAsThat(@TempDir Path directory) throws IOException {
    Path path = Files.write(directory.resolve("cursor"), new byte[] {'{', (byte) 0xFF, '}'});
    assertThat(problemOf(path)).contains(path.toString()).contains("expected UTF-8");
  }

  @Test
  void aLinkIsNeitherReadNorWrittenThrough(@TempDir Path directory) throws IOException {
    Path victim = Files.writeString(directory.resolve("victim"), "{\"lastEventId\":\"7\"}");
    Path path = Files.createSymbolicLink(directory.resolve("cursor"), victim);
    assertThat(problemOf(path)).contains("expected a plain file, got a symbolic link");
    Files.delete(path);

    try (CursorFile file = CursorFile.open(path)) {
      // Made by somebody else meanwhile, where the position is written to first.
      Files.createSymbolicLink(directory.resolve("cursor~new"), victim);
      file.save("8");
      assertThat(file.load()).isEqualTo("8");
    }
    assertThat(victim).content().contains("\"7\"");
    Path dangling = Files.createSymbolicLink(directory.resolve("x"), directory.resolve("nowhere"));
    assertThat(problemOf(dangling)).contains("symbolic link");
  }

  @Test
  void aDirectoryOrADeviceIsNoCursor(@TempDir Path directory) throws IOException {
    Path path = Files.createDirectory(directory.resolve("cursor"));
    assertThat(problemOf(path)).contains("expected a plain file, got a directory");
  }

  @Test
  void noFileIsWrittenToBesideAnotherThatHasItsName(@TempDir Path directory) {
    for (String name : List.of("cursor~new", "cursor~lock")) {
      assertThatThrownBy(() -> CursorFile.open(directory.resolve(name)))
          .hasMessageContaining("does not end in ~new or ~lock");
    }
  }

  @Test
  void aFileIsTakenOnceWhateverWayLeadsToIt(@TempDir Path directory) throws IOException {
    Path real = Files.createDirectory(directory.resolve("real"));
    Path other = Files.createSymbolicLink(directory.resolve("other"), real);
    try (CursorFile file = CursorFile.open(real.resolve("cursor"))) {
      assertThatThrownBy(() -> CursorFile.open(other.resolve("cursor")))
          .hasMessageContaining("another source of this process");
      file.save("1"); // it was not let go by that
    }
    CursorFile.open(other.resolve("cursor")).close();
  }

  @Test
  void aSecondProcessIsKeptOutUntilTheFirstHasEndedHoweverItEnds(@TempDir Path directory)
      throws Exception {
    Path path = directory.resolve("cursor");
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                path.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("has it");
      assertThatThrownBy(() -> CursorFile.open(path))
          .hasMessageContaining(path.toString())
          .hasMessageContaining("another process has it");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    CursorFile.open(path).close();
  }

  /** Takes a cursor and does not end by itself. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      try (CursorFile file = CursorFile.open(Path.of(args[0]))) {
        System.out.println("has it");
        Thread.sleep(60_000);
        file.load();
      }
    }
  }

  private static String problemOf(Path path) throws IOException {
    try (CursorFile file = CursorFile.open(path)) {
      return String.valueOf(catchThrowableOfType(IOException.class, file::load).getMessage());
    }
  }
}
