package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which a file becomes another is noticed. */
class FileWatchTest {
  @TempDir Path directory;

  private final AtomicInteger changes = new AtomicInteger();
  private final FileWatch watch = FileWatch.start(Duration.ofMillis(5), changes::incrementAndGet);
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("a"), "1");
  }

  @AfterEach
  void close() {
    watch.close();
  }

  private void watched(Path... files) {
    watch.files(Set.of(files), Instant.MAX);
  }

  private void awaitChange() {
    Deadline.await(() -> changes.get() > 0, () -> "a change");
  }

  @Test
  void whatIsWrittenIsAChange() throws IOException {
    watched(file);
    Files.writeString(file, "12");

    awaitChange();
  }

  @Test
  void whatTakesItsPlaceIsAChange() throws IOException {
    Path other = Files.writeString(directory.resolve("b"), "2");
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    watched(file);
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

    awaitChange();
  }

  @Test
  void aLinkOnItsWayThatLeadsElsewhereIsAChange() throws IOException {
    Path one = Files.createDirectory(directory.resolve("..1"));
    Path two = Files.createDirectory(directory.resolve("..2"));
    Files.writeString(one.resolve("f"), "1");
    Files.writeString(two.resolve("f"), "1");
    Path data = Files.createSymbolicLink(directory.resolve("..data"), one.getFileName());
    Path link = Files.createSymbolicLink(directory.resolve("f"), Path.of("..data", "f"));
    watched(link);
    Path next = Files.createSymbolicLink(directory.resolve("..tmp"), two.getFileName());
    Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);

    awaitChange();
  }

  @Test
  void whatGoesAndWhatComesIsAChange() throws IOException {
    watched(file);
    Files.delete(file);
    awaitChange();
    changes.set(0);
    Files.writeString(file, "1");

    awaitChange();
  }

  @Test
  void whatWasWrittenSinceItWasReadIsAChange() {
    watch.files(Set.of(file), Instant.EPOCH);

    awaitChange();
  }

  @Test
  void soItIsWhereTheTimeOfTheFileIsThatOfTheTickBefore() throws IOException {
    Instant read = Instant.now();
    Files.setLastModifiedTime(file, FileTime.from(read.minusMillis(9)));
    watch.files(Set.of(file), read);

    awaitChange();
  }

  @Test
  void aFileThatStaysIsNone() throws IOException {
    Path other = Files.writeString(directory.resolve("b"), "1");
    watched(file, other);
    watched(file);
    Files.writeString(other, "not watched any more");
    Files.writeString(file, "12");

    awaitChange();
    assertThat(changes).hasValue(1);
  }

  /** Looked at by hand, so that it is known when. */
  @Test
  void whatHasChangedWhenItIsReadAnywayIsNone() throws IOException {
    try (FileWatch still = FileWatch.start(Duration.ofDays(1), changes::incrementAndGet)) {
      still.files(Set.of(file), Instant.MAX);
      Files.writeString(file, "12");
      assertThat(still.look()).as("it may still change").isFalse();
      still.reading();
      assertThat(still.look()).isFalse();
      assertThat(still.look()).isFalse();

      Files.writeString(file, "123");
      assertThat(still.look()).isFalse();
      assertThat(still.look()).as("what changed later is one").isTrue();
    }
  }
}
