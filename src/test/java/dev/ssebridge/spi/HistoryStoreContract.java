package dev.ssebridge.spi;

import static dev.ssebridge.testing.ChannelProbe.ALL;
import static dev.ssebridge.testing.ChannelProbe.event;
import static dev.ssebridge.testing.ChannelProbe.frame;
import static dev.ssebridge.testing.ChannelProbe.on;
import static dev.ssebridge.testing.ChannelProbe.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.spi.StoreReceipt.Place;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.ChannelProbe;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every store of history keeps to, sentence by sentence of {@link HistoryStore}. A class that
 * extends it says how its stores are made.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class HistoryStoreContract {
  private static final long NOW = System.currentTimeMillis();
  private static final long MINUTE = 60_000;
  private static final int MEBIBYTE = 1024 * 1024;

  private final List<HistoryStore> started = new ArrayList<>();
  private final List<ChannelProbe> probes = new ArrayList<>();

  /** Which the stores may use as well. */
  protected Vertx vertx;

  private HistoryStore store;

  /** A store without any history. Not started. */
  protected abstract HistoryStore newStore() throws Exception;

  /** A store with the histories of the one before, which is closed: as after a restart. */
  protected abstract HistoryStore sameStoreAgain() throws Exception;

  /** A store beside the one there is, as on another node, where there can be one. Not started. */
  protected Optional<HistoryStore> storeBeside() throws Exception {
    return Optional.empty();
  }

  /** How many events it may keep beyond what is asked for. */
  protected int slack() {
    return 0;
  }

  @BeforeEach
  void startIt() throws Exception {
    vertx = Vertx.vertx();
    store = started(newStore());
  }

  @AfterEach
  void nothingWasOtherThanPromised() {
    List<String> faults = new ArrayList<>();
    probes.forEach(probe -> faults.addAll(probe.faults()));
    started.forEach(each -> BridgeFixture.get(each.close()));
    BridgeFixture.get(vertx.close());
    assertThat(faults).isEmpty();
  }

  private HistoryStore started(HistoryStore made) {
    started.add(made);
    BridgeFixture.get(made.start());
    return made;
  }

  private ChannelProbe open(String name) {
    return open(store, name, ALL);
  }

  private ChannelProbe open(HistoryStore of, String name, HistoryRetention retention) {
    ChannelProbe probe = ChannelProbe.open(vertx, of, name, retention);
    probes.add(probe);
    return probe;
  }

  private void restart() throws Exception {
    BridgeFixture.get(store.close());
    started.remove(store);
    store = started(sameStoreAgain());
  }

  // Opening

  @Test
  void aStoreThatIsStartedTakesEvents() {
    assertThat(store.health().problem()).isNull();
    assertThat(store.health().isUp()).isTrue();
  }

  @Test
  void aNewChannelIsEmpty() {
    ChannelProbe news = open("news");

    assertThat(news.channel().epoch()).matches("[0-9a-z]{1,20}");
    assertThat(news.channel().head()).isZero();
    assertThat(news.channel().oldest()).isEqualTo(1);
    assertThat(news.read(1)).isEqualTo(new StoredStretch(1, List.of()));
    assertThat(news.readNewest(10, 10)).isEqualTo(new StoredStretch(1, List.of()));
    assertThat(news.firstSince(0)).isEqualTo(1);
  }

  @Test
  void namesMayHave1024OfAnyCharacters() {
    String name = "ä€𝄞/ \n\0\"{}*[]".repeat(100).substring(0, 1023) + "x";
    ChannelProbe first = open(name);
    ChannelProbe other = open(name.substring(0, 1023) + "y");

    assertThat(first.append("a")).isEqualTo(1);
    assertThat(other.read(1).events()).isEmpty();
    assertThat(texts(first.read(1).events())).containsExactly("a");
  }

  @Test
  void longerNamesAndEmptyOnesAreRefused() {
    assertRefused(
        IllegalArgumentException.class, ChannelProbe.opening(vertx, store, "x".repeat(1025), ALL));
    assertRefused(IllegalArgumentException.class, ChannelProbe.opening(vertx, store, "", ALL));
  }

  @Test
  void aNameIsOpenOnceAtATime() {
    ChannelProbe news = open("news");
    news.append("a");

    assertRefused(IllegalStateException.class, ChannelProbe.opening(vertx, store, "news", ALL));
    news.close();

    assertThat(open("news").channel().head()).isEqualTo(1);
  }

  @Test
  void whoOpensWithoutAnEventLoopIsRefused() {
    assertRefused(IllegalStateException.class, store.open("news", ALL, new Ignoring()));
  }

  // Appending

  @Test
  void sequencesAreDenseFrom1() {
    ChannelProbe news = open("news");

    StoreReceipt first = news.append(event("a"), event("b"));
    StoreReceipt second = news.append(event("c"));

    assertThat(first.epoch()).isEqualTo(news.channel().epoch());
    assertThat(first.places()).containsExactly(new Place(1, false), new Place(2, false));
    assertThat(second.places()).containsExactly(new Place(3, false));
    assertThat(news.channel().head()).isEqualTo(3);
    assertThat(news.channel().oldest()).isEqualTo(1);
    assertThat(news.sequences()).containsExactly(1L, 2L, 3L);
    assertThat(news.toldTexts()).containsExactly("a", "b", "c");
    assertThat(texts(news.read(1).events())).containsExactly("a", "b", "c");
  }

  @Test
  void theFollowerIsToldBeforeTheFutureIsCompleted() {
    ChannelProbe news = open("news");
    for (int i = 1; i <= 100; i++) {
      int expected = i;
      boolean before =
          BridgeFixture.get(
              on(
                  news.context(),
                  () ->
                      news.channel()
                          .append(List.of(event("x")))
                          .map(
                              receipt ->
                                  news.told().size() == expected
                                      && news.channel().head() == expected)));
      assertThat(before).isTrue();
    }
  }

  @Test
  void everythingOfAnEventIsKept() {
    ChannelProbe news = open("news");
    byte[] binary = new byte[256];
    for (int i = 0; i < 256; i++) {
      binary[i] = (byte) i;
    }
    StoredEvent full =
        StoredEvent.of(NOW - 5, binary, 32_766, "key € " + "k".repeat(5000), "label ä", "id 𝄞");
    StoredEvent bare = StoredEvent.of(-1, new byte[] {'\n'}, 0, null, null, null);
    StoredEvent empties = StoredEvent.of(0, frame(""), 7, "", "", "");

    news.append(full, bare, empties);

    assertSame(news.read(1).events(), List.of(full, bare, empties));
    assertSame(news.told(), List.of(full, bare, empties));
  }

  @Test
  void lostEventsTakeTheirSequences() {
    ChannelProbe news = open("news");

    StoreReceipt receipt =
        news.append(
            event("a"),
            StoredEvent.lost(NOW, 5, GapReason.DROPPED),
            event("b"),
            StoredEvent.lost(NOW, 1, GapReason.STORE),
            StoredEvent.lost(NOW, 1_000_000_000_000L, GapReason.UNKNOWN));

    assertThat(receipt.places())
        .containsExactly(
            new Place(1, false),
            new Place(6, false),
            new Place(7, false),
            new Place(8, false),
            new Place(1_000_000_000_008L, false));
    assertThat(news.sequences()).containsExactly(1L, 2L, 7L, 8L, 9L);
    assertThat(news.channel().head()).isEqualTo(1_000_000_000_008L);
    assertThat(news.append("c")).isEqualTo(1_000_000_000_009L);
    assertThat(texts(news.read(1).events()))
        .containsExactly(
            "a", "5 lost: dropped", "b", "1 lost: store", "1000000000000 lost: unknown", "c");
  }

  @Test
  void lostEventsMayComeFirst() throws Exception {
    ChannelProbe news = open("news");
    news.append(StoredEvent.lost(NOW, 3, GapReason.STORE));

    assertThat(news.channel().head()).isEqualTo(3);
    assertThat(news.channel().oldest()).isEqualTo(1);
    restart();
    ChannelProbe again = open("news");

    assertThat(again.channel().head()).isEqualTo(3);
    assertThat(texts(again.read(1).events())).containsExactly("3 lost: store");
    assertThat(again.append("a")).isEqualTo(4);
  }

  @Test
  void anUnknownLossIsStillUnknownAfterARestart() throws Exception {
    ChannelProbe news = open("news");
    news.append(event("a"), StoredEvent.lost(NOW, 1, GapReason.UNKNOWN), event("b"));
    restart();

    assertThat(texts(open("news").read(1).events())).containsExactly("a", "1 lost: unknown", "b");
  }

  @Test
  void appendsOfNothingAndOfTooManyAreRefused() {
    ChannelProbe news = open("news");
    List<StoredEvent> most = Collections.nCopies(HistoryStore.MOST_EVENTS, event("x"));
    List<StoredEvent> more = Collections.nCopies(HistoryStore.MOST_EVENTS + 1, event("x"));

    assertRefused(IllegalArgumentException.class, news.appending(List.of()));
    assertRefused(IllegalArgumentException.class, news.appending(more));
    news.append(most);

    assertThat(news.channel().head()).isEqualTo(HistoryStore.MOST_EVENTS);
    assertThat(news.told()).hasSize(HistoryStore.MOST_EVENTS);
  }

  // Message ids

  @Test
  void anEventWithAKnownMessageIdIsLeftOut() {
    ChannelProbe news = open("news");
    news.append(event("0"), event(NOW, "a", "m1"));

    StoreReceipt receipt =
        news.append(
            event(NOW, "b", "m2"),
            event(NOW, "a again", "m1"),
            event(NOW, "b again", "m2"),
            event("c"));

    assertThat(receipt.places())
        .containsExactly(
            new Place(3, false), new Place(2, true), new Place(3, true), new Place(4, false));
    assertThat(news.toldTexts()).containsExactly("0", "a", "b", "c");
    assertThat(texts(news.read(1).events())).containsExactly("0", "a", "b", "c");
  }

  @Test
  void anAppendOfKnownEventsAddsNothing() {
    ChannelProbe news = open("news");
    news.append(event(NOW, "a", "m1"));

    StoreReceipt receipt = news.append(event(NOW, "again", "m1"));

    assertThat(receipt.places()).containsExactly(new Place(1, true));
    assertThat(receipt.epoch()).isEqualTo(news.channel().epoch());
    assertThat(news.channel().head()).isEqualTo(1);
    assertThat(news.append("b")).isEqualTo(2);
  }

  @Test
  void theNewestMessageIdsAreRememberedAndNoOthers() {
    ChannelProbe news = open("news");
    news.append(event(NOW, "first", "id 0"), event(NOW, "second", "id 1"));
    news.append(Collections.nCopies(1000, event("without")));
    news.append(
        IntStream.rangeClosed(2, HistoryStore.REMEMBERED_IDS)
            .mapToObj(i -> event(NOW, "" + i, "id " + i))
            .toList());
    long head = news.channel().head();

    assertThat(news.append(event(NOW, "x", "id 1")).places()).containsExactly(new Place(2, true));
    assertThat(news.append(event(NOW, "x", "id 0")).places())
        .containsExactly(new Place(head + 1, false));
    assertThat(news.append(event(NOW, "x", "id 1")).places())
        .containsExactly(new Place(head + 2, false));
  }

  @Test
  void messageIdsAreOfOneChannel() {
    ChannelProbe news = open("news");
    ChannelProbe other = open("other");
    news.append(event(NOW, "a", "m1"));

    assertThat(other.append(event(NOW, "a", "m1")).places()).containsExactly(new Place(1, false));
  }

  @Test
  void messageIdsOutliveTheirEvents() {
    ChannelProbe news = open(store, "news", new HistoryRetention(1, Long.MAX_VALUE, MINUTE));
    news.append(event(NOW, "a", "m1"));
    for (int i = 0; i < 500; i++) {
      news.append("b");
    }

    assertThat(news.append(event(NOW, "a", "m1")).places()).containsExactly(new Place(1, true));
  }

  @Test
  void messageIdsAreRememberedAfterARestart() throws Exception {
    ChannelProbe news = open("news");
    news.append(event(NOW, "a", "m1"), event("b"));
    restart();

    assertThat(open("news").append(event(NOW, "again", "m1"), event("c")).places())
        .containsExactly(new Place(1, true), new Place(3, false));
  }

  // Reading

  @Test
  void readsBeginWhereTheyAreAskedTo() {
    ChannelProbe news = open("news");
    news.append(events(0, 100));

    assertThat(news.read(-5).first()).isEqualTo(1);
    assertThat(news.read(1).events()).hasSize(100);
    for (int from : new int[] {2, 17, 64, 65, 99, 100}) {
      StoredStretch read = news.read(from);
      assertThat(read.first()).isEqualTo(from);
      assertThat(texts(read.events())).isEqualTo(numbers(from - 1, 100));
    }
    assertThat(news.read(101)).isEqualTo(new StoredStretch(101, List.of()));
    assertThat(news.read(5000)).isEqualTo(new StoredStretch(101, List.of()));
  }

  @Test
  void readsEndWithTheirBytesButReadOneEventInAnyCase() {
    ChannelProbe news = open("news");
    news.append(events(1000, 1100));
    int size = frame("1000").length;

    assertThat(texts(news.read(3, 0).events())).containsExactly("1002");
    assertThat(texts(news.read(3, size).events())).containsExactly("1002");
    assertThat(texts(news.read(3, 2L * size - 1).events())).containsExactly("1002");
    assertThat(texts(news.read(3, 2L * size).events())).containsExactly("1002", "1003");
    assertThat(news.read(3, 70L * size + 1).events()).hasSize(70);
  }

  @Test
  void lostEventsAreReadFromWhereTheStretchBegins() {
    ChannelProbe news = open("news");
    news.append(event("a"), StoredEvent.lost(NOW, 10, GapReason.STORE), event("b"));

    assertThat(news.read(2).first()).isEqualTo(2);
    assertThat(texts(news.read(2).events())).containsExactly("10 lost: store", "b");
    assertThat(news.read(5).first()).isEqualTo(5);
    assertThat(texts(news.read(5).events())).containsExactly("7 lost: store", "b");
    assertThat(texts(news.read(11).events())).containsExactly("1 lost: store", "b");
    assertThat(texts(news.read(12).events())).containsExactly("b");
  }

  @Test
  void anotherEpochIsNotRead() {
    ChannelProbe news = open("news");
    news.append("a");

    assertRefused(
        IllegalStateException.class,
        on(news.context(), () -> news.channel().read("another", 1, 100)));
  }

  @Test
  void theNewestAreReadWithinBothLimits() {
    ChannelProbe news = open("news");
    news.append(events(1000, 1200));
    int size = frame("1000").length;

    assertThat(news.readNewest(0, MEBIBYTE)).isEqualTo(new StoredStretch(201, List.of()));
    assertThat(news.readNewest(10, size - 1L)).isEqualTo(new StoredStretch(201, List.of()));
    assertThat(texts(news.readNewest(1, size).events())).containsExactly("1199");
    assertThat(news.readNewest(3, MEBIBYTE).first()).isEqualTo(198);
    assertThat(texts(news.readNewest(3, MEBIBYTE).events()))
        .containsExactly("1197", "1198", "1199");
    assertThat(news.readNewest(1000, 150L * size + 1).first()).isEqualTo(51);
    assertThat(news.readNewest(1000, 150L * size + 1).events()).hasSize(150);
    assertThat(news.readNewest(Long.MAX_VALUE, Long.MAX_VALUE).first()).isEqualTo(1);
    assertThat(news.readNewest(Long.MAX_VALUE, Long.MAX_VALUE).events()).hasSize(200);
  }

  @Test
  void lostEventsCountAsOneAmongTheNewest() {
    ChannelProbe news = open("news");
    news.append(event("a"), event("b"), StoredEvent.lost(NOW, 10, GapReason.STORE), event("c"));

    assertThat(news.readNewest(2, MEBIBYTE).first()).isEqualTo(3);
    assertThat(texts(news.readNewest(2, MEBIBYTE).events())).containsExactly("10 lost: store", "c");
    assertThat(texts(news.readNewest(3, MEBIBYTE).events()))
        .containsExactly("b", "10 lost: store", "c");
  }

  @Test
  void theFirstSinceATimeIsFound() {
    ChannelProbe news = open("news");
    for (int i = 0; i < 300; i++) {
      news.append(event(NOW + i * 10L, "x"));
    }
    news.append(event(NOW + 1000, "its clock went back"), event(NOW + 4000, "last"));

    assertThat(news.firstSince(0)).isEqualTo(1);
    assertThat(news.firstSince(NOW)).isEqualTo(1);
    assertThat(news.firstSince(NOW + 1)).isEqualTo(2);
    assertThat(news.firstSince(NOW + 990)).isEqualTo(100);
    assertThat(news.firstSince(NOW + 2990)).isEqualTo(300);
    assertThat(news.firstSince(NOW + 2991)).isEqualTo(302);
    assertThat(news.firstSince(NOW + 4000)).isEqualTo(302);
    assertThat(news.firstSince(NOW + 4001)).isEqualTo(303);
    assertThat(news.firstSince(Long.MAX_VALUE)).isEqualTo(303);
  }

  // Retention

  @Test
  void noMoreEventsAreKeptThanAskedForAndNoLess() {
    ChannelProbe news = open(store, "news", new HistoryRetention(10, Long.MAX_VALUE, MINUTE * 60));
    for (int i = 0; i < 20; i++) {
      news.append(events(i * 100, i * 100 + 100));
      assertKept(news, 10, numbers(0, i * 100 + 100));
    }
  }

  @Test
  void noMoreBytesAreKeptThanAskedForAndNoLess() {
    int size = frame("1000").length;
    ChannelProbe news =
        open(store, "news", new HistoryRetention(Long.MAX_VALUE, 10L * size + 1, MINUTE * 60));
    for (int i = 0; i < 20; i++) {
      news.append(events(1000 + i * 100, 1000 + i * 100 + 100));
      assertKept(news, 10, numbers(1000, 1000 + i * 100 + 100));
    }
  }

  @Test
  void theNewestEventStaysHoweverBigItIs() {
    ChannelProbe news = open(store, "news", new HistoryRetention(10, 1, MINUTE * 60));
    for (int i = 0; i < slack() + 5; i++) {
      news.append("before");
    }
    news.append("big");

    assertThat(news.channel().oldest())
        .isBetween(news.channel().head() - slack(), news.channel().head());
    assertThat(texts(news.readNewest(1, MEBIBYTE).events())).containsExactly("big");
  }

  @Test
  void whatIsTooOldGoes() {
    ChannelProbe news = open(store, "news", new HistoryRetention(5000, Long.MAX_VALUE, MINUTE));
    long old = NOW - 60 * MINUTE;
    for (int i = 0; i < 10; i++) {
      news.append(IntStream.range(0, 100).mapToObj(n -> event(old, "old")).toList());
    }
    long fresh = System.currentTimeMillis();
    news.append(IntStream.range(0, 50).mapToObj(n -> event(fresh, "fresh")).toList());

    Deadline.await(
        () -> news.channel().oldest() > 1000 - slack(),
        () -> "old events to go, the oldest is " + news.channel().oldest());
    assertThat(news.channel().oldest()).isLessThanOrEqualTo(1001);
    assertThat(texts(news.read(1001).events())).containsOnly("fresh").hasSize(50);
  }

  @Test
  void lessIsKeptFromNowOn() {
    ChannelProbe news = open("news");
    news.append(events(0, 500));

    news.channel().retain(new HistoryRetention(10, Long.MAX_VALUE, MINUTE * 60));
    Deadline.await(
        () -> news.channel().oldest() >= 491 - slack(),
        () -> "what is too much to go, the oldest is " + news.channel().oldest());

    assertThat(news.channel().oldest()).isLessThanOrEqualTo(491);
    assertThat(texts(news.read(491).events())).isEqualTo(numbers(490, 500));
  }

  @Test
  void moreIsKeptFromNowOn() {
    ChannelProbe news = open(store, "news", new HistoryRetention(10, Long.MAX_VALUE, MINUTE * 60));
    news.append(events(0, 10));

    news.channel().retain(ALL);
    news.append(events(10, 600));

    assertThat(texts(news.read(1).events())).isEqualTo(numbers(0, 600));
  }

  @Test
  void anOpeningKeepsSoMuchAsItAsksFor() throws Exception {
    open("news").append(events(0, 500));
    restart();

    ChannelProbe news = open(store, "news", new HistoryRetention(10, Long.MAX_VALUE, MINUTE * 60));

    assertKept(news, 10, numbers(0, 500));
    assertThat(news.channel().head()).isEqualTo(500);
  }

  // Restart and close

  @Test
  void aRestartGoesOnWhereItWas() throws Exception {
    ChannelProbe before = open("news");
    ChannelProbe other = open("other");
    before.append(events(0, 200));
    other.append("o");
    String epoch = before.channel().epoch();
    String otherEpoch = other.channel().epoch();
    restart();

    ChannelProbe after = open("news");

    assertThat(after.channel().epoch()).isEqualTo(epoch);
    assertThat(after.channel().head()).isEqualTo(200);
    assertThat(after.channel().oldest()).isEqualTo(1);
    assertThat(after.told()).isEmpty();
    assertThat(texts(after.read(1).events())).isEqualTo(numbers(0, 200));
    assertThat(texts(after.readNewest(2, MEBIBYTE).events())).containsExactly("198", "199");
    assertThat(after.append("b")).isEqualTo(201);
    assertThat(after.sequences()).containsExactly(201L);
    ChannelProbe otherAfter = open("other");
    assertThat(otherAfter.channel().epoch()).isEqualTo(otherEpoch);
    assertThat(texts(otherAfter.read(1).events())).containsExactly("o");
  }

  @Test
  void whatWasTooOldOrTooMuchDoesNotComeBack() throws Exception {
    HistoryRetention ten = new HistoryRetention(10, Long.MAX_VALUE, MINUTE * 60);
    ChannelProbe news = open(store, "news", ten);
    for (int i = 0; i < 10; i++) {
      news.append(events(i * 100, i * 100 + 100));
    }
    for (int round = 0; round < 3; round++) {
      restart();
      news = open(store, "news", ten);
      assertThat(news.channel().head()).isEqualTo(1000);
      assertKept(news, 10, numbers(0, 1000));
    }
  }

  @Test
  void aChannelThatIsOpenedAgainGoesOn() {
    ChannelProbe before = open("news");
    before.append("a");
    before.close();

    ChannelProbe after = open("news");
    after.append("b");

    assertThat(after.channel().epoch()).isEqualTo(before.channel().epoch());
    assertThat(after.sequences()).containsExactly(2L);
    assertThat(before.sequences()).containsExactly(1L);
    assertThat(texts(after.read(1).events())).containsExactly("a", "b");
  }

  @Test
  void aClosedChannelAnswersNothing() {
    ChannelProbe news = open("news");
    news.append("a");
    news.close();
    news.close();

    assertRefused(IllegalStateException.class, news.appending(List.of(event("b"))));
    assertRefused(
        IllegalStateException.class,
        on(news.context(), () -> news.channel().read(news.channel().epoch(), 1, 100)));
    assertRefused(
        IllegalStateException.class, on(news.context(), () -> news.channel().readNewest(1, 100)));
    assertRefused(
        IllegalStateException.class, on(news.context(), () -> news.channel().firstSince(0)));
    assertThat(open("news").channel().head()).isEqualTo(1);
  }

  @Test
  void anAppendUnderWayIsDecidedBeforeTheChannelIsClosed() {
    for (int round = 0; round < 20; round++) {
      ChannelProbe news = open("news " + round);
      Future<StoreReceipt> append = news.appending(events(0, 100));
      news.close();

      Deadline.await(append::isComplete, () -> "the append to be decided");
      assertThat(open("news " + round).channel().head()).isEqualTo(append.succeeded() ? 100 : 0);
    }
  }

  @Test
  void anAppendUnderWayIsDecidedWhenTheStoreIsClosed() throws Exception {
    ChannelProbe news = open("news");
    Future<StoreReceipt> append = news.appending(events(0, 1000));
    Future<Void> closed = on(news.context(), store::close);
    BridgeFixture.get(closed);

    Deadline.await(append::isComplete, () -> "the append to be decided");
    restart();

    assertThat(open("news").channel().head()).isEqualTo(append.succeeded() ? 1000 : 0);
  }

  @Test
  void aClosedStoreTakesNothing() {
    ChannelProbe news = open("news");
    BridgeFixture.get(store.close());
    BridgeFixture.get(store.close());

    assertThat(store.health().isUp()).isFalse();
    assertThat(store.health().problem()).isNotBlank();
    assertRefused(IllegalStateException.class, news.appending(List.of(event("a"))));
    assertRefused(IllegalStateException.class, ChannelProbe.opening(vertx, store, "other", ALL));
  }

  @Test
  void aStoreThatIsNotStartedTakesNothing() throws Exception {
    BridgeFixture.get(store.close());
    HistoryStore idle = sameStoreAgain();

    assertThat(idle.health().isUp()).isFalse();
    assertRefused(IllegalStateException.class, ChannelProbe.opening(vertx, idle, "news", ALL));
    BridgeFixture.get(idle.close());
  }

  // Others, and threads

  @Test
  void channelsDoNotDisturbEachOther() {
    List<ChannelProbe> channels = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      channels.add(open("channel " + i));
    }
    List<Future<StoreReceipt>> appends = new ArrayList<>();
    for (ChannelProbe channel : channels) {
      appends.add(appendOneByOne(channel, 0, 200));
    }
    appends.forEach(BridgeFixture::get);

    for (ChannelProbe channel : channels) {
      assertThat(channel.toldTexts()).isEqualTo(numbers(0, 200));
      assertThat(channel.sequences()).isEqualTo(LongStream.rangeClosed(1, 200).boxed().toList());
      assertThat(texts(channel.read(1).events())).isEqualTo(numbers(0, 200));
    }
    assertThat(channels.stream().map(channel -> channel.channel().epoch()).distinct()).hasSize(20);
  }

  private static Future<StoreReceipt> appendOneByOne(ChannelProbe channel, int from, int to) {
    Future<StoreReceipt> appended = channel.appending(List.of(event("" + from)));
    return from + 1 == to
        ? appended
        : appended.compose(receipt -> appendOneByOne(channel, from + 1, to));
  }

  @Test
  void aFollowerThatThrowsDisturbsNobody() {
    ChannelProbe other = open("other");
    Context context = vertx.getOrCreateContext();
    context.exceptionHandler(expected -> {});
    HistoryStore.Channel broken =
        BridgeFixture.get(on(context, () -> store.open("broken", ALL, new Throwing())));

    for (int i = 1; i <= 3; i++) {
      StoreReceipt receipt =
          BridgeFixture.get(on(context, () -> broken.append(List.of(event("x")))));
      assertThat(receipt.places()).containsExactly(new Place(i, false));
      assertThat(other.append("y")).isEqualTo(i);
    }
    assertThat(other.toldTexts()).containsExactly("y", "y", "y");
  }

  @Test
  void futuresAreCompletedOnTheContextOfTheCaller() {
    ChannelProbe news = open("news");
    Context other = vertx.getOrCreateContext();
    HistoryStore.Channel channel = news.channel();

    assertOnContext(other, () -> channel.append(List.of(event("a"))));
    assertOnContext(other, () -> channel.read(channel.epoch(), 1, 100));
    assertOnContext(other, () -> channel.readNewest(1, 100));
    assertOnContext(other, () -> channel.firstSince(0));
    assertOnContext(other, () -> store.open("another", ALL, new Ignoring()));
    assertOnContext(other, channel::close);
    assertOnContext(other, store::close);
  }

  @Test
  void callsMayComeFromThreadsWithoutAContext() {
    ChannelProbe news = open("news");
    HistoryStore.Channel channel = news.channel();

    for (int i = 1; i <= 100; i++) {
      assertThat(BridgeFixture.get(channel.append(List.of(event("a")))).places())
          .containsExactly(new Place(i, false));
      assertThat(news.told()).hasSize(i);
    }
    assertThat(BridgeFixture.get(channel.read(channel.epoch(), 1, MEBIBYTE)).events()).hasSize(100);
    assertThat(BridgeFixture.get(channel.readNewest(5, MEBIBYTE)).events()).hasSize(5);
    assertThat(BridgeFixture.get(channel.firstSince(0))).isEqualTo(1);
    BridgeFixture.get(channel.close());
  }

  // Sizes

  @Test
  void bigFramesAreKept() throws Exception {
    ChannelProbe news = open("news");
    news.append(big('a', 5), event(NOW, "between"), big('b', 3));
    news.append(big('c', 9));
    restart();

    ChannelProbe again = open("news");

    assertThat(again.channel().head()).isEqualTo(4);
    assertSame(
        again.read(1).events(),
        List.of(big('a', 5), event(NOW, "between"), big('b', 3), big('c', 9)));
    assertThat(again.readNewest(2, MEBIBYTE).events()).isEmpty();
    assertThat(again.read(2, 1).events()).hasSize(1);
    assertThat(again.append("after")).isEqualTo(5);
  }

  @Test
  void manySmallEventsAreKept() throws Exception {
    int all = 50_000;
    ChannelProbe news = open("news");
    Future<StoreReceipt> last = appendInBatches(news, 0, all, 1000);
    assertThat(BridgeFixture.get(last).places()).last().isEqualTo(new Place(all, false));
    restart();

    ChannelProbe again = open("news");

    assertThat(again.channel().head()).isEqualTo(all);
    assertThat(texts(again.read(1).events())).isEqualTo(numbers(0, all));
    assertThat(texts(again.read(all / 2, 1).events())).containsExactly("" + (all / 2 - 1));
    assertThat(again.readNewest(10_000, Long.MAX_VALUE).first()).isEqualTo(all - 9_999);
  }

  private static Future<StoreReceipt> appendInBatches(
      ChannelProbe channel, int from, int to, int batch) {
    Future<StoreReceipt> appended = channel.appending(events(from, from + batch));
    return from + batch >= to
        ? appended
        : appended.compose(receipt -> appendInBatches(channel, from + batch, to, batch));
  }

  // A store beside

  @Test
  void whatOthersAppendIsToldToo() throws Exception {
    HistoryStore second = beside();
    ChannelProbe here = open("news");
    here.append("a");
    ChannelProbe there = open(second, "news", ALL);

    assertThat(there.channel().epoch()).isEqualTo(here.channel().epoch());
    assertThat(there.channel().head()).isEqualTo(1);
    List<Future<StoreReceipt>> appends = new ArrayList<>();
    appends.add(appendOneByOne(here, 0, 200));
    appends.add(appendOneByOne(there, 200, 400));
    appends.forEach(BridgeFixture::get);
    awaitHead(here, 401);
    awaitHead(there, 401);

    assertThat(there.sequences()).isEqualTo(LongStream.rangeClosed(2, 401).boxed().toList());
    assertThat(here.toldTexts().subList(1, 401)).isEqualTo(there.toldTexts());
    assertThat(here.toldTexts()).containsSubsequence(numbers(0, 200));
    assertThat(here.toldTexts()).containsSubsequence(numbers(200, 400));
    assertThat(texts(there.read(2).events())).isEqualTo(there.toldTexts());
  }

  @Test
  void messageIdsAreKnownToAll() throws Exception {
    HistoryStore second = beside();
    ChannelProbe here = open("news");
    ChannelProbe there = open(second, "news", ALL);
    here.append(event(NOW, "a", "m1"));

    assertThat(there.append(event(NOW, "a", "m1")).places()).containsExactly(new Place(1, true));
    awaitHead(there, 1);
    assertThat(there.toldTexts()).containsExactly("a");
  }

  @Test
  void whatComesBetweenCloseAndOpenIsReadNotTold() throws Exception {
    HistoryStore second = beside();
    ChannelProbe here = open("news");
    ChannelProbe there = open(second, "news", ALL);
    there.close();
    here.append(events(0, 10));

    ChannelProbe again = open(second, "news", ALL);
    here.append("last");
    awaitHead(again, 11);

    assertThat(again.sequences()).containsExactly(11L);
    assertThat(texts(again.read(1).events()).subList(0, 10)).isEqualTo(numbers(0, 10));
  }

  private HistoryStore beside() throws Exception {
    Optional<HistoryStore> second = storeBeside();
    assumeTrue(second.isPresent(), "one store at a time has these histories");
    return started(second.get());
  }

  // Leases, of stores that have them

  @Test
  void aLeaseIsHadByOneAtATime() throws Exception {
    Leases two = leases();
    long began = System.nanoTime();

    assertThat(two.take(0)).isTrue();
    boolean another = two.take(1);
    assumeTrue(two.isWithin(began), "the machine is too slow to tell");
    assertThat(another).isFalse();
    assertThat(two.all().get(1).isHeld()).isFalse();
    assertThat(BridgeFixture.get(leaseOf(store, "feed").take())).isTrue();
  }

  @Test
  void aLeaseIsGoneOnWith() throws Exception {
    Leases two = leases();
    assertThat(two.take(0)).isTrue();
    long began = System.nanoTime();
    long last = began;

    while (System.nanoTime() - began < 2 * two.nanos()) {
      long before = last;
      last = System.nanoTime();
      boolean mine = two.take(0);
      if (!mine) {
        assertThat(System.nanoTime() - before).isGreaterThan(two.nanos());
        return; // a slow machine
      }
      boolean another = two.take(1);
      assumeTrue(two.isWithin(last), "the machine is too slow to tell");
      assertThat(another).isFalse();
    }
  }

  @Test
  void aLeaseThatIsNotGoneOnWithIsLostAndNotTakenAnewInSilence() throws Exception {
    Leases two = leases();
    assertThat(two.take(0)).isTrue();

    Deadline.await(() -> two.take(1), () -> "another to have it");
    assertThat(two.all().get(0).isHeld()).isFalse();
    assertThat(two.take(0)).isFalse();
    BridgeFixture.get(two.all().get(1).giveBack());
    assertThat(two.take(0)).isTrue();
  }

  @Test
  void aLeaseThatAnotherHasHadInBetweenIsToldAsLost() throws Exception {
    Leases two = leases();
    assertThat(two.take(0)).isTrue();
    Deadline.await(() -> two.take(1), () -> "another to have it");
    BridgeFixture.get(two.all().get(1).giveBack());

    assertThat(two.take(0)).isFalse(); // in between somebody else has had it
    assertThat(two.take(0)).isTrue();
  }

  @Test
  void aLeaseThatIsGivenBackIsHadByAnotherAtOnce() throws Exception {
    Leases two = leases();
    assertThat(two.take(0)).isTrue();

    BridgeFixture.get(two.all().get(0).giveBack());
    assertThat(two.all().get(0).isHeld()).isFalse();
    assertThat(two.take(1)).isTrue();
    BridgeFixture.get(two.all().get(0).giveBack()); // which is not its own any more
    assertThat(BridgeFixture.get(two.all().get(1).keep("mine").otherwiseEmpty())).isNull();
  }

  @Test
  void aTextGoesFromHolderToHolderAndNobodyElseChangesIt() throws Exception {
    Leases two = leases();
    HistoryLease one = two.all().get(0);
    HistoryLease other = two.all().get(1);
    assertThat(BridgeFixture.get(one.value())).isNull();
    assertThat(failureOf(one.keep("too early"))).isNotNull();
    assertThat(two.take(0)).isTrue();
    BridgeFixture.get(one.keep("here I was: \u00e9\n\ud83d\ude00"));

    assertThat(failureOf(other.keep("not mine"))).isNotNull();
    Deadline.await(() -> two.take(1), () -> "another to have it");
    assertThat(BridgeFixture.get(other.value())).isEqualTo("here I was: \u00e9\n\ud83d\ude00");
    assertThat(failureOf(one.keep("late"))).isNotNull();
    BridgeFixture.get(other.keep("x".repeat(4096)));
    assertThat(failureOf(other.keep("x".repeat(4097))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(BridgeFixture.get(one.value())).hasSize(4096);
  }

  @Test
  void theTextOutlivesAllWhoHadIt() throws Exception {
    HistoryLease lease = leaseOf(store, "wire");
    assertThat(BridgeFixture.get(lease.take())).isTrue();
    BridgeFixture.get(lease.keep("17"));

    restart();
    assertThat(BridgeFixture.get(leaseOf(store, "wire").value())).isEqualTo("17");
  }

  @Test
  void onlyWhoHasTheLeaseOfAChannelAppends() throws Exception {
    HistoryStore beside = beside();
    ChannelProbe mine = open("news");
    ChannelProbe yours = open(beside, "news", ALL);
    HistoryLease first = leaseOf(mine);
    HistoryLease second = leaseOf(yours);
    assertThat(mine.channel().lease()).isSameAs(first);
    assertRefusedAppend(mine, "nobody has it");

    Deadline.await(
        () ->
            BridgeFixture.get(second.take())
                && failureOf(yours.appending(List.of(event("a")))) == null,
        () -> "an append within the time of a lease");
    long appended = yours.channel().head();
    BridgeFixture.get(second.giveBack());
    assertThat(BridgeFixture.get(first.take())).isTrue();
    assertRefusedAppend(yours, "it was given back");
    assertThat(yours.channel().head()).isEqualTo(appended);
    assertThat(mine.read(1).events()).hasSize((int) appended);
  }

  @Test
  void whoHasLostTheLeaseOfAChannelAddsNothing() throws Exception {
    HistoryStore beside = beside();
    ChannelProbe mine = open("news");
    ChannelProbe yours = open(beside, "news", ALL);
    HistoryLease first = leaseOf(mine);
    HistoryLease second = leaseOf(yours);
    assertThat(BridgeFixture.get(first.take())).isTrue();

    Deadline.await(() -> BridgeFixture.get(second.take()), () -> "it to be lost");
    assertRefusedAppend(mine, "another has it");
    assertThat(mine.channel().head()).isZero();
  }

  private static void assertRefusedAppend(ChannelProbe probe, String why) {
    assertThat(failureOf(probe.appending(List.of(event("refused"))))).as(why).isNotNull();
  }

  private static HistoryLease leaseOf(HistoryStore of, String name) {
    return given(of.lease(name));
  }

  private static HistoryLease leaseOf(ChannelProbe of) {
    return given(of.channel().lease());
  }

  private static HistoryLease given(@Nullable HistoryLease lease) {
    assumeTrue(lease != null, "it has no leases");
    return Objects.requireNonNull(lease);
  }

  private Leases leases() throws Exception {
    return new Leases(List.of(leaseOf(store, "wire"), leaseOf(beside(), "wire")));
  }

  /** The same lease as two nodes have it. */
  private record Leases(List<HistoryLease> all) {
    boolean take(int node) {
      return BridgeFixture.get(all.get(node).take());
    }

    long nanos() {
      return TimeUnit.MILLISECONDS.toNanos(all.get(0).millis());
    }

    boolean isWithin(long began) {
      return System.nanoTime() - began < nanos();
    }
  }

  private static @Nullable Throwable failureOf(Future<?> future) {
    return BridgeFixture.get(
            future.map((Throwable) null).otherwise(failure -> failure).map(Optional::ofNullable))
        .orElse(null);
  }

  private static void awaitHead(ChannelProbe probe, long head) {
    Deadline.await(
        () -> probe.channel().head() >= head,
        () -> "the head to be " + head + ", it is " + probe.channel().head());
    // The task that moves it tells the follower, and is over when the next one runs.
    BridgeFixture.get(ChannelProbe.on(probe.context(), Future::succeededFuture));
  }

  // What is asked here and there

  private void assertKept(ChannelProbe news, int asked, List<String> all) {
    int head = all.size();
    Deadline.await(
        () -> news.channel().oldest() >= head - asked - slack() + 1,
        () ->
            asked
                + " events and a slack of "
                + slack()
                + " to be kept of "
                + head
                + ", the oldest is "
                + news.channel().oldest());
    int expected = Math.max(0, head - asked);
    assertThat(news.channel().oldest()).isLessThanOrEqualTo(expected + 1);
    assertThat(texts(news.read(expected + 1).events())).isEqualTo(all.subList(expected, head));
    assertThat(news.read(1).first()).isEqualTo(news.channel().oldest());
  }

  private static void assertRefused(Class<? extends Throwable> expected, Future<?> future) {
    Deadline.await(future::isComplete, () -> "a refusal");
    assertThat(future.succeeded()).as("expected a refusal").isFalse();
    assertThat(future.cause()).isInstanceOf(expected).hasMessageMatching("(?s).{10,}");
  }

  private static <T> void assertOnContext(Context context, Supplier<Future<T>> call) {
    Promise<Context> seen = Promise.promise();
    context.runOnContext(
        now -> call.get().onComplete(result -> seen.complete(Vertx.currentContext())));
    assertThat(BridgeFixture.get(seen.future())).isSameAs(context);
  }

  private static void assertSame(List<StoredEvent> actual, List<StoredEvent> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      StoredEvent event = actual.get(i);
      assertThat(event.frame()).isEqualTo(expected.get(i).frame());
      assertThat(event)
          .usingRecursiveComparison()
          .ignoringFields("frame")
          .isEqualTo(expected.get(i));
    }
  }

  private static StoredEvent big(char of, int mebibytes) {
    return StoredEvent.of(
        NOW, frame(String.valueOf(of).repeat(mebibytes * MEBIBYTE)), 0, null, null, null);
  }

  private static List<StoredEvent> events(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> event("" + i)).toList();
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "" + i).toList();
  }

  /** Does not want to know. */
  private static final class Ignoring implements HistoryStore.Follower {
    @Override
    public void appended(long first, List<StoredEvent> events) {}

    @Override
    public void evicted(long upTo) {}

    @Override
    public void restarted(String epoch, long head) {}
  }

  /** Cannot bear it. */
  private static final class Throwing implements HistoryStore.Follower {
    @Override
    public void appended(long first, List<StoredEvent> events) {
      throw new IllegalArgumentException("as it must be expected");
    }

    @Override
    public void evicted(long upTo) {
      throw new IllegalArgumentException("as it must be expected");
    }

    @Override
    public void restarted(String epoch, long head) {
      throw new IllegalArgumentException("as it must be expected");
    }
  }
}
