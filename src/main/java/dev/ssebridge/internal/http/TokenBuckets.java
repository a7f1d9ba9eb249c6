package dev.ssebridge.internal.http;

import dev.ssebridge.internal.config.Rate;
import dev.ssebridge.internal.text.Sha256;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens against a rate, for each key by itself: a token bucket, full at the
 * beginning, of which one token is taken each time. Any thread; nobody waits long for another.
 *
 * <p>Of a bucket only the time is kept at which it will be full again, so nothing has to fill it.
 * One that is full is as good as none: so those that were touched in a while are kept, and those of
 * the while before, which are given up at once when the last of them is full. Where there are too
 * many meanwhile, they are given up sooner: a client with so large a number of addresses would not
 * be held up by a limit for each of them anyway.
 */
public final class TokenBuckets {
  /** The most keys of this while, and the most of the while before. */
  static final int MOST = 16_384;

  private static final int LONGEST_KEY = 128;

  private final LongSupplier nanos;
  private final int most;

  // written with the lock
  private volatile Generations generations;

  // written by the thread that configures
  private volatile @Nullable Rate rate;

  /**
   * The buckets, by key.
   *
   * @param young touched since then
   * @param youngFullAt when the last of them is full
   * @param old touched before, and not since
   * @param oldFullAt when the last of these is full
   */
  private record Generations(
      ConcurrentMap<String, AtomicLong> young,
      AtomicLong youngFullAt,
      ConcurrentMap<String, AtomicLong> old,
      AtomicLong oldFullAt,
      long since) {

    static Generations empty(long now) {
      return new Generations(
          new ConcurrentHashMap<>(),
          new AtomicLong(now),
          new ConcurrentHashMap<>(),
          new AtomicLong(now),
          now);
    }

    Generations next(long now) {
      return new Generations(
          new ConcurrentHashMap<>(), new AtomicLong(now), young, youngFullAt, now);
    }

    boolean isOver(Rate limit, long now) {
      return now - since >= limit.burst() && now - oldFullAt.get() >= 0;
    }

    /** Each has a time of its own. */
    boolean isThis(Generations other) {
      return youngFullAt == other.youngFullAt;
    }

    void touched(long fullAt) {
      youngFullAt.accumulateAndGet(fullAt, (last, each) -> each - last > 0 ? each : last);
    }
  }

  /**
   * @param rate null for no limit
   * @param nanos a clock as {@link System#nanoTime}
   */
  public TokenBuckets(@Nullable Rate rate, LongSupplier nanos) {
    this(rate, nanos, MOST);
  }

  TokenBuckets(@Nullable Rate rate, LongSupplier nanos, int most) {
    this.rate = rate;
    this.nanos = nanos;
    this.most = most;
    this.generations = Generations.empty(nanos.getAsLong());
  }

  /** Another rate from now on, null for no limit; what was taken stays so. */
  public void change(@Nullable Rate other) {
    rate = other;
    if (other == null) {
      forget();
    }
  }

  /** The rate, as it is configured; null for no limit. */
  public @Nullable Rate rate() {
    return rate;
  }

  /** Takes a token if there is one; for how many nanoseconds there is none, 0 if it was taken. */
  public long take(String key) {
    Rate limit = rate;
    if (limit == null) {
      return 0;
    }
    long now = nanos.getAsLong();
    Generations kept = turned(limit, now);
    AtomicLong bucket = bucketIn(kept, key, now);
    while (true) {
      long fullAt = bucket.get();
      long wait = waitOf(fullAt, limit, now);
      if (wait > 0) {
        return wait;
      }
      long next = later(fullAt, now) + limit.interval();
      if (bucket.compareAndSet(fullAt, next)) {
        kept.touched(next);
        return 0;
      }
    }
  }

  /** Takes {@code count} tokens, even where there are fewer; then there are none for longer. */
  public void charge(String key, long count) {
    Rate limit = rate;
    if (limit != null) {
      long now = nanos.getAsLong();
      Generations kept = turned(limit, now);
      AtomicLong bucket = bucketIn(kept, key, now);
      kept.touched(bucket.updateAndGet(fullAt -> later(fullAt, now) + count * limit.interval()));
    }
  }

  /** Puts one back that was taken. */
  public void giveBack(String key) {
    Rate limit = rate;
    AtomicLong bucket = limit == null ? null : present(shortened(key));
    if (limit != null && bucket != null) {
      bucket.addAndGet(-limit.interval());
    }
  }

  /** For how many nanoseconds there is no token, 0 if there is one. */
  public long waitFor(String key) {
    Rate limit = rate;
    AtomicLong bucket = limit == null ? null : present(shortened(key));
    return limit == null || bucket == null
        ? 0
        : Math.max(0, waitOf(bucket.get(), limit, nanos.getAsLong()));
  }

  /** How many buckets are kept. */
  int size() {
    Generations now = generations;
    return now.young.size() + now.old.size();
  }

  /** Whole seconds, at least one, for {@code Retry-After}. */
  public static long seconds(long nanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos + TimeUnit.SECONDS.toNanos(1) - 1));
  }

  private static long waitOf(long fullAt, Rate limit, long now) {
    return later(fullAt, now) - now + limit.interval() - limit.burst();
  }

  private static long later(long fullAt, long now) {
    return fullAt - now > 0 ? fullAt : now;
  }

  private @Nullable AtomicLong present(String key) {
    Generations kept = generations;
    AtomicLong bucket = kept.young.get(key);
    return bucket == null ? kept.old.get(key) : bucket;
  }

  private static AtomicLong bucketIn(Generations kept, String name, long now) {
    String key = shortened(name);
    AtomicLong bucket = kept.young.get(key);
    if (bucket == null) {
      AtomicLong before = kept.old.get(key);
      bucket = kept.young.computeIfAbsent(key, k -> before == null ? new AtomicLong(now) : before);
      kept.touched(bucket.get());
    }
    return bucket;
  }

  private Generations turned(Rate limit, long now) {
    Generations kept = generations;
    if (!kept.isOver(limit, now) && kept.young.size() < most) {
      return kept;
    }
    synchronized (this) {
      if (generations.isThis(kept)) {
        generations = kept.next(now);
      }
      return generations;
    }
  }

  private synchronized void forget() {
    generations = Generations.empty(nanos.getAsLong());
  }

  /** An address may be as long as a request; what stands for it cannot be made up for another. */
  private static String shortened(String key) {
    return key.length() <= LONGEST_KEY ? key : Base64.getEncoder().encodeToString(Sha256.of(key));
  }
}
