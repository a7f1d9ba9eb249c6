package dev.ssebridge.internal.store.file;

import static dev.ssebridge.internal.store.file.StoreFixture.BOOT;
import static dev.ssebridge.internal.store.file.StoreFixture.OTHER_BOOT;
import static dev.ssebridge.internal.store.file.StoreFixture.segments;
import static dev.ssebridge.testing.ChannelProbe.event;
import static dev.ssebridge.testing.ChannelProbe.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.spi.StoredStretch;
import dev.ssebridge.testing.ChannelProbe;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is found after a process, or a machine, ended in any way. */
@Timeout(180)
@SuppressWarnings("NullAway.Init")
@Tag("slow")
class RecoveryTest {
  private static final String[] CHANNELS = {"news", "weather", "quiet"};

  @TempDir private Path below;
  @AutoClose private StoreFixture fixture;
  private Path directory;

  @BeforeEach
  void start() {
    fixture = new StoreFixture(below);
    directory = fixture.newDirectory();
  }

  @Test
  void afterAKillEverythingIsThereUnderItsEpoch() {
    ChannelProbe before = fixture.open(fixture.start(directory), "news");
    before.append("a");
    before.append("b");

    ChannelProbe after = fixture.open(fixture.start(fixture.killed(directory)), "news");

    assertThat(after.channel().epoch()).isEqualTo(before.channel().epoch());
    assertThat(texts(after.read(1).events())).containsExactly("a", "b");
  }

  @Test
  void afterALossOfPowerWhatIsThereGoesOnUnderAnotherEpoch() {
    ChannelProbe before = fixture.open(fixture.start(directory), "news");
    before.append("a");
    before.append("b");
    Path killed = fixture.killed(directory);

    ChannelProbe after = fixture.open(fixture.start(killed, OTHER_BOOT), "news");

    assertThat(after.channel().epoch()).isNotEqualTo(before.channel().epoch());
    assertThat(after.channel().head()).isEqualTo(2);
    assertThat(texts(after.read(1).events())).containsExactly("a", "b");
    after.append("c");
    ChannelProbe third = fixture.open(fixture.start(fixture.killed(killed), OTHER_BOOT), "news");
    assertThat(third.channel().epoch()).isEqualTo(after.channel().epoch());
    assertThat(texts(third.read(1).events())).containsExactly("a", "b", "c");
  }

  @Test
  void afterACleanCloseAnotherBootKeepsTheEpoch() {
    FileHistoryStore store = fixture.start(directory);
    ChannelProbe before = fixture.open(store, "news");
    before.append("a");
    fixture.stop(store);

    ChannelProbe after = fixture.open(fixture.start(directory, OTHER_BOOT), "news");

    assertThat(after.channel().epoch()).isEqualTo(before.channel().epoch());
  }

  @Test
  void withFsyncAlwaysAnotherBootKeepsTheEpoch() {
    FileStoreSettings always = FileStoreSettings.in(directory).withFsync(Fsync.ALWAYS);
    ChannelProbe before = fixture.open(fixture.start(always), "news");
    before.append("a");

    ChannelProbe after = fixture.open(fixture.start(fixture.killed(directory), OTHER_BOOT), "news");

    assertThat(after.channel().epoch()).isEqualTo(before.channel().epoch());
    assertThat(texts(after.read(1).events())).containsExactly("a");
  }

  @Test
  void whereTheKernelTellsNoBootOnlyACleanCloseKeepsTheEpoch() {
    ChannelProbe before = fixture.open(fixture.start(directory, ""), "news");
    before.append("a");

    ChannelProbe after = fixture.open(fixture.start(fixture.killed(directory), ""), "news");

    assertThat(after.channel().epoch()).isNotEqualTo(before.channel().epoch());
  }

