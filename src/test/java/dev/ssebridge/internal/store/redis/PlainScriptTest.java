package dev.ssebridge.internal.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.ChannelProbe;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.RedisServer;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shorter script that bridges append plain events by: it does the same, or nothing. */
class PlainScriptTest {
  private static final String LOG = "sse:{news}:log";
  private static final String SCRIPT =
      Path.of(
              System.getProperty("project.basedir", "."),
              "src/main/resources/dev/ssebridge/redis/plain.lua")
          .toString();

  @AutoClose private static RedisServer redis;

  @BeforeAll
  static void startRedis() {
    redis = RedisServer.start();
  }

  @BeforeEach
  void empty() {
    redis.call("CONFIG", "SET", "maxmemory", "0");
    redis.call("FLUSHALL");
  }

  private static String append(String epoch, long known, String mark, String... events) {
    List<String> call =
        new ArrayList<>(
            List.of(
                "--eval",
                SCRIPT,
                LOG,
                "sse:{news}:void",
                ",",
                epoch + "-*",
                "" + known,
                "1000",
                mark));
    call.addAll(List.of(events));
    return redis.call(call.toArray(String[]::new));
  }

  private static String lines(String... lines) {
    return String.join("\n", lines);
  }

  @Test
  void aMissingLogIsNotBegun() {
    assertThat(append("7", 0, "m1", "5", "a")).isEqualTo("MORE");
    assertThat(redis.call("EXISTS", LOG)).isEqualTo("0");
  }

  @Test
  void oneEventAndManyAreInTheLogAsTheOtherScriptWritesThem() {
    redis.call("XADD", LOG, "7-1", "h", "0");

    assertThat(append("7", 1, "m1", "5", "a")).isEqualTo("7-2");
    assertThat(append("7", 2, "m2", "6 k=x", "b", "7", "c", "8", "d")).isEqualTo("7-3");
    assertThat(redis.call("XRANGE", LOG, "7-2", "+"))
        .isEqualTo(
            lines(
                "7-2", "h", "5", "d", "a", "b", "m1", "7-3", "h", "6 k=x", "d", "b", "7-4", "h",
                "7", "d", "c", "7-5", "h", "8", "d", "d", "b", "m2"));
  }

  @Test
  void aLaterEpochTakesNothing() {
    redis.call("XADD", LOG, "8-1", "h", "0");

    assertThat(append("7", 4, "m1", "5", "a", "6", "b")).isEqualTo("MORE");
    assertThat(redis.call("XLEN", LOG)).isEqualTo("1");
  }

  @Test
  void aLogThatWentBackIsDeletedSoThatTheOtherScriptBeginsAnew() {
    for (int known : new int[] {2, 3, 40}) {
      redis.call("DEL", LOG);
      redis.call("XADD", LOG, "7-1", "h", "0");

      assertThat(append("7", known, "m1", "5", "a", "6", "b")).isEqualTo("MORE");
      assertThat(redis.call("EXISTS", LOG)).isEqualTo("0");
    }
  }

  @Test
  void whatWasGivenUpIsRefused() {
    redis.call("XADD", LOG, "7-1", "h", "0");
    redis.call("SADD", "sse:{news}:void", "m1");

    assertThat(append("7", 1, "m1", "5", "a")).startsWith("VOID");
    assertThat(append("7", 1, "m2", "5", "a")).isEqualTo("7-2");
  }

  @Test
  void otherErrorsAreTold() {
    redis.call("SET", LOG, "no log");
    assertThat(append("7", 1, "m1", "5", "a")).startsWith("WRONGTYPE");

    redis.call("DEL", LOG);
    redis.call("XADD", LOG, "7-1", "h", "0");
    redis.call("CONFIG", "SET", "maxmemory", "1");
    assertThat(append("7", 1, "m1", "5", "a")).startsWith("OOM");
  }

  @Test
  void nodesThatMixBothAgreeOnAllOfIt() {
    Vertx vertx = Vertx.vertx();
    RedisHistoryStore here = new RedisHistoryStore(vertx, RedisStoreSettings.single(redis.url()));
    RedisHistoryStore there = new RedisHistoryStore(vertx, RedisStoreSettings.single(redis.url()));
    BridgeFixture.get(here.start());
    BridgeFixture.get(there.start());
    ChannelProbe one = ChannelProbe.open(vertx, here, "mixed");
    ChannelProbe other = ChannelProbe.open(vertx, there, "mixed");

    one.append("a");
    other.append(ChannelProbe.event("b"), ChannelProbe.event("c"));
    one.append(ChannelProbe.event(1, "d", "id"));
    other.append(ChannelProbe.event(1, "d again", "id"));
    one.append("e");
    redis.call("DEL", "sse:{mixed}:log");
    assertThat(one.append("f")).isEqualTo(1);
    assertThat(other.append("g")).isEqualTo(2);
    for (ChannelProbe each : List.of(one, other)) {
      Deadline.await(() -> each.toldTexts().contains("g"), () -> "all of " + each.toldTexts());
      assertThat(each.toldTexts()).startsWith("a", "b", "c", "d", "e").endsWith("g");
      assertThat(ChannelProbe.texts(each.readNewest(10, 1_000).events())).containsExactly("f", "g");
      assertThat(each.notes()).containsExactly("restarted");
      assertThat(each.faults()).isEmpty();
    }
    BridgeFixture.get(here.close());
    BridgeFixture.get(there.close());
    BridgeFixture.get(vertx.close());
  }
}
