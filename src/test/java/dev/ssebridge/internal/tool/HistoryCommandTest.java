package dev.ssebridge.internal.tool;

import static dev.ssebridge.testing.ChannelProbe.event;
import static dev.ssebridge.testing.ChannelProbe.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.store.file.FileHistoryStore;
import dev.ssebridge.internal.store.file.FileStoreSettings;
import dev.ssebridge.spi.GapReason;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.ChannelProbe;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Help.Ansi;

@ExtendWith(VertxExtension.class)
@Timeout(60)
class HistoryCommandTest {
  private static final HistoryRetention TEN =
      new HistoryRetention(10, Long.MAX_VALUE, Long.MAX_VALUE);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private int run(String... arguments) {
    out.reset();
    err.reset();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            Map.of(),
            Ansi.OFF);
    return new HistoryCommand(terminal)
        .withCommands()
        .setOut(new PrintWriter(out, true, UTF_8))
        .setErr(new PrintWriter(err, true, UTF_8))
        .execute(arguments);
  }

  private List<String> lines() {
    return out.toString(UTF_8).lines().toList();
  }

  private FileHistoryStore start(Vertx vertx) {
    FileHistoryStore store =
        new FileHistoryStore(
            vertx, FileStoreSettings.in(directory).withSizes(64 * 1024, 64L * 1024 * 1024));
    BridgeFixture.get(store.start());
    return store;
  }

  private String fill(Vertx vertx) {
    FileHistoryStore store = start(vertx);
    ChannelProbe news = ChannelProbe.open(vertx, store, "news");
    news.append(
        StoredEvent.of(0, "data: a\n\n".getBytes(UTF_8), 1, "k", "l", "m"),
        StoredEvent.lost(1000, 3, GapReason.STORE),
        event(2000, "b"));
    ChannelProbe busy = ChannelProbe.open(vertx, store, "busy", TEN);
    for (int i = 0; i < 500; i++) {
      busy.append("x".repeat(1000) + i);
    }
    BridgeFixture.get(store.close());
    return news.channel().epoch();
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".sse")).sorted().toList();
    }
  }

  @Test
  void dumpPrintsEveryEventOfAChannelInOrder(Vertx vertx) {
    String epoch = fill(vertx);

    assertThat(run("dump", directory.toString(), "--channel", "news")).isZero();

    assertThat(lines())
        .containsExactly(
            new JsonObject()
                .put("channel", "news")
                .put("epoch", epoch)
                .put("sequence", 1)
                .put("time", "1970-01-01T00:00:00Z")
                .put("key", "k")
                .put("label", "l")
                .put("messageId", "m")
                .put("frame", "data: a\n\n")
                .encode(),
            new JsonObject()
                .put("channel", "news")
                .put("epoch", epoch)
                .put("sequence", 2)
                .put("time", "1970-01-01T00:00:01Z")
                .put("lost", 3)
                .put("reason", "store")
                .encode(),
            new JsonObject()
                .put("channel", "news")
                .put("epoch", epoch)
                .put("sequence", 5)
                .put("time", "1970-01-01T00:00:02Z")
                .put("frame", "data: b\n\n")
                .encode());
  }

  @Test
  void dumpReadsBesideAStoreThatIsAtWork(Vertx vertx) {
    FileHistoryStore store = start(vertx);
    ChannelProbe news = ChannelProbe.open(vertx, store, "news");
    news.append("a");

    assertThat(run("dump", directory.toString())).isZero();

    assertThat(lines()).hasSize(1).first().asString().contains("data: a");
    assertThat(news.append("b")).isEqualTo(2);
    BridgeFixture.get(store.close());
  }

  @Test
  void verifyFindsNothingWhereNothingIsDamaged(Vertx vertx) throws IOException {
    fill(vertx);

    assertThat(run("verify", directory.toString())).isZero();

    assertThat(lines()).hasSameSizeAs(segments()).allMatch(line -> !line.contains("DAMAGED"));
    assertThat(lines().get(0))
        .matches("segment-\\d+\\.sse: \\d+ bytes, \\d+ events of \\d channels");
  }

  @Test
  void verifySaysWhereASegmentIsDamaged(Vertx vertx) throws IOException {
    fill(vertx);
    Path segment = segments().get(0);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bytes.length / 2] ^= 4;
    Files.write(segment, bytes);

    assertThat(run("verify", directory.toString())).isEqualTo(1);

    assertThat(lines().get(0)).contains(String.valueOf(segment.getFileName())).endsWith("DAMAGED");
    assertThat(lines().get(1)).matches("  damaged: bytes \\d+ to \\d+");
    assertThat(Files.readAllBytes(segment)).isEqualTo(bytes);
  }

  @Test
  void verifyKnowsATailThatWasNotWrittenWhole(Vertx vertx) throws IOException {
    fill(vertx);
    Path last = segments().get(segments().size() - 1);
    byte[] bytes = Files.readAllBytes(last);
    Files.write(last, java.util.Arrays.copyOf(bytes, bytes.length - 3));

    assertThat(run("verify", directory.toString())).isZero();

    assertThat(out.toString(UTF_8)).contains("bytes were not written whole");
  }

  @Test
  void compactKeepsWhatIsKeptAndNoMore(Vertx vertx) throws IOException {
    String epoch = fill(vertx);
    run("dump", directory.toString());
    List<String> before = lines();

    assertThat(run("compact", directory.toString())).isZero();

    assertThat(lines().get(0)).matches("\\d+ bytes before, \\d+ bytes now");
    assertThat(segments()).hasSize(1);
    assertThat(Files.size(segments().get(0))).isLessThan(100_000);
    run("dump", directory.toString());
    // A block of a busy channel may be evicted meanwhile: no less than was asked for is there.
    List<String> after = lines();
    assertThat(after).hasSizeBetween(13, before.size());
    assertThat(after).isEqualTo(before.subList(before.size() - after.size(), before.size()));
    FileHistoryStore store = start(vertx);
    ChannelProbe news = ChannelProbe.open(vertx, store, "news");
    assertThat(news.channel().epoch()).isEqualTo(epoch);
    assertThat(texts(news.read(1).events())).containsExactly("a", "3 lost: store", "b");
    assertThat(news.append(event(0, "a", "m")).places().get(0).duplicate()).isTrue();
    BridgeFixture.get(store.close());
  }

  @Test
  void compactLeavesADirectoryAloneThatIsInUse(Vertx vertx) {
    FileHistoryStore store = start(vertx);

    assertThat(run("compact", directory.toString())).isEqualTo(1);

    assertThat(err.toString(UTF_8)).contains("in use by another store");
    BridgeFixture.get(store.close());
  }

  @Test
  void whatIsNoDirectoryIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    for (String command : List.of("dump", "verify", "compact")) {
      assertThat(run(command, directory.resolve("none").toString())).isEqualTo(1);
      assertThat(err.toString(UTF_8)).contains("none").contains("found nothing");
      assertThat(run(command, file.toString())).isEqualTo(1);
      assertThat(err.toString(UTF_8)).contains("found a file");
    }
  }

  @Test
  void theNameOfACommandIsNeeded() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("expected one of dump, verify and compact");
    assertThat(run("verify")).isEqualTo(2);
  }
}
