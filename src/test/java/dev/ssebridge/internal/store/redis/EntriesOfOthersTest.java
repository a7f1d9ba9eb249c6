package dev.ssebridge.internal.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.store.redis.RedisStoreSettings.Mode;
import dev.ssebridge.spi.GapReason;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.spi.StoredStretch;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.ChannelProbe;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another program, or somebody by hand, has written to a log or deleted some of it. */
@Tag("slow")
class EntriesOfOthersTest {
  private static final String LOG = "sse:{news}:log";
  private static final HistoryRetention AN_HOUR = new HistoryRetention(1_000, 1 << 20, 3_600_000);

  @AutoClose private static RedisServer redis;

  private Vertx vertx;
  private RedisHistoryStore store;
  private int entries;

  @BeforeAll
  static void startRedis() {
    redis = RedisServer.start();
  }

  @BeforeEach
  void start() {
    redis.call("FLUSHALL");
    vertx = Vertx.vertx();
    store =
        new RedisHistoryStore(
            vertx,
            new RedisStoreSettings.Builder(Mode.SINGLE, List.of(redis.url()))
                .lookInterval(60_000)
                .build());
    BridgeFixture.get(store.start());
  }

  @AfterEach
  void end() {
    BridgeFixture.get(store.close());
    BridgeFixture.get(vertx.close());
  }

  private void write(String... fields) {
    List<String> call = new ArrayList<>(List.of("XADD", LOG, "1000000-" + ++entries));
    call.addAll(List.of(fields));
    redis.call(call.toArray(String[]::new));
  }

  private void writeEvent() {
    write("h", Long.toString(System.currentTimeMillis()), "d", "data: e\n\n");
  }

  private ChannelProbe opened() {
    return ChannelProbe.open(vertx, store, "news", AN_HOUR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOW n=4",
        "NOW n=99999999999999 r=slow",
        "NOW s=-1",
        "NOW s=32767",
        "NOW s=x",
        "now",
        ""
      })
  void nonsenseTakesItsPlaceAsOneLostEvent(String head) {
    writeEvent();
    writeEvent();
    write("h", head.replace("NOW", Long.toString(System.currentTimeMillis())), "d", "data: x\n\n");
    writeEvent();

    ChannelProbe news = opened();
    for (StoredStretch stretch : List.of(news.read(1), news.readNewest(100, 10_000))) {
      assertThat(stretch.first()).isEqualTo(1);
      assertThat(stretch.events()).extracting(StoredEvent::span).containsExactly(1L, 1L, 1L, 1L);
      assertThat(stretch.events().get(2).reason()).isEqualTo(GapReason.STORE);
    }
    assertThat(news.firstSince(System.currentTimeMillis() - 60_000)).isEqualTo(1);
    news.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"h", "q"})
  void aChannelOpensWhereverAnEntryHasNoTime(String field) {
    for (int i = 0; i < 7; i++) {
      write(field, "nonsense");
      writeEvent();
    }
    ChannelProbe news = opened();
    assertThat(news.append("more")).isEqualTo(15);
    assertThat(news.firstSince(System.currentTimeMillis() - 60_000)).isLessThanOrEqualTo(2);
    assertThat(news.readNewest(100, 10_000).events()).hasSizeGreaterThanOrEqualTo(14);
    news.close();
  }

  @Test
  void theOldestIsNeverBeforeTheFirst() {
    write("h", System.currentTimeMillis() + " n=5 r=store");
    writeEvent();
    ChannelProbe news = opened();
    assertThat(news.channel().oldest()).isEqualTo(1);
    news.close();
  }

  @Test
  void anEntryBeforeTheFirstSequenceIsNone() {
    redis.call("XADD", LOG, "1000000-0", "h", "" + System.currentTimeMillis(), "d", "data: x\n\n");
    ChannelProbe news = opened();
    assertThat(news.channel().oldest()).isEqualTo(1);
    assertThat(news.append("first")).isEqualTo(1);
    news.close();
  }

  @Test
  void whatIsReadTellsHowFarTheLogWasTrimmed() {
    for (int i = 0; i < 100; i++) {
      writeEvent();
    }
    ChannelProbe news = opened();
    assertThat(news.channel().oldest()).isEqualTo(1);
    redis.call("XTRIM", LOG, "MAXLEN", "=", "10");

    assertThat(news.read(1).first()).isEqualTo(91);
    Deadline.await(() -> news.channel().oldest() == 91, () -> "oldest " + news.channel().oldest());
    news.close();
  }

  @Test
  void whereAllWasTrimmedThisIsKnownWhenItIsRead() {
    for (int i = 0; i < 10; i++) {
      writeEvent();
    }
    ChannelProbe news = opened();
    redis.call("XTRIM", LOG, "MAXLEN", "=", "0");

    assertThat(news.read(1)).isEqualTo(new StoredStretch(11, List.of()));
    assertThat(news.channel().oldest()).isEqualTo(11);
    news.close();
  }

  @Test
  void whereAllIsLostNothingIsReadOfTheEpochThatIsNoMore() {
    writeEvent();
    ChannelProbe news = opened();
    String before = news.channel().epoch();
    redis.call("DEL", LOG);

    Future<StoredStretch> read = news.channel().read(before, 1, 1_000);
    Deadline.await(read::isComplete, () -> "an answer");
    assertThat(read.cause()).hasMessageContaining(before + " is no more");
    assertThat(news.channel().epoch()).isNotEqualTo(before);
    news.close();
  }
}
