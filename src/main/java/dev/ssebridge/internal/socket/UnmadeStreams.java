package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.text.PrintableText;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import java.lang.System.Logger.Level;

/**
 * Makes the streams of requests that Netty refuses by their head alone: malformed ones, and those
 * beyond {@code maxConcurrentStreams}. It resets them without having made them, and takes a body
 * that is on the way already for one of a stream that never was, which ends the connection with all
 * its streams. What comes behind a reset is to be discarded (RFC 9113, section 5.1).
 */
final class UnmadeStreams {
  private static final System.Logger LOG = System.getLogger(UnmadeStreams.class.getName());

  private final Http2Connection connection;

  UnmadeStreams(Http2Connection connection) {
    this.connection = connection;
  }

  /** Makes the stream that is reset now, if it was not made. */
  void make(int stream) {
    Http2Connection.Endpoint<?> client = connection.remote();
    if (!client.isValidStreamId(stream)
        || client.mayHaveCreatedStream(stream)
        || connection.goAwaySent()) {
      return;
    }
    int most = client.maxActiveStreams();
    client.maxActiveStreams(Integer.MAX_VALUE); // it is over at once
    try {
      client.createStream(stream, true).close();
    } catch (Http2Exception e) {
      LOG.log(Level.DEBUG, () -> "a stream cannot be made: " + PrintableText.ofFailure(e));
    } finally {
      client.maxActiveStreams(most);
    }
  }
}
