package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** HTTP/2 of the server (RFC 9113), and its limits. */
@DataObject
public final class Http2Options {
  static final Keys<Http2Options> OPTIONS =
      Keys.of(Http2Options.class, Http2Options::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public Http2Options() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public Http2Options(Http2Options other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public Http2Options(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private Http2Options(Values values) {
    this.values = values;
  }

  private static final Key<Boolean> ENABLED =
      OPTIONS
          .key("enabled", ValueType.flag(), true)
          .says(
              "Whether HTTP/2 is spoken, over TLS (by ALPN) and in clear text. `false` "
                  + "leaves HTTP/1.1 alone")
          .needsRestart();

  /**
   * Whether HTTP/2 is spoken, over TLS (by ALPN) and in clear text. {@code false} leaves HTTP/1.1
   * alone.
   */
  public boolean isEnabled() {
    return values.get(ENABLED);
  }

  /** Sets {@link #isEnabled}. */
  public Http2Options setEnabled(boolean enabled) {
    values.set(ENABLED, enabled);
    return this;
  }

  private static final Key<Integer> MAX_CONCURRENT_STREAMS =
      OPTIONS
          .key("maxConcurrentStreams", ValueType.integer(1, 100_000), 100)
          .says(
              "Requests of one connection at a time, open streams among them; a client keeps "
                  + "others back")
          .needsRestart();

  /** Requests of one connection at a time, open streams among them; a client keeps others back. */
  public int getMaxConcurrentStreams() {
    return values.get(MAX_CONCURRENT_STREAMS);
  }

  /** Sets {@link #getMaxConcurrentStreams}. */
  public Http2Options setMaxConcurrentStreams(int maxConcurrentStreams) {
    values.set(MAX_CONCURRENT_STREAMS, maxConcurrentStreams);
    return this;
  }

  private static final Key<Long> INITIAL_WINDOW_SIZE =
      OPTIONS
          .key("initialWindowSize", ValueType.size(1024), 65_535)
          .says(
              "Bytes of a body that a client may send before they are taken, for each "
                  + "request. At most 2147483647")
          .needsRestart();

  /**
   * Bytes of a body that a client may send before they are taken, for each request. At most
   * 2147483647.
   */
  public long getInitialWindowSize() {
    return values.get(INITIAL_WINDOW_SIZE);
  }

  /** Sets {@link #getInitialWindowSize}. */
  public Http2Options setInitialWindowSize(long initialWindowSize) {
    values.set(INITIAL_WINDOW_SIZE, initialWindowSize);
    return this;
  }

  private static final Key<Long> CONNECTION_WINDOW_SIZE =
      OPTIONS
          .optional("connectionWindowSize", ValueType.size(65_535))
          .says(
              "The same for all requests of a connection together. At most 2147483647. None: "
                  + "65535")
          .needsRestart();

  /** The same for all requests of a connection together. At most 2147483647. None: 65535. */
  public @Nullable Long getConnectionWindowSize() {
    return values.optional(CONNECTION_WINDOW_SIZE);
  }

  /** Sets {@link #getConnectionWindowSize}. */
  public Http2Options setConnectionWindowSize(@Nullable Long connectionWindowSize) {
    values.setOptional(CONNECTION_WINDOW_SIZE, connectionWindowSize);
    return this;
  }

  private static final Key<Integer> MAX_FRAME_SIZE =
      OPTIONS
          .key("maxFrameSize", ValueType.integer(16_384, 16_777_215), 16_384)
          .says("Bytes of the largest frame that a client may send")
          .needsRestart();

  /** Bytes of the largest frame that a client may send. */
  public int getMaxFrameSize() {
    return values.get(MAX_FRAME_SIZE);
  }

  /** Sets {@link #getMaxFrameSize}. */
  public Http2Options setMaxFrameSize(int maxFrameSize) {
    values.set(MAX_FRAME_SIZE, maxFrameSize);
    return this;
  }

  private static final Key<Integer> HEADER_TABLE_SIZE =
      OPTIONS
          .key("headerTableSize", ValueType.integer(0, 1 << 20), 4096)
          .says("Bytes of the table by which a client compresses its headers (RFC 7541)")
          .needsRestart();

  /** Bytes of the table by which a client compresses its headers (RFC 7541). */
  public int getHeaderTableSize() {
    return values.get(HEADER_TABLE_SIZE);
  }

  /** Sets {@link #getHeaderTableSize}. */
  public Http2Options setHeaderTableSize(int headerTableSize) {
    values.set(HEADER_TABLE_SIZE, headerTableSize);
    return this;
  }

  private static final Key<Long> MAX_HEADER_LIST_SIZE =
      OPTIONS
          .optional("maxHeaderListSize", ValueType.size(1024))
          .says(
              "Bytes of all headers of a request, 32 added for each, beyond which a request "
                  + "is not looked at: it gets a bare 431, and its connection may be closed. What "
                  + "is over `maxHeaderSize` or `maxInitialLineLength` and below it is told why. "
                  + "At most 16MiB, at least these two together. None: four times that")
          .needsRestart();

  /**
   * Bytes of all headers of a request, 32 added for each, beyond which a request is not looked at:
   * it gets a bare 431, and its connection may be closed. What is over {@code maxHeaderSize} or
   * {@code maxInitialLineLength} and below it is told why. At most 16MiB, at least these two
   * together. None: four times that.
   */
  public @Nullable Long getMaxHeaderListSize() {
    return values.optional(MAX_HEADER_LIST_SIZE);
  }

  /** Sets {@link #getMaxHeaderListSize}. */
  public Http2Options setMaxHeaderListSize(@Nullable Long maxHeaderListSize) {
    values.setOptional(MAX_HEADER_LIST_SIZE, maxHeaderListSize);
    return this;
  }

  private static final Key<Integer> MAX_RESETS =
      OPTIONS
          .key("maxResets", ValueType.integer(1, 1_000_000), 200)
          .says(
              "Requests of one connection that may be broken off within `resetsWithin`, by its"
                  + " client or, as malformed ones, by the bridge; one more closes it"
                  + " (CVE-2023-44487). Where a proxy sends many users over one connection, a"
                  + " larger number keeps one of them from ending the streams of all")
          .needsRestart();

  /**
   * Requests of one connection that may be broken off within {@code resetsWithin}, by its client
   * or, as malformed ones, by the bridge; one more closes it (CVE-2023-44487). Where a proxy sends
   * many users over one connection, a larger number keeps one of them from ending the streams of
   * all.
   */
  public int getMaxResets() {
    return values.get(MAX_RESETS);
  }

  /** Sets {@link #getMaxResets}. */
  public Http2Options setMaxResets(int maxResets) {
    values.set(MAX_RESETS, maxResets);
    return this;
  }

  private static final Key<Duration> RESETS_WITHIN =
      OPTIONS
          .key("resetsWithin", ValueType.duration(Duration.ofSeconds(1)), "30s")
          .says("The time in which these are counted, in whole seconds. At most 1h")
          .needsRestart();

  /** The time in which these are counted, in whole seconds. At most 1h. */
  public Duration getResetsWithin() {
    return values.get(RESETS_WITHIN);
  }

  /** Sets {@link #getResetsWithin}. */
  public Http2Options setResetsWithin(Duration resetsWithin) {
    values.set(RESETS_WITHIN, resetsWithin);
    return this;
  }

  private static final Key<Integer> MAX_CONTINUATIONS =
      OPTIONS
          .key("maxContinuations", ValueType.integer(1, 10_000), 16)
          .says(
              "Small frames that the headers of one request may go on in; one more closes "
                  + "the connection (CVE-2024-27316)")
          .needsRestart();

  /**
   * Small frames that the headers of one request may go on in; one more closes the connection
   * (CVE-2024-27316).
   */
  public int getMaxContinuations() {
    return values.get(MAX_CONTINUATIONS);
  }

  /** Sets {@link #getMaxContinuations}. */
  public Http2Options setMaxContinuations(int maxContinuations) {
    values.set(MAX_CONTINUATIONS, maxContinuations);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Http2Options that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** As JSON, without secrets. */
  @Override
  public String toString() {
    return values.toString();
  }
}
