package dev.ssebridge.internal.store.file;

import static dev.ssebridge.internal.store.file.StoreFixture.BOOT;
import static dev.ssebridge.testing.ChannelProbe.event;
import static dev.ssebridge.testing.ChannelProbe.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.ssebridge.spi.StoreReceipt;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.ChannelProbe;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that are full, read-only or gone, and directories of others: named, and got over. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
@Tag("slow")
class FailureTest {
  private static final String FULL = "No space left on device";
  private static final String READ_ONLY = "Read-only file system";

  @TempDir private Path below;
  private final FaultyDisk disk = new FaultyDisk();
  private StoreFixture fixture;
  private Path directory;

  @BeforeEach
  void start() {
    fixture = new StoreFixture(below);
    directory = fixture.newDirectory();
  }

  @AfterEach
  void stop() {
    disk.heal();
    fixture.close();
  }

  private FileHistoryStore startOnDisk(Fsync fsync) {
    return fixture.start(
        FileStoreSettings.in(directory).withFsync(fsync), new Surroundings(() -> BOOT, disk));
  }

  private static void awaitUp(FileHistoryStore store) {
    Deadline.await(() -> store.health().isUp(), () -> "it to be well: " + store.health().problem());
  }

  private static void assertFails(ChannelProbe channel, String text) {
    Future<StoreReceipt> append = channel.appending(List.of(event(text), event(text)));
    Deadline.await(append::isComplete, () -> "the append to be decided");
    assertThat(append.failed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 50, 100, 150})
  void aFullDiskTakesNothingAndItGoesOnWhenThereIsSpace(int writtenBefore) {
    FileHistoryStore store = startOnDisk(Fsync.EACH_SECOND);
    ChannelProbe news = fixture.open(store, "news");
    news.append("a");
    disk.failWrites(FULL, writtenBefore);

    assertFails(news, "lost");
    assertThat(store.health().problem())
        .contains(directory.toString())
        .contains("the disk is full")
        .contains("free some space");
    assertFails(news, "lost as well");
    disk.heal();
    awaitUp(store);

    assertThat(news.append("b")).isEqualTo(2);
    assertThat(news.toldTexts()).containsExactly("a", "b");
    assertThat(news.faults()).isEmpty();
    ChannelProbe after = fixture.open(fixture.start(fixture.killed(directory)), "news");
    assertThat(texts(after.read(1).events())).containsExactly("a", "b");
    assertThat(after.channel().epoch()).isEqualTo(news.channel().epoch());
  }

  @Test
  void aReadOnlyDiskIsNamed() {
    FileHistoryStore store = startOnDisk(Fsync.NEVER);
    ChannelProbe news = fixture.open(store, "news");
    disk.failWrites(READ_ONLY, 0);
    disk.failTruncate(READ_ONLY);

    assertFails(news, "lost");
    assertThat(store.health().problem()).contains("the disk is read-only").contains("mount");
    disk.heal();
    awaitUp(store);

    assertThat(news.append("a")).isEqualTo(1);
  }

  /** Bytes of it are there and cannot be taken back: it is not decided before they cannot count. */
  @Test
  void anAppendThatCannotBeTakenBackWaitsUntilItCannotCount() {
    FileHistoryStore store = startOnDisk(Fsync.EACH_SECOND);
    ChannelProbe news = fixture.open(store, "news");
    news.append("a");
    disk.failWrites("Input/output error", Integer.MAX_VALUE);
    disk.failTruncate("Input/output error");

    Future<StoreReceipt> append = news.appending(List.of(event("in doubt")));
    Deadline.await(() -> !store.health().isUp(), () -> "the failure to be known");
    assertThat(store.health().problem()).contains("Input/output error");
    assertThat(append.isComplete()).isFalse();
    disk.heal();
    awaitUp(store);
    Deadline.await(append::failed, () -> "the append to be decided");

    assertThat(news.append("b")).isEqualTo(2);
    assertThat(texts(news.read(1).events())).containsExactly("a", "b");
    ChannelProbe after = fixture.open(fixture.start(fixture.killed(directory)), "news");
    assertThat(texts(after.read(1).events())).containsExactly("a", "b");
    assertThat(after.channel().epoch()).isEqualTo(news.channel().epoch());
  }

