package dev.ssebridge.internal.config;

import dev.ssebridge.Http2Options;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 of the server.
 *
 * @param maxConcurrentStreams requests of one connection at a time
 * @param initialWindowSize bytes of the body of one request that may be on their way
 * @param connectionWindowSize the same of all requests of a connection, or null for the usual
 * @param maxFrameSize bytes of a frame
 * @param headerTableSize bytes of the table for headers
 * @param maxHeaderListSize bytes of headers beyond which a request is not looked at
 * @param maxResets requests that a client may break off
 * @param resetsWithin in this time
 * @param maxContinuations small frames that headers may go on in
 */
public record Http2Config(
    int maxConcurrentStreams,
    int initialWindowSize,
    @Nullable Integer connectionWindowSize,
    int maxFrameSize,
    int headerTableSize,
    int maxHeaderListSize,
    int maxResets,
    Duration resetsWithin,
    int maxContinuations) {
  private static final long MOST_WINDOW = Integer.MAX_VALUE;
  private static final long MOST_HEADERS = 16 << 20;
  private static final Duration LONGEST = Duration.ofHours(1);

  /** How much is decoded, so that more than is permitted can be answered with the reason. */
  private static final long LOOKED_AT = 4;

  /**
   * Null where it is off.
   *
   * @param permitted bytes of a request line and all headers together
   */
  static @Nullable Http2Config of(Http2Options options, long permitted, Place at) {
    Long connection = options.getConnectionWindowSize();
    Long headers = options.getMaxHeaderListSize();
    if (headers != null && headers < permitted) {
      at.problem(
          "maxHeaderListSize",
          "expected at least http.maxHeaderSize and http.maxInitialLineLength together, "
              + permitted
              + " bytes, got "
              + headers);
    }
    Duration within = options.getResetsWithin();
    if (within.toMillis() % 1000 != 0 || within.compareTo(LONGEST) > 0) {
      at.problem("resetsWithin", "expected whole seconds, at most 1h, got " + within.toMillis());
    }
    Http2Config config =
        new Http2Config(
            options.getMaxConcurrentStreams(),
            at.most("initialWindowSize", options.getInitialWindowSize(), MOST_WINDOW),
            connection == null ? null : at.most("connectionWindowSize", connection, MOST_WINDOW),
            options.getMaxFrameSize(),
            options.getHeaderTableSize(),
            at.most(
                "maxHeaderListSize",
                headers == null ? LOOKED_AT * permitted : headers,
                MOST_HEADERS),
            options.getMaxResets(),
            within,
            options.getMaxContinuations());
    return options.isEnabled() ? config : null;
  }
}
