package dev.ssebridge.format;

import dev.ssebridge.internal.eventstream.LineDecoder;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one event stream as its bytes arrive (WHATWG HTML, sections 9.2.5 and 9.2.6), whatever
 * the chunks: any chunking of the same bytes gives the same calls. Takes linear time, and memory
 * for one unfinished event only, {@linkplain EventDecoderOptions#getMaxEventBytes() limited}.
 *
 * <p>Not thread-safe. The listener is called on the thread that feeds the decoder, within {@code
 * decode} and {@link #end()}. It must neither throw (the rest of the chunk is lost then, and only
 * {@link #reset()} helps) nor call back into the decoder (an {@link IllegalStateException}).
 */
public final class EventDecoder {

  /** Receives what a stream holds, in the order of the stream. */
  public interface Listener {
    /**
     * A blank line completed an event with data.
     *
     * @param event {@code data()} is never {@code null}; {@code type()} is {@code null} when the
     *     block named none; {@code id()} is the last event id, sticky over events, {@code null}
     *     while that is empty; {@code retry()} is the last valid one of the block or -1; {@code
     *     comment()} is {@code null}; {@code fields()} are the own fields if asked for
     */
    void onEvent(ServerSentEvent event);

    /**
     * A comment line ended.
     *
     * @param text what follows the colon, a space at the beginning included
     */
    default void onComment(String text) {}

    /**
     * A line with a valid {@code retry} ended; it takes effect at once, whether or not its block is
     * ever completed.
     *
     * @param millis the reconnection time in milliseconds, 0 or more, unlimited
     */
    default void onRetry(long millis) {}

    /**
     * A blank line changed the last event id; called before {@link #onEvent} of the same block, and
     * also for a block without data.
     *
     * @param id the new one, "" for none
     */
    default void onLastEventId(String id) {}

    /** Something odd was passed over; called once for each. */
    default void onOddity(ParseOddity oddity) {}
  }

  private static final int COPY_BYTES = 16 << 10;

  private final BlockDecoder blocks;
  private final LineDecoder lines;

  // Of this connection.
  private Phase phase = Phase.FRESH;
  private @Nullable EventTooLargeException failure;
  private byte[] copy = {};

  private enum Phase {
    FRESH,
    READY,
    DECODING,
    BROKEN,
    ENDED
  }

  private EventDecoder(Listener listener, EventDecoderOptions options) {
    blocks = new BlockDecoder(Objects.requireNonNull(listener, "listener"), options);
    lines = new LineDecoder(blocks);
  }

  /** A decoder with the default options. */
  public static EventDecoder create(Listener listener) {
    return new EventDecoder(listener, new EventDecoderOptions());
  }

  /** A decoder with these options. */
  public static EventDecoder create(Listener listener, EventDecoderOptions options) {
    return new EventDecoder(listener, Objects.requireNonNull(options, "options"));
  }

  /**
   * Takes the next bytes of the stream. They are not kept: the array may be reused afterwards.
   *
   * @throws EventTooLargeException if an event goes over the limit and such events fail; every
   *     further call throws it as well, until {@link #reset()}
   * @throws IllegalStateException after {@link #end()}, from within a listener, or after a listener
   *     threw
   */
  public void decode(byte[] bytes, int offset, int length) {
    Objects.requireNonNull(bytes, "bytes");
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (failure != null) {
      throw failure;
    }
    if (length > 0) {
      enter();
      Phase after = Phase.BROKEN;
      try {
        lines.decode(bytes, offset, length);
        blocks.keep();
        after = Phase.READY;
      } catch (EventTooLargeException e) {
        failure = e;
        blocks.discard();
        lines.reset();
        throw e;
      } finally {
        phase = after;
      }
    }
  }

  /** Takes the next bytes of the stream, as {@link #decode(byte[], int, int)} does. */
  public void decode(Buffer chunk) {
    int length = Objects.requireNonNull(chunk, "chunk").length();
    if (copy.length < length && copy.length < COPY_BYTES) {
      copy = new byte[Math.min(COPY_BYTES, Math.max(length, 1024))];
    }
    for (int at = 0; at < length; ) {
      int end = Math.min(length, at + copy.length);
      chunk.getBytes(at, end, copy);
      decode(copy, 0, end - at);
      at = end;
    }
  }

  private void enter() {
    requireOutside();
    if (phase == Phase.BROKEN || phase == Phase.ENDED) {
      throw new IllegalStateException(
          phase == Phase.ENDED
              ? "the stream has ended: reset() the decoder before the next one"
              : "a listener threw while a chunk was decoded: reset() the decoder");
    }
    phase = Phase.DECODING;
  }

  private void requireOutside() {
    if (phase == Phase.DECODING) {
      throw new IllegalStateException("a listener must not call back into its decoder");
    }
  }

  /**
   * Ends the stream. What it left unfinished is discarded and reported as an oddity: "Once the end
   * of the file is reached, any pending data must be discarded."
   */
  public void end() {
    requireOutside();
    if (failure == null && phase == Phase.READY) {
      blocks.end(lines.unfinished() > 0);
    }
    blocks.discard();
    lines.reset();
    phase = Phase.ENDED;
  }

  /**
   * Makes the decoder ready for the stream of the next connection. Only the {@linkplain
   * #lastEventId() last event id} stays; a byte order mark is allowed again, line numbers restart.
   */
  public void reset() {
    requireOutside();
    blocks.reset();
    lines.reset();
    failure = null;
    phase = Phase.FRESH;
  }

  /**
   * About how many bytes of memory the unfinished event takes, and the last event id. What finished
   * ones have left of buffers is given back. Not from a listener.
   */
  public long heldBytes() {
    requireOutside();
    lines.trim();
    return lines.held() + blocks.held();
  }

  /** The last event id that a blank line committed, or that was set; "" for none. */
  public String lastEventId() {
    return blocks.lastEventId();
  }

  /**
   * Sets the last event id that a stream starts from.
   *
   * @throws IllegalStateException if bytes of this connection came already
   * @throws IllegalArgumentException if it holds CR, LF or NUL
   */
  public EventDecoder lastEventId(String id) {
    if (phase != Phase.FRESH) {
      throw new IllegalStateException(
          "the last event id can be set only before the first byte of a stream");
    }
    ServerSentEvent.builder().id(Objects.requireNonNull(id, "id"));
    blocks.lastEventId(id);
    return this;
  }
}