  @Test
  void aTailThatIsCutAnywhereLeavesWholeAppends() throws IOException {
    ChannelProbe before = fixture.open(fixture.start(directory), "news");
    for (int i = 0; i < 10; i += 2) {
      before.append(event("" + i), event("" + (i + 1)));
    }
    Path segment = segments(directory).get(0);
    long size = Files.size(segment);
    for (long cut = size; cut >= 0; cut -= cut > size - 200 ? 1 : 11) {
      Path killed = fixture.killed(directory);
      try (RandomAccessFile file =
          new RandomAccessFile(killed.resolve(segment.getFileName()).toFile(), "rw")) {
        file.setLength(cut);
      }
      FileHistoryStore store = fixture.start(killed);
      assertThat(store.health().problem()).isNull();
      ChannelProbe after = fixture.open(store, "news");
      long head = after.channel().head();
      assertThat(head).isIn(0L, 2L, 4L, 6L, 8L, 10L);
      assertThat(texts(after.read(1).events())).isEqualTo(numbers(head));
      assertThat(after.append("more")).isEqualTo(head + 1);
      fixture.stop(store);
      store = fixture.start(killed);
      assertThat(texts(fixture.open(store, "news").read(1).events()))
          .hasSize((int) head + 1)
          .last()
          .isEqualTo("more");
      fixture.stop(store);
      StoreFixture.delete(killed);
    }
  }

  @Test
  void zeroesAtTheEndAreNoTailThatWasNotWritten() throws IOException {
    ChannelProbe before = fixture.open(fixture.start(directory), "news");
    for (int i = 0; i < 100; i++) {
      before.append("" + i);
    }
    Path killed = fixture.killed(directory);
    Path segment = segments(killed).get(0);
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.seek(file.length() - 512);
      file.write(new byte[512]);
    }

    FileHistoryStore store = fixture.start(killed);
    ChannelProbe after = fixture.open(store, "news");

