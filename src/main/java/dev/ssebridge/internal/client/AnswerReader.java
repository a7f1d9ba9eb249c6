package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of an answer that is no stream as a whole: without its content coding, up to a
 * limit, and not for longer than it may take. Only on the context.
 */
final class AnswerReader {
  /** Told once. */
  interface Listener {
    /**
     * It is over.
     *
     * @param failure why this is not all of it; null where it is
     */
    void read(Buffer text, @Nullable EventSourceException failure);
  }

  /** The most bytes that are inflated before others get their turn: less than a millisecond. */
  static final int SLICE = 256 << 10;

  private final Loop loop;
  private final Exchange exchange;
  private final Listener listener;
  private final @Nullable CodedBytes inflation;
  private final Loop.@Nullable Timer deadline;
  private final long limit;
  private final Buffer text = Buffer.buffer();
  private boolean waiting;
  private boolean ended;
  private boolean over;

  /**
   * @param exchange does not read while there is more than a slice to inflate
   * @param limit the most bytes that are kept
   * @param millis how long it may take; 0 for any time
   */
  AnswerReader(
      Loop loop,
      Exchange exchange,
      ContentCoding coding,
      long limit,
      long millis,
      Listener listener) {
    this.loop = loop;
    this.exchange = exchange;
    this.listener = listener;
    this.limit = limit;
    inflation = coding == ContentCoding.IDENTITY ? null : new CodedBytes(coding);
    deadline =
        millis == 0
            ? null
            : loop.after(
                millis,
                () ->
                    end(
                        new EventSourceException(
                            EventSourceReason.RESPONSE_TIMEOUT,
                            "no whole answer within " + millis + " ms",
                            null)));
  }

  /** Some bytes of the body. */
  void add(Buffer chunk) {
    if (inflation == null) {
      take(chunk);
      return;
    }
    inflation.add(chunk);
    if (!waiting) {
      inflateSome(inflation);
    }
  }

  private void inflateSome(CodedBytes from) {
    long enough = text.length() + (long) SLICE;
    try {
      while (!over && from.hasMore()) {
        if (text.length() >= enough) {
          waiting = true;
          exchange.pause();
          loop.defer(() -> goOn(from));
          return;
        }
        take(from.inflate());
      }
    } catch (CodedBytes.CorruptException e) {
      end(
          new EventSourceException(
              EventSourceReason.CONTENT_CODING, String.valueOf(e.getMessage()), e));
    }
  }

  private void goOn(CodedBytes from) {
    waiting = false;
    if (!over) {
      inflateSome(from);
    }
    if (!waiting && !over) {
      exchange.resume();
      if (ended) {
        end(null);
      }
    }
  }

  private void take(Buffer chunk) {
    int room = (int) Math.min(chunk.length(), limit - text.length());
    text.appendBuffer(chunk, 0, room);
    if (room < chunk.length()) {
      end(
          new EventSourceException(
              EventSourceReason.EVENT_TOO_LARGE,
              "expected an answer of at most " + limit + " bytes, got a larger one",
              null));
    }
  }

  /** There is no more of the body; the failure is null where that is its end. */
  void end(@Nullable EventSourceException failure) {
    if (waiting && failure == null) {
      ended = true;
    } else if (!over) {
      close();
      listener.read(text, failure);
    }
  }

  /** Nobody is told any more. */
  void close() {
    if (!over) {
      over = true;
      if (deadline != null) {
        deadline.cancel();
      }
      if (inflation != null) {
        inflation.close();
      }
    }
  }
}
