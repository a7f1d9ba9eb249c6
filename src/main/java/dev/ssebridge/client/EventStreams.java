package dev.ssebridge.client;

import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.format.EventTooLargeException;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.client.BytesToEvents;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/** Event streams as plain {@link ReadStream}s, without connections of their own. */
public final class EventStreams {
  private EventStreams() {}

  /**
   * The events in these bytes, with the default options; see {@link #decode(ReadStream,
   * EventDecoderOptions)}.
   */
  public static ReadStream<ServerSentEvent> decode(ReadStream<Buffer> bytes) {
    return decode(bytes, new EventDecoderOptions());
  }

  /**
   * The events in these bytes, wherever they come from: a response, a file, a socket. They are
   * decoded as they arrive (WHATWG HTML, sections 9.2.5 and 9.2.6); ids stick from one event to the
   * next, and what the end leaves unfinished is discarded.
   *
   * <p><b>Backpressure.</b> The bytes are paused while no event is wanted, and until there is a
   * handler, so that nothing is lost meanwhile. What waits is what one buffer held.
   *
   * <p><b>Context.</b> Handlers are called one at a time on the context this is called on; where it
   * is called on none, on that on which the bytes come. The methods may be called from any thread.
   *
   * <p><b>Failures.</b> What fails the bytes, and an {@link EventTooLargeException}, goes to the
   * exception handler, once all is delivered that came before, and then the stream ends. After an
   * event that is too large the bytes stay paused: close what they come from. What a handler throws
   * is reported to its context, and the stream goes on.
   *
   * @param bytes a stream whose handlers are not set; from here on it belongs to the result
   * @param options limits of size and what else the standard leaves open
   */
  public static ReadStream<ServerSentEvent> decode(
      ReadStream<Buffer> bytes, EventDecoderOptions options) {
    return BytesToEvents.read(bytes, options);
  }
}