  @Test
  void whatCannotBeForcedIsNotTakenWhereThatIsAskedFor() {
    FileHistoryStore store = startOnDisk(Fsync.ALWAYS);
    ChannelProbe news = fixture.open(store, "news");
    news.append("a");
    disk.failForce("Input/output error");

    Future<StoreReceipt> append = news.appending(List.of(event("in doubt")));
    Deadline.await(() -> !store.health().isUp(), () -> "the failure to be known");
    disk.heal();
    awaitUp(store);
    Deadline.await(append::failed, () -> "the append to be decided");

    assertThat(news.append("b")).isEqualTo(2);
    assertThat(texts(news.read(1).events())).containsExactly("a", "b");
  }

  @Test
  void aDiskThatFailsLaterIsTold() {
    FileHistoryStore store = startOnDisk(new Fsync(java.time.Duration.ofMillis(1)));
    ChannelProbe news = fixture.open(store, "news");
    disk.failForce("Input/output error");
    disk.failWrites(FULL, 0);
    assertFails(news, "lost");
    disk.heal();
    disk.failForce("Input/output error");
    Deadline.await(
        () -> {
          news.appending(List.of(event("x")));
          return String.valueOf(store.health().problem()).contains("Input/output error");
        },
        () -> "the failure to be known, not " + store.health().problem());
    disk.heal();
    awaitUp(store);

    long next = news.channel().head() + 1;
    assertThat(news.append("b")).isEqualTo(next);
  }

  @Test
  void aDirectoryThatVanishesIsMadeAgainAndNoPositionIsGivenTwice() throws IOException {
    FileHistoryStore store = fixture.start(directory);
    ChannelProbe news = fixture.open(store, "news");
    news.append("a");
    news.append("b");
    StoreFixture.delete(directory);
    Deadline.await(() -> Files.exists(directory), () -> "the directory to be made again");
    awaitUp(store);

    assertThat(news.append("c")).isEqualTo(3);
    assertThat(news.channel().oldest()).isEqualTo(3);
    assertThat(texts(news.read(1).events())).containsExactly("c");
    assertThat(news.faults()).isEmpty();
    ChannelProbe after = fixture.open(fixture.start(fixture.killed(directory)), "news");
    assertThat(after.channel().epoch()).isEqualTo(news.channel().epoch());
    assertThat(texts(after.read(1).events())).containsExactly("c");
  }

  @Test
  void aDirectoryThatComesBackIsGoneOnWith() throws IOException {
    FileHistoryStore store = fixture.start(directory);
    ChannelProbe news = fixture.open(store, "news");
    news.append("a");
    Path away = directory.resolveSibling("away");
    Path file = directory;
    Files.move(directory, away);
    Files.writeString(file, "in the way");
    Deadline.await(() -> !store.health().isUp(), () -> "it to be missed");
    assertThat(store.health().problem()).contains(directory.toString());
    assertFails(news, "lost");
    Files.delete(file);
    Files.move(away, directory);
    awaitUp(store);

    assertThat(news.append("b")).isEqualTo(2);
    assertThat(texts(news.read(1).events())).containsExactly("a", "b");
    assertThat(news.notes()).isEmpty();
  }

  @Test
  void whereOthersWroteMeanwhileTheEpochEnds() throws IOException {
    FileHistoryStore store = fixture.start(directory);
    ChannelProbe news = fixture.open(store, "news");
    news.append("a");
    String epoch = news.channel().epoch();
    Path other = fixture.killed(directory);
    FileHistoryStore second = fixture.start(other);
    fixture.open(second, "news").append("of another");
    fixture.stop(second);
    Path away = directory.resolveSibling("away");
    Files.move(directory, away);
    Files.move(other, directory);
    Deadline.await(() -> !news.notes().isEmpty(), () -> "another epoch");
    awaitUp(store);

    assertThat(news.notes()).containsExactly("restarted");
    assertThat(news.channel().epoch()).isNotEqualTo(epoch);
    assertThat(texts(news.read(1).events())).containsExactly("a", "of another");
    assertThat(news.append("b")).isEqualTo(3);
    assertThat(news.faults()).isEmpty();
  }

