package dev.ssebridge.internal.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ssebridge.internal.store.redis.Deliveries.Told;
import dev.ssebridge.internal.store.redis.Entries.Entry;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.spi.StoredStretch;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads stretches of logs in pages. On the context of the store. */
final class Reads {
  private static final int MOST_PAGE = 512;
  private static final long TYPICAL = 1024;

  private Reads() {}

  /** Lets no more than a fixed number of reads be under way. */
  static final class Gate {
    private static final int MOST_READS = 256;
    private final AtomicInteger reads = new AtomicInteger();

    void pass(Promise<?> promise, Runnable read) {
      if (reads.incrementAndGet() > MOST_READS) {
        reads.decrementAndGet();
        promise.fail("Redis: " + MOST_READS + " reads are under way; ask again");
        return;
      }
      promise.future().onComplete(done -> reads.decrementAndGet());
      read.run();
    }
  }

  /** The oldest of a time or later. */
  static void since(RedisSession session, Feed feed, Told told, long time, Promise<Long> to) {
    Script.SINCE
        .run(
            session,
            List.of(feed.keys().log()),
            List.of(
                Feed.number(told.epoch()),
                Feed.number(told.oldest()),
                Feed.number(told.head()),
                Long.toString(time).getBytes(US_ASCII)))
        .onComplete(
            answer -> {
              if (answer.succeeded()) {
                to.complete(Long.valueOf(answer.result().toString()));
              } else {
                to.fail("Redis: " + RedisErrors.sentence(answer.cause()));
              }
            });
  }

  /** Events from a sequence on, up to what the follower was told. */
  static void forward(
      RedisSession session, Feed feed, Told told, long from, long most, Promise<StoredStretch> to) {
    if (from > told.head()) {
      to.complete(new StoredStretch(told.head() + 1, List.of()));
      return;
    }
    new Reading(session, feed, told, Math.max(1, from), most, to).next();
  }

  private static final class Reading {
    private final RedisSession session;
    private final Feed feed;
    private final Told told;
    private final long mostBytes;
    private final Promise<StoredStretch> to;
    private final List<StoredEvent> events = new ArrayList<>();
    private final long asked;
    private long first;
    private long next;
    private long bytes;
    private int count;

    Reading(
        RedisSession session,
        Feed feed,
        Told told,
        long from,
        long mostBytes,
        Promise<StoredStretch> to) {
      this.session = session;
      this.feed = feed;
      this.told = told;
      this.asked = from;
      this.first = from;
      this.next = from;
      this.mostBytes = mostBytes;
      this.to = to;
      this.count = (int) Math.max(1, Math.min(16, mostBytes / TYPICAL));
    }

    void next() {
      session
          .send(
              Request.cmd(Command.XRANGE)
                  .arg(feed.keys().log())
                  .arg(id(told, next))
                  .arg(id(told, told.head()))
                  .arg("COUNT")
                  .arg(count))
          .onComplete(
              page -> {
                if (page.failed()) {
                  to.fail("Redis: " + RedisErrors.sentence(page.cause()));
                } else if (take(Entries.entries(page.result()))) {
                  next();
                } else {
                  done();
                }
              });
    }

    /** Whether to read on. */
    private boolean take(List<Entry> entries) {
      for (Entry entry : entries) {
        if (entry.first() > next) {
          if (!events.isEmpty()) {
            return false;
          }
          first = entry.first();
        }
        StoredEvent event = entry.from(next);
        long size = event.frame().length;
        if (!events.isEmpty() && bytes + size > mostBytes) {
          return false;
        }
        events.add(event);
        bytes += size;
        next = entry.sequence() + 1;
      }
      boolean more = entries.size() == count && next <= told.head() && bytes < mostBytes;
      count = pageAfter(count, bytes, mostBytes, events.size());
      return more;
    }

    private void done() {
      if (!events.isEmpty()) {
        if (first > asked) {
          feed.lookSoon(); // more was let go of than is known here
        }
        to.complete(new StoredStretch(first, events));
      } else if (told.oldest() <= told.head()) {
        // All was let go of, or it is lost: a look tells.
        Promise<Void> looked = Promise.promise();
        feed.refresh(looked);
        looked.future().onSuccess(done -> nothing()).onFailure(to::tryFail);
      } else {
        nothing();
      }
    }

    private void nothing() {
      if (feed.epoch() == told.epoch()) {
        to.complete(new StoredStretch(told.head() + 1, List.of()));
      } else {
        to.fail(new IllegalStateException("the epoch " + told.text() + " is no more"));
      }
    }
  }

  private static int pageAfter(int count, long bytes, long mostBytes, int events) {
    long average = Math.max(1, bytes / Math.max(1, events));
    long left = Math.max(1, Math.min(mostBytes - bytes, 4 * 1024 * 1024) / average + 1);
    return (int) Math.max(1, Math.min(Math.min(MOST_PAGE, count * 2L), left));
  }

  /** The newest events, within both limits. */
  static void backward(
      RedisSession session,
      Feed feed,
      Told told,
      long mostEvents,
      long mostBytes,
      Promise<StoredStretch> to) {
    if (mostEvents <= 0 || told.head() < 1) {
      to.complete(new StoredStretch(told.head() + 1, List.of()));
      return;
    }
    new Backwards(session, feed, told, mostEvents, mostBytes, to).next();
  }

  private static final class Backwards {
    private final RedisSession session;
    private final Feed feed;
    private final Told told;
    private final long mostEvents;
    private final long mostBytes;
    private final Promise<StoredStretch> to;
    private final List<StoredEvent> events = new ArrayList<>();
    private long first;
    private long bytes;
    private int count;

    Backwards(
        RedisSession session,
        Feed feed,
        Told told,
        long mostEvents,
        long mostBytes,
        Promise<StoredStretch> to) {
      this.session = session;
      this.feed = feed;
      this.told = told;
      this.mostEvents = mostEvents;
      this.mostBytes = mostBytes;
      this.to = to;
      this.first = told.head() + 1;
      this.count = (int) Math.max(1, Math.min(16, Math.min(mostEvents, mostBytes / TYPICAL)));
    }

    void next() {
      session
          .send(
              Request.cmd(Command.XREVRANGE)
                  .arg(feed.keys().log())
                  .arg(id(told, first - 1))
                  .arg(id(told, 1))
                  .arg("COUNT")
                  .arg(count))
          .onComplete(
              page -> {
                if (page.failed()) {
                  to.fail("Redis: " + RedisErrors.sentence(page.cause()));
                } else if (take(Entries.entries(page.result()))) {
                  next();
                } else {
                  Collections.reverse(events);
                  to.complete(new StoredStretch(first, events));
                }
              });
    }

    private boolean take(List<Entry> entries) {
      for (Entry entry : entries) {
        long size = entry.event().frame().length;
        if (events.size() >= mostEvents
            || bytes + size > mostBytes
            || entry.sequence() != first - 1) {
          return false;
        }
        events.add(entry.event());
        bytes += size;
        first = entry.first();
      }
      boolean more = entries.size() == count && first > 1 && events.size() < mostEvents;
      count = pageAfter(count, bytes, mostBytes, events.size());
      return more;
    }
  }

  private static byte[] id(Told told, long sequence) {
    return (Long.toUnsignedString(told.epoch()) + "-" + sequence).getBytes(US_ASCII);
  }
}
