package dev.ssebridge.internal.store.file;

import static dev.ssebridge.testing.ChannelProbe.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.spi.StoredStretch;
import dev.ssebridge.testing.ChannelProbe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes is killed, again and again, and what it was told is there. */
@SuppressWarnings("NullAway.Init")
@Tag("slow")
class JournalKillTest {
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  /** By channel, epoch and sequence: what was acknowledged, or read. */
  private final Map<String, String> events = new HashMap<>();

  private final Map<String, Long> acknowledged = new HashMap<>();
  private int counted;

  @TempDir private Path below;

  @Test
  @Timeout(180)
  void whatAProcessAcknowledgedBeforeItWasKilledIsThere() throws Exception {
    walk(3);
  }

  @Test
  @Tag("heavy")
  @Timeout(600)
  void whatAProcessAcknowledgedBeforeItWasKilledIsThereTwentyTimes() throws Exception {
    walk(20);
  }

  private void walk(int kills) throws Exception {
    System.out.println("seed " + seed);
    Path directory = below.resolve("history");
    for (int kill = 0; kill < kills; kill++) {
      writeAndKill(directory, kill);
      try (StoreFixture fixture = new StoreFixture(below)) {
        FileHistoryStore store = new FileHistoryStore(fixture.vertx(), settings(directory));
        dev.ssebridge.testing.BridgeFixture.get(store.start());
        assertThat(store.health().problem()).isNull();
        for (int i = 0; i < WritingProcess.CHANNELS; i++) {
          check(fixture.open(store, "channel" + i), "channel" + i, kill);
        }
        fixture.stop(store);
      }
    }
    System.out.println(kills + " kills, " + counted + " events acknowledged, none lost");
  }

  private static FileStoreSettings settings(Path directory) {
    return FileStoreSettings.in(directory).withSizes(256 * 1024, 64L * 1024 * 1024);
  }

  private void writeAndKill(Path directory, int kill) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WritingProcess.class.getName(),
                directory.toString(),
                "process" + kill)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int enough = 1000 + random.nextInt(20_000);
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
        if (lines.size() == enough) {
          // SIGKILL; what is in the pipe was said before.
          process.toHandle().destroyForcibly();
        }
      }
    } catch (IOException e) {
      // The pipe ends with the process.
      assertThat(process.isAlive()).isFalse();
    }
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(lines).hasSizeGreaterThanOrEqualTo(enough);
    // The last line may be cut off.
    lines.subList(0, lines.size() - 1).forEach(this::acknowledged);
  }

  private void acknowledged(String line) {
    String[] parts = line.split(" ", -1);
    String place = parts[0] + " " + parts[1];
    long sequence = Long.parseLong(parts[2]);
    note(place + " " + sequence, parts[3]);
    acknowledged.merge(parts[0], sequence, Math::max);
    counted++;
  }

  private void note(String place, String text) {
    String before = events.put(place, text);
    assertThat(before == null || before.equals(text))
        .as("%s was %s, and is %s", place, before, text)
        .isTrue();
  }

  private void check(ChannelProbe channel, String name, int kill) {
    StoredStretch read = channel.read(1);
    assertThat(channel.channel().head())
        .isGreaterThanOrEqualTo(acknowledged.getOrDefault(name, 0L));
    assertThat(read.events().size()).isGreaterThanOrEqualTo((int) Math.min(2000, read.first()));
    long sequence = read.first();
    for (String text : texts(read.events())) {
      note(name + " " + channel.channel().epoch() + " " + sequence++, text);
    }
    assertThat(sequence).isEqualTo(channel.channel().head() + 1);
    String more = "between/" + kill;
    long added = channel.append(more);
    assertThat(added).isEqualTo(sequence);
    note(name + " " + channel.channel().epoch() + " " + added, more);
    acknowledged.put(name, added);
  }
}