  @Test
  void aDirectoryInUseIsNamedAndTakenWhenItIsFree() {
    FileHistoryStore first = fixture.start(directory);
    fixture.open(first, "news").append("a");

    FileHistoryStore second = fixture.start(directory);

    assertThat(second.health().problem())
        .contains("in use by another store of this process")
        .contains("a directory of its own");
    Future<ChannelProbe> refused =
        ChannelProbe.opening(fixture.vertx(), second, "news", ChannelProbe.ALL);
    Deadline.await(refused::failed, () -> "a refusal");
    fixture.stop(first);
    awaitUp(second);
    assertThat(fixture.open(second, "news").append("b")).isEqualTo(2);
  }

  @Test
  void whereTheLockIsDeletedTheDirectoryIsLockedAnew() throws IOException {
    FileHistoryStore first = fixture.start(directory);
    ChannelProbe news = fixture.open(first, "news");
    news.append("a");
    Path lock = directory.resolve(DirectoryLock.FILE);

    // Kept under another name, or the next file may get its number.
    Files.move(lock, directory.resolve("was-the-lock"));
    Deadline.await(() -> Files.exists(lock), () -> "it to make another one");
    awaitUp(first);

    assertThat(news.append("b")).isEqualTo(2);
    assertThat(news.notes()).isEmpty();
    assertThat(news.faults()).isEmpty();
  }

  /** The system counts processes: one of them that opens and closes the file lets go of it. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aSecondStoreOfTheProcessThatAsksInVainTakesNoLockAway() throws IOException {
    fixture.start(directory);
    Object file = Files.getAttribute(directory.resolve(DirectoryLock.FILE), "unix:ino");
    assertThat(Files.readString(Path.of("/proc/locks"))).contains(":" + file + " ");

    FileHistoryStore second = fixture.start(directory);

    assertThat(second.health().problem()).contains("in use by another store of this process");
    assertThat(Files.readString(Path.of("/proc/locks"))).contains(":" + file + " ");
  }

  @Test
  void aPlaceThatIsNoDirectoryIsNamed() throws IOException {
    Files.writeString(directory, "a file");

    FileHistoryStore store = fixture.start(directory);

    assertThat(store.health().problem()).contains(directory.toString()).contains("no directory");
    Files.delete(directory);
    awaitUp(store);
  }

  @Test
  void aPlaceWhereItMayNotWriteIsNamed() throws IOException {
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-x------"));
    assumeFalse(Files.isWritable(directory), "whoever runs this may write everywhere");

    FileHistoryStore store = fixture.start(directory);

    assertThat(store.health().problem()).contains("denied").contains("let user");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    awaitUp(store);
  }

  @Test
  void onlyTheOwnerMaySeeIt() throws IOException {
    FileHistoryStore store = fixture.start(directory.resolve("deeper"));
    fixture.open(store, "news").append("a");

    assertThat(permissions(directory.resolve("deeper"))).isEqualTo("rwx------");
    assertThat(permissions(directory.resolve("deeper/lock"))).isEqualTo("rw-------");
    assertThat(permissions(StoreFixture.segments(directory.resolve("deeper")).get(0)))
        .isEqualTo("rw-------");
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void itEndsThoughTheDiskFails() {
    FileHistoryStore store = startOnDisk(Fsync.EACH_SECOND);
    ChannelProbe news = fixture.open(store, "news");
    disk.failWrites(FULL, 10);
    disk.failTruncate(FULL);
    Future<StoreReceipt> append = news.appending(List.of(event("in doubt")));

    BridgeFixture.get(store.close());

    Deadline.await(append::isComplete, () -> "the append to be decided");
    assertThat(append.failed()).isTrue();
  }
}