    assertThat(store.health().isUp()).isTrue();
    assertThat(after.channel().epoch()).isNotEqualTo(before.channel().epoch());
    assertThat(after.channel().head()).isBetween(80L, 95L);
    assertThat(texts(after.read(1).events())).isEqualTo(numbers(after.channel().head()));
  }

  /** Nobody was told that it was done, and a disk may have anything there. */
  @Test
  void withFsyncAlwaysZeroesAtTheEndAreAWriteThatTheMachineDidNotFinish() throws IOException {
    FileStoreSettings always = FileStoreSettings.in(directory).withFsync(Fsync.ALWAYS);
    ChannelProbe before = fixture.open(fixture.start(always), "news");
    before.append("a");
    Path killed = fixture.killed(directory);
    Path segment = segments(killed).get(0);
    Files.write(segment, new byte[300], StandardOpenOption.APPEND);

    FileHistoryStore store = fixture.start(killed, OTHER_BOOT);
    ChannelProbe after = fixture.open(store, "news");

    assertThat(after.channel().epoch()).isEqualTo(before.channel().epoch());
    assertThat(texts(after.read(1).events())).containsExactly("a");
    assertThat(after.append("b")).isEqualTo(2);
  }

  /** The promise itself, whatever byte is not as it was. */
  @Test
  void noIdNamesAnotherEventWhateverIsDamaged() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Map<String, String> events = new HashMap<>();
    Map<String, Long> heads = new HashMap<>();
    FileStoreSettings settings = FileStoreSettings.in(directory).withSizes(65_536, 1 << 20);
    fill(settings, events, heads, random);
    for (int round = 0; round < 40; round++) {
      Path killed = fixture.killed(directory);
      List<Path> files = segments(killed);
      damage(files.get(random.nextInt(files.size())), random);
      FileStoreSettings of = FileStoreSettings.in(killed).withSizes(65_536, 1 << 20);
      Map<String, String> now = new HashMap<>(events);
      Map<String, Long> headsNow = new HashMap<>(heads);
      for (int restart = 0; restart < 2; restart++) {
        FileHistoryStore store = fixture.start(of);
        assertThat(store.health().problem()).isNull();
        for (String name : CHANNELS) {
          ChannelProbe channel = fixture.open(store, name);
          String epoch = channel.channel().epoch();
          assertThat(channel.channel().head())
              .isGreaterThanOrEqualTo(headsNow.getOrDefault(epoch, 0L));
          checkAll(channel, now);
          StoredStretch added = added(channel, "after " + round + " " + restart);
          remember(epoch, added, now);
          headsNow.put(epoch, channel.channel().head());
        }
        fixture.stop(store);
      }
      StoreFixture.delete(killed);
    }
  }

  private void fill(
      FileStoreSettings settings,
      Map<String, String> events,
      Map<String, Long> heads,
      Random random) {
    FileHistoryStore store = fixture.start(settings);
    for (String name : CHANNELS) {
      ChannelProbe channel = fixture.open(store, name);
      channel.append("first of " + name);
    }
    for (int part = 0; part < 2; part++) {
      fixture.stop(store);
      store = fixture.start(settings);
      ChannelProbe news = fixture.open(store, "news");
      ChannelProbe weather = fixture.open(store, "weather");
      for (int i = 0; i < 300; i++) {
        ChannelProbe channel = random.nextInt(3) == 0 ? weather : news;
        channel.append("x".repeat(random.nextInt(600)) + i);
      }
      news.close();
      weather.close();
    }
    for (String name : CHANNELS) {
      ChannelProbe channel = fixture.open(store, name);
      String epoch = channel.channel().epoch();
      heads.put(epoch, channel.channel().head());
      remember(epoch, channel.read(1), events);
    }
  }

  private static StoredStretch added(ChannelProbe channel, String text) {
    long sequence = channel.append(text);
    return channel.read(sequence);
  }

  private static void remember(String epoch, StoredStretch read, Map<String, String> events) {
    long sequence = read.first();
    for (String text : texts(read.events())) {
      events.put(epoch + "-" + sequence++, text);
    }
  }

  private static void checkAll(ChannelProbe channel, Map<String, String> events) {
    StoredStretch read = channel.read(1);
    String epoch = channel.channel().epoch();
    long sequence = read.first();
    for (String text : texts(read.events())) {
      String known = events.put(epoch + "-" + sequence, text);
      assertThat(known == null || known.equals(text))
          .as("%s-%d was %s, and is %s", epoch, sequence, known, text)
          .isTrue();
      sequence++;
    }
    assertThat(sequence).isEqualTo(channel.channel().head() + 1);
  }

  private static void damage(Path segment, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(segment);
    int at = random.nextInt(bytes.length);
    if (random.nextBoolean()) {
      bytes[at] ^= (byte) (1 << random.nextInt(8));
    } else {
      int length = Math.min(random.nextInt(2000), bytes.length - at);
      for (int i = at; i < at + length; i++) {
        bytes[i] = 0;
      }
    }
    Files.write(segment, bytes);
  }

  @Test
  void aDamagedMiddleIsPassedOverAndTheRestIsKept() throws IOException {
    ChannelProbe before = fixture.open(fixture.start(directory), "news");
    for (int i = 0; i < 100; i++) {
      before.append("" + i);
    }
    Path killed = fixture.killed(directory);
    Path segment = segments(killed).get(0);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bytes.length / 2] ^= 1;
    Files.write(segment, bytes);

    ChannelProbe after = fixture.open(fixture.start(killed), "news");

    assertThat(after.channel().epoch()).isEqualTo(before.channel().epoch());
    assertThat(after.channel().head()).isEqualTo(100);
    assertThat(after.channel().oldest()).isBetween(40L, 60L);
    assertThat(texts(after.read(1).events()))
        .isEqualTo(numbers(100).subList((int) after.channel().oldest() - 1, 100));
  }

  @Test
  void aSegmentThatWasJustMadeIsNoDamage() throws IOException {
    ChannelProbe before = fixture.open(fixture.start(directory), "news");
    before.append("a");
    Path killed = fixture.killed(directory);
    Files.createFile(Segment.file(killed, 2));

    ChannelProbe after = fixture.open(fixture.start(killed), "news");

    assertThat(after.channel().epoch()).isEqualTo(before.channel().epoch());
    assertThat(texts(after.read(1).events())).containsExactly("a");
    assertThat(after.append("b")).isEqualTo(2);
  }

  /** As with damage in the middle: what it had was acknowledged, and nobody knows how much. */
  @Test
  void whereTheNewestSegmentWasDeletedNoPositionIsGivenTwice() throws IOException {
    FileStoreSettings settings = FileStoreSettings.in(directory).withSizes(65_536, 1 << 20);
    ChannelProbe before = fixture.open(fixture.start(settings), "news");
    while (segments(directory).size() < 3) {
      before.append("x".repeat(10_000));
    }
    Path killed = fixture.killed(directory);
    Files.delete(segments(killed).get(2));
    FileStoreSettings ofKilled = FileStoreSettings.in(killed).withSizes(65_536, 1 << 20);

    FileHistoryStore store = fixture.start(ofKilled);
    ChannelProbe after = fixture.open(store, "news");

    String epoch = after.channel().epoch();
    assertThat(epoch).isNotEqualTo(before.channel().epoch());
    assertThat(after.read(1).events()).isNotEmpty();
    after.append("goes on");
    fixture.stop(store);
    assertThat(fixture.open(fixture.start(ofKilled), "news").channel().epoch()).isEqualTo(epoch);
  }

  @Test
  void filesOfOthersAreLeftAlone() throws IOException {
    Files.createDirectories(directory);
    Path alien = Files.writeString(directory.resolve("README"), "not of this program");
    Path almost = Files.writeString(directory.resolve("segment-1.sse"), "nor this");
    FileHistoryStore store = fixture.start(directory);
    fixture.open(store, "news").append("a");
    fixture.stop(store);

    assertThat(alien).hasContent("not of this program");
    assertThat(almost).hasContent("nor this");
    assertThat(fixture.open(fixture.start(directory), "news").channel().head()).isEqualTo(1);
  }

  @Test
  void whatIsNoSegmentIsSetAside() throws IOException {
    ChannelProbe before = fixture.open(fixture.start(directory), "news");
    before.append("a");
    Path killed = fixture.killed(directory);
    Path segment = segments(killed).get(0);
    Files.writeString(segment, "y".repeat(1000));

    FileHistoryStore store = fixture.start(killed);

    assertThat(store.health().isUp()).isTrue();
    assertThat(segment.resolveSibling(segment.getFileName() + ".damaged"))
        .hasContent("y".repeat(1000));
    assertThat(fixture.open(store, "news").channel().epoch())
        .isNotEqualTo(before.channel().epoch());
  }

  @Test
  void whatALaterProgramWroteIsNotTouched() throws IOException {
    FileHistoryStore store = fixture.start(directory);
    fixture.open(store, "news").append("a");
    fixture.stop(store);
    Path segment = segments(directory).get(0);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[9] = 2;
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, 36);
    ByteBuffer.wrap(bytes).putInt(36, (int) checksum.getValue());
    Files.write(segment, bytes);

    FileHistoryStore again = fixture.start(directory);

    assertThat(again.health().problem())
        .contains(segment.toString())
        .contains("version 2 of the format; this program reads version 1");
    fixture.stop(again);
    assertThat(segment).hasBinaryContent(bytes);
    assertThat(segments(directory)).hasSize(1);
  }

  @Test
  void aDamagedVersionIsNoLaterProgram() throws IOException {
    FileHistoryStore store = fixture.start(directory);
    ChannelProbe before = fixture.open(store, "news");
    before.append("a");
    for (int bit = 0; bit < Short.SIZE; bit++) {
      Path damaged = fixture.killed(directory);
      flip(segments(damaged).get(0), 8L * Byte.SIZE + bit);

      assertThat(HistoryFiles.verify(damaged).get(0).damages()).hasSize(1);
      FileHistoryStore again = fixture.start(damaged);
      assertThat(again.health().problem()).isNull();
      assertThat(fixture.open(again, "news").channel().epoch())
          .isNotEqualTo(before.channel().epoch());
      fixture.stop(again);
    }
  }

  @Test
  void noIdIsGivenTwiceWhereTheLastRecordIsDamagedInItsLength() throws IOException {
    ChannelProbe before = fixture.open(fixture.start(directory), "news");
    before.append("a");
    long record = Files.size(segments(directory).get(0));
    before.append("b");
    for (int bit = 0; bit < 2 * Integer.SIZE; bit++) {
      Path damaged = fixture.killed(directory);
      flip(segments(damaged).get(0), record * Byte.SIZE + bit);

      assertThat(HistoryFiles.verify(damaged).get(0).damages()).hasSize(1);
      FileHistoryStore again = fixture.start(damaged);
      ChannelProbe after = fixture.open(again, "news");
      assertThat(after.channel().epoch()).as("bit %d", bit).isNotEqualTo(before.channel().epoch());
      assertThat(texts(after.read(1).events())).containsExactly("a");
      fixture.stop(again);
    }
  }

  private static void flip(Path file, long bit) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) (bit / Byte.SIZE)] ^= (byte) (0x80 >> (bit % Byte.SIZE));
    Files.write(file, bytes);
  }

  @Test
  void messageIdsAreRememberedAcrossAKill() {
    ChannelProbe before = fixture.open(fixture.start(directory), "news");
    before.append(event(1, "a", "m1"), event(2, "b", "m2"));

    ChannelProbe after = fixture.open(fixture.start(fixture.killed(directory), BOOT), "news");

    assertThat(after.append(event(3, "b", "m2")).places().get(0).sequence()).isEqualTo(2);
  }

  private static List<String> numbers(long to) {
    return IntStream.range(0, (int) to).mapToObj(i -> "" + i).toList();
  }
}
