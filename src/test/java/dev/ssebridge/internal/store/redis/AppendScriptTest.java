package dev.ssebridge.internal.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.RedisServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The script that bridges and other programs append by, as its comment describes it. */
class AppendScriptTest {
  private static final String LOG = "sse:{news}:log";
  private static final String SCRIPT =
      Path.of(
              System.getProperty("project.basedir", "."),
              "src/main/resources/dev/ssebridge/redis/append.lua")
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

  private static String append(
      String epoch, long known, String fresh, String token, String mark, String... events) {
    List<String> call =
        new ArrayList<>(
            List.of(
                "--eval",
                SCRIPT,
                LOG,
                "sse:{news}:ids",
                "sse:{news}:run",
                "sse:{news}:void",
                "sse:{news}:lease",
                ",",
                epoch,
                "" + known,
                fresh,
                "1000",
                "0",
                token,
                mark));
    call.addAll(List.of(events));
    return redis.call(call.toArray(String[]::new));
  }

  private static List<String> log() {
    return List.of(redis.call("XRANGE", LOG, "-", "+").split("\n", -1));
  }

  @Test
  void aMissingLogBeginsWithTheFreshEpoch() {
    assertThat(append("0", 0, "100", "", "m1", "5", "data: a\n\n", "6", "data: b\n\n"))
        .isEqualTo("100 1 2");
    assertThat(redis.call("XRANGE", LOG, "100-2", "100-2"))
        .isEqualTo("100-2\nh\n6\nd\ndata: b\n\n\nb\nm1");
  }

  @Test
  void theNextOnesFollow() {
    append("0", 0, "100", "", "m1", "5", "a");

    assertThat(append("100", 1, "101", "", "m2", "5", "b", "5", "c", "5", "d"))
        .isEqualTo("100 2 4");
  }

  @Test
  void whoKnowsAnEarlierEpochJoinsTheLaterOne() {
    append("0", 0, "100", "", "m1", "5", "a");

    assertThat(append("99", 70, "102", "", "m2", "5", "b")).isEqualTo("100 2 2");
    assertThat(append("99", 70, "102", "", "m3", "5 m=x", "c")).isEqualTo("100 3 3");
  }

  @Test
  void aLogThatWentBackBeginsAnew() {
    append("0", 0, "100", "", "m1", "5", "a");

    assertThat(append("100", 7, "101", "", "m2", "5", "b", "5", "c")).isEqualTo("101 1 2");
    assertThat(append("101", 7, "102", "", "m3", "5 n=3 r=store", "")).isEqualTo("102 1 3");
    assertThat(log()).contains("102-3").doesNotContain("101-1");
  }

  @Test
  void aLogOfAnEarlierEpochWentBackToo() {
    append("0", 0, "100", "", "m1", "5", "a");

    assertThat(append("2000", 1, "2001", "", "m2", "5", "b")).isEqualTo("2001 1 1");
    assertThat(append("30000", 1, "30001", "", "m3", "5 m=x", "b")).isEqualTo("30001 1 1");
  }

  @Test
  void whoLostTheLeaseAppendsNothing() {
    redis.call("SET", "sse:{news}:lease", "mine");

    assertThat(append("0", 0, "100", "mine", "m1", "5", "a")).isEqualTo("100 1 1");
    assertThat(append("100", 1, "101", "yours", "m2", "5", "b")).startsWith("FENCED");
    redis.call("DEL", "sse:{news}:lease");
    assertThat(append("100", 1, "101", "mine", "m3", "5", "b")).startsWith("FENCED");
    assertThat(redis.call("XLEN", LOG)).isEqualTo("1");
  }

  @Test
  void aCallThatWasGivenUpAppendsNothing() {
    redis.call("SADD", "sse:{news}:void", "m1");

    assertThat(append("0", 0, "100", "", "m1", "5", "a")).startsWith("VOID");
    assertThat(append("0", 0, "100", "", "m2", "5", "a")).isEqualTo("100 1 1");
  }

  @Test
  void knownMessageIdsAreLeftOutAndToldWhereTheyAre() {
    append("0", 0, "100", "", "m1", "5 m=x", "a", "5", "b");

    assertThat(append("100", 2, "101", "", "m2", "5 m=y", "c", "5 m=x", "a", "5 m=y", "c"))
        .isEqualTo("100 3 3 3 =1 =3");
    assertThat(append("100", 3, "101", "", "m3", "5 m=x", "a")).isEqualTo("100 4 3 =1");
    assertThat(redis.call("XRANGE", LOG, "100-3", "+"))
        .isEqualTo("100-3\nh\n5 m=y\nd\nc\nb\nm2 3 =1 =3");
  }

  @Test
  void messageIdsOfALostLogAreForgotten() {
    append("0", 0, "100", "", "m1", "5 m=x", "a");
    redis.call("DEL", LOG);

    assertThat(append("100", 1, "101", "", "m2", "5 m=x", "a")).isEqualTo("101 1 1");
  }

  @Test
  void aThousandAndSomeMessageIdsAreKept() {
    for (int i = 0; i < 11; i++) {
      List<String> events = new ArrayList<>();
      for (int n = 0; n < 100; n++) {
        events.add("5 m=id" + i + "." + n);
        events.add("a");
      }
      append("100", i * 100L, "100", "", "m" + i, events.toArray(String[]::new));
    }

    assertThat(redis.call("ZCARD", "sse:{news}:ids")).isEqualTo("1024");
    assertThat(append("100", 1100, "101", "", "m", "5 m=id10.99", "a"))
        .isEqualTo("100 1101 1100 =1100");
    assertThat(append("100", 1100, "101", "", "n", "5 m=id0.0", "a")).isEqualTo("100 1101 1101");
  }

  @Test
  void lostEventsAreAtTheLastOfTheirSequences() {
    append("0", 0, "100", "", "m1", "5", "a");

    assertThat(append("100", 1, "101", "", "m2", "6", "b", "7 n=10 r=dropped", "", "8", "c"))
        .isEqualTo("100 2 13");
    assertThat(log()).containsSubsequence("100-2", "100-12", "7 n=10 r=dropped", "100-13");
  }

  @Test
  void fullMemoryRefusesAllOfIt() {
    append("0", 0, "100", "", "m1", "5", "a");
    redis.call("CONFIG", "SET", "maxmemory", "1");

    assertThat(append("100", 1, "101", "", "m2", "5", "b", "5", "c")).contains("OOM");
    assertThat(append("100", 1, "101", "", "m3", "5 m=x", "b", "5", "c")).contains("OOM");
    redis.call("CONFIG", "SET", "maxmemory", "0");
    assertThat(redis.call("XLEN", LOG)).isEqualTo("1");
    assertThat(redis.call("EXISTS", "sse:{news}:ids")).isEqualTo("0");
  }

  @Test
  void otherErrorsAreNotTakenForALaterEpoch() {
    redis.call("SET", LOG, "of somebody else");

    assertThat(append("100", 1, "101", "", "m1", "5", "a")).contains("WRONGTYPE");
    assertThat(append("100", 1, "101", "", "m1", "5 m=x", "a")).contains("WRONGTYPE");
    assertThat(redis.call("GET", LOG)).isEqualTo("of somebody else");
  }
}
