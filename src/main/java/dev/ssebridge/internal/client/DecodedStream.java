package dev.ssebridge.internal.client;

import dev.ssebridge.EventDecoder;
import dev.ssebridge.EventDecoderOptions;
import dev.ssebridge.EventSourceException;
import dev.ssebridge.EventSourceReason;
import dev.ssebridge.EventTooLargeException;
import dev.ssebridge.ParseOddity;
import dev.ssebridge.ServerSentEvent;
import io.vertx.core.buffer.Buffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bodies in, events out, over any number of connections: takes off the content coding and decodes.
 * The last event id stays from one body to the next. Not thread-safe.
 */
final class DecodedStream {
  /** Receives what the bodies hold. Must not throw. */
  interface Sink {
    void event(ServerSentEvent event);

    void comment(String text);

    /** A block without data changed the last event id. */
    void position(String lastEventId);

    void retry(long millis);

    void oddity(ParseOddity oddity);
  }

  private final Sink sink;
  private final BooleanSupplier wanted;
  private final EventDecoder decoder;

  private @Nullable Inflation inflation;
  private @Nullable String moved;
  private boolean decoding;

  /**
   * @param wanted whether what a chunk may yet inflate to is wanted now, or later
   */
  DecodedStream(
      EventDecoderOptions options, String lastEventId, BooleanSupplier wanted, Sink sink) {
    this.sink = sink;
    this.wanted = wanted;
    this.decoder = EventDecoder.create(new Blocks(), options).lastEventId(lastEventId);
  }

  /** The last event id that a blank line committed; {@code ""} for none. */
  String lastEventId() {
    return decoder.lastEventId();
  }

  /** Whether the sink is being called by {@link #decode}. */
  boolean isDecoding() {
    return decoding;
  }

  /** Another body begins. */
  void begin(ContentCoding coding) {
    release();
    decoder.reset();
    inflation = coding == ContentCoding.IDENTITY ? null : new Inflation(coding);
  }

  /** Whether a chunk was not inflated to its end, since no more was wanted. */
  boolean hasMore() {
    return inflation != null && inflation.hasMore();
  }

  /**
   * Takes the next bytes of the body.
   *
   * @throws EventSourceException if an event is too large, or the bytes are not in the coding
   */
  void decode(Buffer chunk) {
    if (inflation != null) {
      inflation.add(chunk);
      decodeMore();
    } else {
      guarded(() -> decoder.decode(chunk));
    }
  }

  /** Goes on with the chunk, as {@link #decode} does, for as long as more is wanted. */
  void decodeMore() {
    Inflation compressed = inflation;
    if (compressed != null) {
      guarded(
          () -> {
            while (compressed.hasMore() && wanted.getAsBoolean()) {
              compressed.inflate(decoder::decode);
            }
          });
    }
  }

  private void guarded(Runnable step) {
    decoding = true;
    try {
      step.run();
    } catch (EventTooLargeException e) {
      throw new EventSourceException(
          EventSourceReason.EVENT_TOO_LARGE, String.valueOf(e.getMessage()), e);
    } catch (Inflation.CorruptException e) {
      throw new EventSourceException(
          EventSourceReason.CONTENT_CODING, String.valueOf(e.getMessage()), e);
    } finally {
      decoding = false;
      tellMoved();
    }
  }

  /** The body is over; what it left unfinished is reported as an oddity. */
  void end() {
    decoder.end();
    release();
  }

  private void release() {
    if (inflation != null) {
      inflation.close();
      inflation = null;
    }
  }

  private void tellMoved() {
    String id = moved;
    if (id != null) {
      moved = null;
      sink.position(id);
    }
  }

  /**
   * The decoder tells of a changed id before the event of the same block. Only an id that no event
   * carries is worth telling by itself.
   */
  private final class Blocks implements EventDecoder.Listener {
    @Override
    public void onEvent(ServerSentEvent event) {
      moved = null;
      sink.event(event);
    }

    @Override
    public void onLastEventId(String id) {
      tellMoved();
      moved = id;
    }

    @Override
    public void onComment(String text) {
      tellMoved();
      sink.comment(text);
    }

    @Override
    public void onRetry(long millis) {
      sink.retry(millis);
    }

    @Override
    public void onOddity(ParseOddity oddity) {
      sink.oddity(oddity);
    }
  }
}
