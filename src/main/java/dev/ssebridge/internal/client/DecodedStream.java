package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.format.EventDecoder;
import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.format.EventTooLargeException;
import dev.ssebridge.format.ParseOddity;
import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Bodies in, events out, over any number of connections: takes off the content coding and decodes,
 * piece by piece. The last event id stays from one body to the next. Not thread-safe.
 */
final class DecodedStream {
  /** Receives what the bodies hold, as far as it is of use there. Must not throw. */
  interface Sink {
    void event(ServerSentEvent event);

    default void comment(String text) {}

    /** A block without data moved the last event id. */
    default void position(String lastEventId) {}

    /** The server gave a reconnection time. */
    default void retry(long millis) {}

    /** Something in the stream is not what the standard has. */
    default void oddity(ParseOddity oddity) {}
  }

  /** The most bytes that are decoded in one go. */
  private static final int PIECE = 16 << 10;

  /** The most pieces that are decoded at once of a body that was broken off. */
  private static final int LAST_PIECES = 16;

  private static final Buffer NOTHING = Buffer.buffer();

  private final Sink sink;
  private final EventDecoder decoder;

  private @Nullable CodedBytes inflation;
  private Buffer plain = NOTHING;
  private int decoded;
  private @Nullable String moved;

  DecodedStream(EventDecoderOptions options, String lastEventId, Sink sink) {
    this.sink = sink;
    this.decoder = EventDecoder.create(new Blocks(), options).lastEventId(lastEventId);
  }

  /** The last event id that a blank line committed; {@code ""} for none. */
  String lastEventId() {
    return decoder.lastEventId();
  }

  /** Another body begins. */
  void begin(ContentCoding coding) {
    release();
    decoder.reset();
    inflation = coding == ContentCoding.IDENTITY ? null : new CodedBytes(coding);
  }

  /** Takes the next bytes of the body. */
  void add(Buffer chunk) {
    if (inflation != null) {
      inflation.add(chunk);
    } else {
      append(chunk);
    }
  }

  private void append(Buffer chunk) {
    plain =
        decoded == plain.length()
            ? chunk
            : plain.getBuffer(decoded, plain.length()).appendBuffer(chunk);
    decoded = 0;
  }

  /** Whether there are bytes yet to be decoded. */
  boolean hasMore() {
    return decoded < plain.length() || (inflation != null && inflation.hasMore());
  }

  /**
   * Decodes a piece of them.
   *
   * @throws EventSourceException if an event is too large, or the bytes are not in the coding; the
   *     rest is dropped then
   */
  void decode() {
    boolean sound = false;
    try {
      while (inflation != null && inflation.hasMore() && plain.length() - decoded < PIECE) {
        append(inflation.inflate());
      }
      int end = Math.min(plain.length(), decoded + PIECE);
      Buffer piece = end - decoded == plain.length() ? plain : plain.slice(decoded, end);
      decoded = end;
      decoder.decode(piece);
      sound = true;
    } catch (EventTooLargeException e) {
      throw new EventSourceException(
          EventSourceReason.EVENT_TOO_LARGE, String.valueOf(e.getMessage()), e);
    } catch (CodedBytes.CorruptException e) {
      throw new EventSourceException(
          EventSourceReason.CONTENT_CODING, String.valueOf(e.getMessage()), e);
    } finally {
      tellMoved();
      if (!sound || !hasMore()) {
        plain = NOTHING;
        decoded = 0;
      }
      if (!sound) {
        release();
      }
    }
  }

  /**
   * The body is over; what it left unfinished is reported as an oddity.
   *
   * @throws EventSourceException as {@link #decode} does
   */
  void end() {
    try {
      decodeLast();
    } finally {
      decoder.end();
      release();
    }
  }

  /** The application wants no more of the body, so what it left unfinished is nothing odd. */
  void breakOff() {
    try {
      decodeLast();
    } catch (EventSourceException unsound) {
      // What is wrong with the body is wrong with the next one too, and will be told then.
    } finally {
      release();
    }
  }

  /**
   * What is here already was received, and not every server sends it again: it is decoded even if
   * it is not wanted yet. What a body may yet inflate to has a limit.
   */
  private void decodeLast() {
    for (int pieces = 0; pieces < LAST_PIECES && hasMore(); pieces++) {
      decode();
    }
  }

  /** Drops what is yet to be decoded. */
  void release() {
    plain = NOTHING;
    decoded = 0;
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
