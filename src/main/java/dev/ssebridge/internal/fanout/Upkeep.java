package dev.ssebridge.internal.fanout;

import dev.ssebridge.spi.CloseReason;

/**
 * What a stream needs beside its events, and at which time: a heartbeat where nothing else is
 * written, an end when it is too old, and an end when its socket takes nothing for too long, even
 * after the last word. Everything in here happens on the subscriber's loop.
 */
final class Upkeep extends Deadline {
  /** The longest time between two looks whether a sink that was full still is. */
  private static final long FULL_MILLIS = 5000;

  /** Nobody waits for an end that is so far away: a thousand years. */
  private static final long FOREVER_MILLIS = 1000L * 365 * 24 * 60 * 60 * 1000;

  // set at construction
  private final Subscriber subscriber;
  private final Shard shard;
  private final Sink sink;
  private final long endsAt;
  private final CloseReason tooOld;

  // only the loop
  private long lastProgress;
  private long progressAt;

  Upkeep(Subscriber subscriber, Shard shard, Sink sink, Subscription subscription) {
    this.subscriber = subscriber;
    this.shard = shard;
    this.sink = sink;
    this.progressAt = subscriber.lastWrite();
    long age = subscription.maxAgeMillis();
    this.endsAt = age <= 0 || age > FOREVER_MILLIS ? Long.MAX_VALUE : progressAt + age;
    this.tooOld = subscription.tooOld();
  }

  /** The stream is open. */
  void begin() {
    schedule(subscriber.lastWrite());
  }

  /** The policy is another. */
  void renew() {
    schedule(shard.loop().millis());
  }

  /** The sink is full: from now on it has to take something now and then. */
  void watchSocket() {
    startWatch();
    schedule(progressAt);
  }

  /** The stream has ended; a peer that does not take the rest is dropped like any other. */
  void watchEnd() {
    startWatch();
    watchEnd(progressAt);
  }

  /** There is nothing more to look after. */
  void cancel() {
    shard.fanout().wheel().cancel(this);
  }

  @Override
  protected void due(long now) {
    try {
      lookAfter(now);
    } catch (RuntimeException | Error e) {
      subscriber.fail(e);
    }
  }

  private void lookAfter(long now) {
    if (subscriber.isClosed()) {
      if (isStalled(now)) {
        sink.abort();
      } else {
        watchEnd(now);
      }
      return;
    }
    if (now >= endsAt) {
      subscriber.close(tooOld);
      return;
    }
    if (isStalled(now)) {
      subscriber.stalled();
      return;
    }
    subscriber.goOnIfThereIsRoom(); // or a wake-up that was lost would look like silence
    subscriber.endIfTooSlow();
    if (!subscriber.isClosed()) {
      long interval = policy().heartbeatMillis();
      if (interval > 0 && now - subscriber.lastWrite() >= interval && !sink.isFull()) {
        subscriber.heartbeat();
      }
      schedule(now);
    }
  }

  private StreamPolicy policy() {
    return shard.channel().policy();
  }

  private void startWatch() {
    progressAt = shard.loop().millis();
    lastProgress = sink.progress();
  }

  private boolean isStalled(long now) {
    long limit = policy().stalledMillis();
    if (limit <= 0 || sink.pendingBytes() == 0) {
      progressAt = now;
      return false;
    }
    long progress = sink.progress();
    if (progress != lastProgress) {
      lastProgress = progress;
      progressAt = now;
    }
    return now - progressAt >= limit;
  }

  /** The next time to look: for a heartbeat, for the age, or for a stall. */
  private void schedule(long now) {
    StreamPolicy policy = policy();
    long due = endsAt;
    if (policy.heartbeatMillis() > 0) {
      // Later by up to a quarter, so that those who got the same event do not all fall due at once.
      long interval = policy.heartbeatMillis();
      long spread = shard.fanout().random().nextLong(interval / 4 + 1);
      due = Math.min(due, Math.max(now + 1, subscriber.lastWrite() + interval + spread));
    }
    if (policy.stalledMillis() > 0) {
      boolean watched = subscriber.isFull() || sink.pendingBytes() > 0;
      due = Math.min(due, now + (watched ? policy.stalledMillis() / 4 : policy.stalledMillis()));
    }
    if (subscriber.isFull()) {
      due = Math.min(due, now + FULL_MILLIS);
    }
    if (due != Long.MAX_VALUE) {
      lookAgain(now, due);
    }
  }

  private void watchEnd(long now) {
    long limit = policy().stalledMillis();
    if (limit > 0 && sink.pendingBytes() > 0) {
      lookAgain(now, now + limit / 4);
    }
  }

  /**
   * Looks again when it is due; sooner where that is far away, as there may be something else to
   * see.
   */
  private void lookAgain(long now, long due) {
    shard.fanout().wheel().schedule(this, Math.min(due, now + DeadlineWheel.HORIZON_MILLIS));
  }
}
