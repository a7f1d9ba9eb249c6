package dev.ssebridge.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.LimitsOptions;
import dev.ssebridge.PublishRateOptions;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.LimitsConfig;
import dev.ssebridge.internal.config.Rate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How often something may happen, by a clock of the test. */
class TokenBucketsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** As {@link System#nanoTime} may: about to turn negative. */
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND);

  private TokenBuckets buckets(String rate, @Nullable Duration burst, int most) {
    return new TokenBuckets(rateOf(rate, burst), now::get, most);
  }

  private static @Nullable Rate rateOf(String rate, @Nullable Duration burst) {
    return config(new PublishRateOptions().setPerRemote(rate).setBurst(burst))
        .publishRate()
        .perRemote();
  }

  private static LimitsConfig config(PublishRateOptions rate) {
    return BridgeConfig.of(
            new SseBridgeOptions().setLimits(new LimitsOptions().setPublishRate(rate)))
        .limits();
  }

  private void pass(double seconds) {
    now.addAndGet((long) (seconds * SECOND));
  }

  private static int taken(TokenBuckets buckets, String key, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += buckets.take(key) == 0 ? 1 : 0;
    }
    return taken;
  }

  @Test
  void asManyAsTheRateSaysMayComeAtOnceAndThenNoFaster() {
    TokenBuckets buckets = buckets("10/s", null, 100);
    assertThat(taken(buckets, "a", 50)).isEqualTo(10);
    pass(0.1);
    assertThat(taken(buckets, "a", 50)).isEqualTo(1);
    pass(0.55);
    assertThat(taken(buckets, "a", 50)).isEqualTo(5);
    pass(3600);
    assertThat(taken(buckets, "a", 50)).as("no more is saved up").isEqualTo(10);
  }

  @Test
  void aBurstIsWhatIsPermittedInItsTimeAndOneAtLeast() {
    assertThat(taken(buckets("10/s", Duration.ofSeconds(5), 100), "a", 99)).isEqualTo(50);
    assertThat(taken(buckets("10/m", Duration.ofMillis(1), 100), "a", 99)).isEqualTo(1);
  }

  @Test
  void eachKeyHasABucketOfItsOwn() {
    TokenBuckets buckets = buckets("2/s", null, 100);
    String longest = "x".repeat(5000);
    assertThat(taken(buckets, "a", 5)).isEqualTo(2);
    assertThat(taken(buckets, "b", 5)).isEqualTo(2);
    assertThat(taken(buckets, longest + "a", 5)).isEqualTo(2);
    assertThat(taken(buckets, longest + "b", 5)).isEqualTo(2);
    assertThat(buckets.take(longest + "a")).isPositive();
    assertThat(buckets.waitFor(longest + "a")).isEqualTo(SECOND / 2);
  }

  @Test
  void tellsHowLongToWait() {
    TokenBuckets buckets = buckets("20/m", null, 100);
    assertThat(buckets.waitFor("a")).isZero();
    assertThat(taken(buckets, "a", 99)).isEqualTo(20);
    assertThat(buckets.waitFor("a")).isEqualTo(3 * SECOND);
    assertThat(buckets.take("a")).isEqualTo(3 * SECOND);
    assertThat(TokenBuckets.seconds(3 * SECOND)).isEqualTo(3);
    assertThat(TokenBuckets.seconds(3 * SECOND + 1)).isEqualTo(4);
    assertThat(TokenBuckets.seconds(1)).isEqualTo(1);
    pass(3);
    assertThat(buckets.waitFor("a")).isZero();
    assertThat(buckets.size()).isEqualTo(1);
  }

  @Test
  void whatWasChargedBeyondTheRateIsPaidBack() {
    TokenBuckets buckets = buckets("10/s", null, 100);
    buckets.charge("a", 30);
    assertThat(buckets.waitFor("a")).isEqualTo(2 * SECOND + SECOND / 10);
    pass(2.1);
    assertThat(taken(buckets, "a", 5)).isEqualTo(1);
    buckets.giveBack("a");
    assertThat(taken(buckets, "a", 5)).isEqualTo(1);
  }

  @Test
  void noMoreThanTheLimitAreKeptWhoeverComes() {
    TokenBuckets buckets = buckets("1/h", null, 50);
    for (int i = 0; i < 10_000; i++) {
      buckets.take("remote " + i);
      assertThat(buckets.size()).isLessThanOrEqualTo(100);
    }
    assertThat(buckets.take("remote 9999")).as("the newest are known").isPositive();
    assertThat(buckets.take("remote 0")).as("the oldest are not").isZero();
  }

  @Test
  void fullBucketsAreGivenUpAndOthersAreNot() {
    TokenBuckets buckets = buckets("10/s", null, 1000);
    for (int i = 0; i < 500; i++) {
      buckets.take("remote " + i);
    }
    buckets.charge("busy", 1000);
    for (int i = 0; i < 20; i++) {
      pass(1);
      assertThat(buckets.take("busy")).as("still in debt after %d s", i + 1).isPositive();
    }
    for (int i = 0; i < 4; i++) {
      pass(50);
      buckets.take("other");
    }
    assertThat(buckets.size()).isLessThanOrEqualTo(2);
  }

  @Test
  void aDebtIsNotForgottenWhileNobodyAsks() {
    TokenBuckets buckets = buckets("1/s", null, 1000);
    buckets.charge("a", 100);
    for (int i = 0; i < 50; i++) {
      pass(1);
      buckets.take("others " + i);
    }
    assertThat(buckets.waitFor("a")).isEqualTo(50 * SECOND);
    pass(100);
    buckets.take("b");
    pass(100);
    buckets.take("c");
    pass(100);
    buckets.take("d");
    assertThat(buckets.size()).isLessThanOrEqualTo(2);
  }

  @Test
  void withoutARateNothingIsCounted() {
    TokenBuckets buckets = buckets("none", null, 10);
    assertThat(taken(buckets, "a", 10_000)).isEqualTo(10_000);
    buckets.charge("a", 1000);
    assertThat(buckets.waitFor("a")).isZero();
    assertThat(buckets.size()).isZero();
    buckets.change(rateOf("5/s", null));
    assertThat(taken(buckets, "a", 99)).isEqualTo(5);
    buckets.change(rateOf("50/s", null));
    pass(0.1);
    assertThat(taken(buckets, "a", 99)).isEqualTo(5);
    buckets.change(null);
    assertThat(taken(buckets, "a", 99)).isEqualTo(99);
    assertThat(buckets.size()).isZero();
  }

  @Test
  void manyThreadsTakeNoMoreThanThereIs() throws Exception {
    TokenBuckets buckets = buckets("1000/h", null, 100);
    AtomicInteger taken = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread = new Thread(() -> taken.addAndGet(taken(buckets, "a", 5000)));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(taken).hasValue(1000);
  }

  @Test
  void aRemoteThatFailsTooOftenIsBlockedForAWhileAndOthersAreNot() {
    LimitsConfig limits =
        BridgeConfig.of(
                new SseBridgeOptions().setLimits(new LimitsOptions().setAuthFailures("3/m")))
            .limits();
    AuthFailures failures = new Rates(limits, now::get).authFailures();
    for (int i = 0; i < 3; i++) {
      assertThat(failures.waitOf("a")).isZero();
      failures.failed("a");
    }
    assertThat(failures.waitOf("a")).isPositive();
    assertThat(failures.waitOf("b")).isZero();
    for (int i = 0; i < 1000; i++) {
      failures.failed("a"); // those that were on their way do not block it for longer
    }
    assertThat(failures.waitOf("a")).isEqualTo(20 * SECOND);
    pass(20);
    assertThat(failures.waitOf("a")).isZero();
  }
}
