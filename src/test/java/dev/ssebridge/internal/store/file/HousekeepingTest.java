package dev.ssebridge.internal.store.file;

import static dev.ssebridge.internal.store.file.StoreFixture.segments;
import static dev.ssebridge.testing.ChannelProbe.ALL;
import static dev.ssebridge.testing.ChannelProbe.event;
import static dev.ssebridge.testing.ChannelProbe.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.spi.GapReason;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.spi.StoredStretch;
import dev.ssebridge.testing.ChannelProbe;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes, what is moved, and what stays. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
@Tag("slow")
class HousekeepingTest {
  private static final long SEGMENT = 64 * 1024;
  private static final HistoryRetention HUNDRED =
      new HistoryRetention(100, Long.MAX_VALUE, Long.MAX_VALUE);

  @TempDir private Path below;
  private final AtomicLong clock = new AtomicLong(1_000_000);
  private StoreFixture fixture;
  private Path directory;
  private FileHistoryStore store;

  @BeforeEach
  void start() {
    fixture = new StoreFixture(below);
    directory = fixture.newDirectory();
    store = fixture.start(settings(directory, 16 * SEGMENT));
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private FileStoreSettings settings(Path of, long most) {
    return FileStoreSettings.in(of).withSizes(SEGMENT, most).withClock(clock::get);
  }

  private void write(ChannelProbe channel, int segments) {
    for (int i = 0; i < segments * 8; i++) {
      channel.append(event(clock.get(), "x".repeat(8000) + i));
    }
  }

  @Test
  void segmentsGoWhenAllTheirEventsAreEvicted() {
    ChannelProbe busy = fixture.open(store, "busy", new HistoryRetention(5, 1 << 30, 1 << 30));

    write(busy, 20);

    assertThat(segments(directory)).hasSizeBetween(1, 12);
    assertThat(store.bytes()).isLessThan(13 * SEGMENT);
    assertThat(store.evictedForSpace()).isZero();
  }

  @Test
  void theFewEventsOfAQuietChannelAreMovedAndPinNothing() {
    ChannelProbe quiet = fixture.open(store, "quiet");
    quiet.append(event(5, "a", "m1"), StoredEvent.lost(6, 7, GapReason.STORE), event(7, "b"));
    ChannelProbe busy = fixture.open(store, "busy", HUNDRED);
    for (int i = 0; i < 5; i++) {
      write(busy, 4);
      quiet.append(event(8 + i, "c" + i));
    }
    write(busy, 40);

    assertThat(segments(directory)).hasSizeLessThan(40);
    check(quiet);
    assertThat(quiet.firstSince(7)).isEqualTo(9);
    for (int round = 0; round < 3; round++) {
      ChannelProbe after = openKilled("quiet");
      check(after);
      assertThat(after.append(event(99, "again", "m1")).places().get(0).sequence()).isEqualTo(1);
      assertThat(after.channel().epoch()).isEqualTo(quiet.channel().epoch());
    }
    assertThat(store.evictedForSpace()).isZero();
  }

  private ChannelProbe openKilled(String name) {
    FileHistoryStore after = fixture.start(settings(fixture.killed(directory), 16 * SEGMENT));
    return fixture.open(after, name);
  }

  private static void check(ChannelProbe quiet) {
    assertThat(quiet.channel().oldest()).isEqualTo(1);
    assertThat(quiet.channel().head()).isEqualTo(14);
    assertThat(texts(quiet.read(1).events()))
        .containsExactly("a", "7 lost: store", "b", "c0", "c1", "c2", "c3", "c4");
    assertThat(texts(quiet.readNewest(2, 1000).events())).containsExactly("c3", "c4");
  }

  @Test
  void beyondItsSpaceTheOldestGoWhateverIsToBeKeptAndAreCounted() {
    ChannelProbe busy = fixture.open(store, "busy");
    ChannelProbe quiet = fixture.open(store, "quiet");
    quiet.append("q");

    write(busy, 60);

    assertThat(store.bytes()).isLessThanOrEqualTo(18 * SEGMENT);
    assertThat(segments(directory)).hasSizeLessThan(20);
    assertThat(store.evictedForSpace()).isGreaterThan(100);
    assertThat(busy.channel().head()).isEqualTo(480);
    assertThat(busy.read(1).first()).isEqualTo(busy.channel().oldest());
    assertThat(busy.channel().oldest()).isBetween(300L, 460L);
    assertThat(busy.faults()).isEmpty();
  }

  @Test
  void whatIsTooOldGoesThoughNothingIsWritten() {
    ChannelProbe news = fixture.open(store, "news", new HistoryRetention(100, 1 << 30, 60_000));
    news.append(event(clock.get(), "a"));

    clock.addAndGet(61_000);

    Deadline.await(
        () -> news.channel().oldest() == 2,
        () -> "the event to go, it is " + news.channel().oldest());
    assertThat(news.channel().head()).isEqualTo(1);
    assertThat(news.read(1).events()).isEmpty();
    clock.addAndGet(1);
    assertThat(news.append(event(clock.get(), "b")))
        .satisfies(receipt -> assertThat(receipt.places().get(0).sequence()).isEqualTo(2));
  }

  @Test
  void aChannelThatIsOpenKeepsItsPlaceThoughItHasNoEvents() {
    ChannelProbe news = fixture.open(store, "news", new HistoryRetention(100, 1 << 30, 60_000));
    news.append(event(clock.get(), "a"));
    clock.addAndGet(61_000);
    ChannelProbe busy = fixture.open(store, "busy", HUNDRED);
    write(busy, 6);

    ChannelProbe after = openKilled("news");

    assertThat(after.channel().epoch()).isEqualTo(news.channel().epoch());
    assertThat(after.channel().head()).isEqualTo(1);
    assertThat(after.append("b")).isEqualTo(2);
  }

  @Test
  void aChannelWithoutEventsThatNobodyHasOpenIsForgotten() {
    ChannelProbe news = fixture.open(store, "news", new HistoryRetention(100, 1 << 30, 60_000));
    news.append(event(clock.get(), "a"));
    String epoch = news.channel().epoch();
    news.close();
    clock.addAndGet(61_000);
    ChannelProbe busy = fixture.open(store, "busy", HUNDRED);
    Deadline.await(() -> news.channel().oldest() == 2, () -> "the event to go");
    write(busy, 6);

    ChannelProbe again = fixture.open(store, "news");

    assertThat(again.channel().epoch()).isNotEqualTo(epoch);
    assertThat(again.channel().head()).isZero();
    again.append("b");
    ChannelProbe after = openKilled("news");
    assertThat(after.channel().epoch()).isEqualTo(again.channel().epoch());
    assertThat(texts(after.read(1).events())).containsExactly("b");
  }

  @Test
  void thereAreNoMoreChannelsThanAllowed() {
    FileHistoryStore small =
        fixture.start(settings(fixture.newDirectory(), 16 * SEGMENT).withMostChannels(3));
    ChannelProbe empty = fixture.open(small, "empty");
    fixture.open(small, "first").append("a");
    fixture.open(small, "second").append("b");
    Future<ChannelProbe> refused = ChannelProbe.opening(fixture.vertx(), small, "third", ALL);
    Deadline.await(refused::failed, () -> "a refusal");
    assertThat(refused.cause()).hasMessageContaining("3 channels");

    empty.close();

    assertThat(fixture.open(small, "third").append("c")).isEqualTo(1);
  }

  @Test
  void aThousandStartsMakeNoThousandFiles() {
    fixture.stop(store);
    for (int i = 0; i < 30; i++) {
      FileHistoryStore again = fixture.start(settings(directory, 16 * SEGMENT));
      fixture.open(again, "news").append("" + i);
      fixture.stop(again);
    }

    assertThat(segments(directory)).hasSize(1);
  }

  @Test
  void readsGoOnWhileWhatTheyReadIsDeletedAndMoved() {
    ChannelProbe busy = fixture.open(store, "busy", HUNDRED);
    ChannelProbe quiet = fixture.open(store, "quiet");
    quiet.append("a");
    quiet.append("b");
    busy.append("first");
    for (int i = 0; i < 200; i++) {
      busy.appending(List.of(event(clock.get(), "x".repeat(8000) + i)));
      StoredStretch read = busy.read(1, 1_000_000);
      assertThat(read.first()).isBetween(1L, busy.channel().head() + 1);
      assertThat(texts(quiet.read(1).events())).containsExactly("a", "b");
    }
  }
}
