package dev.ssebridge.internal.store.file;

import static dev.ssebridge.internal.store.file.StoreFixture.segments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.ChannelProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A look into the files from outside. */
@SuppressWarnings("NullAway.Init")
class HistoryFilesTest {
  private static final int EVENTS = 3_000;

  @TempDir private Path below;
  @AutoClose private StoreFixture fixture;
  private Path directory;

  @BeforeEach
  void start() {
    fixture = new StoreFixture(below);
    directory = fixture.newDirectory();
  }

  private void fill() {
    FileHistoryStore store =
        fixture.start(FileStoreSettings.in(directory).withSizes(65_536, 1L << 30));
    ChannelProbe news = fixture.open(store, "news");
    for (int i = 0; i < EVENTS; i += 100) {
      news.append(Collections.nCopies(100, ChannelProbe.event("x".repeat(1_000))));
    }
    fixture.stop(store);
  }

  @Test
  void aDumpGoesOnWhereAStoreDeletesSegmentsMeanwhile() throws IOException {
    fill();
    List<Path> files = segments(directory);
    List<Long> sequences = new ArrayList<>();

    HistoryFiles.dump(
        directory,
        name -> true,
        (channel, epoch, sequence, event) -> {
          if (sequences.isEmpty()) {
            delete(files.subList(0, files.size() - 3));
          }
          sequences.add(sequence);
        });

    assertThat(sequences).isSorted().doesNotHaveDuplicates().startsWith(1L).endsWith(3_000L);
    assertThat(sequences.size()).isLessThan(EVENTS);
  }

  private static void delete(List<Path> files) {
    try {
      for (Path file : files) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void verifyNamesWhatTheNextStartSetsAsideAndNoMore() throws IOException {
    fill();
    List<Path> files = segments(directory);
    Path last = files.get(files.size() - 1);
    long number = Segment.numberOf(last);
    Path copy = Segment.file(directory, number + 1);
    Files.copy(last, copy);
    Files.createFile(Segment.file(directory, number + 2));

    List<HistoryFiles.Content> contents = HistoryFiles.verify(directory);

    assertThat(contents.get(contents.size() - 1).damages()).isEmpty();
    assertThat(contents)
        .filteredOn(content -> !content.damages().isEmpty())
        .singleElement()
        .satisfies(content -> assertThat(content.segment()).isEqualTo(copy))
        .satisfies(
            content ->
                assertThat(content.damages().get(0).what())
                    .isEqualTo("it is a copy of segment " + number));
  }
}
