package dev.ssebridge.client;

import dev.ssebridge.ConfigException;
import dev.ssebridge.GapMode;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.config.SourceProxy;
import dev.ssebridge.internal.config.SourceWay;
import dev.ssebridge.internal.config.StoreConfig;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One remote event stream that is followed, and how its events come to the event bus. */
@DataObject
public final class SourceOptions {
  static final Keys<SourceOptions> OPTIONS =
      Keys.of(SourceOptions.class, SourceOptions::new, options -> options.values);

  private final Values values;

  /**
   * A stream to follow, and the address that its events go to.
   *
   * @param url {@link #getUrl}
   * @param address {@link #getAddress}
   * @throws IllegalArgumentException if one of them is not valid
   */
  public SourceOptions(String url, String address) {
    this(OPTIONS.defaults());
    setUrl(url);
    setAddress(address);
  }

  /** A copy that shares nothing with the other. */
  public SourceOptions(SourceOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public SourceOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private SourceOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> URL =
      OPTIONS
          .required(
              "url",
              ValueType.hidden(SourceConfig.URL, SourceConfig::parseUrl).formed(TextForms.URL),
              "http://localhost/")
          .says(
              "Remote event stream to follow, http or https; with `:parameters` one stream for each "
                  + "address that somebody listens to, see "
                  + "[Only what is listened to](client.md#only-what-is-listened-to)")
          .forWhom(Key.Audience.EVERYBODY)
          .secret();

  /**
   * Remote event stream to follow, http or https; with {@code :parameters} one stream for each
   * address that somebody listens to.
   */
  public String getUrl() {
    return values.get(URL);
  }

  /** Sets {@link #getUrl}. */
  public SourceOptions setUrl(String url) {
    values.set(URL, url);
    return this;
  }

  private static final Key<String> ADDRESS =
      OPTIONS
          .required(
              "address",
              ValueType.checked(SourceConfig::parseAddress).formed(TextForms.SOURCE_ADDRESS),
              "none")
          .says(
              "Event-bus address its events are published to; may hold `{type}`, `{id}`, "
                  + "`{source}`, and the parameters of the `url`")
          .forWhom(Key.Audience.EVERYBODY);

  /**
   * Event-bus address its events are published to; may hold {@code {type}}, {@code {id}}, {@code
   * {source}}, and the parameters of the {@code url}.
   */
  public String getAddress() {
    return values.get(ADDRESS);
  }

  /** Sets {@link #getAddress}. */
  public SourceOptions setAddress(String address) {
    values.set(ADDRESS, address);
    return this;
  }

  private static final Key<List<String>> TYPES =
      OPTIONS
          .list("types", ValueType.text(), 1000)
          .says("Only events of these types, a list; none: all")
          .forWhom(Key.Audience.MANY);

  /** Only events of these types, a list; none: all. */
  public List<String> getTypes() {
    return values.get(TYPES);
  }

  /** Sets {@link #getTypes}. */
  public SourceOptions setTypes(List<String> types) {
    values.set(TYPES, types);
    return this;
  }

  private static final Key<BodyForm> BODY =
      OPTIONS
          .key("body", ValueType.oneOf(BodyForm.class), "text")
          .says("What an event's data becomes: `text`, `json` (its text must parse), `buffer`")
          .forWhom(Key.Audience.MANY);

  /**
   * What an event's data becomes: {@code text}, {@code json} (its text must parse), {@code buffer}.
   */
  public BodyForm getBody() {
    return values.get(BODY);
  }

  /** Sets {@link #getBody}. */
  public SourceOptions setBody(BodyForm body) {
    values.set(BODY, body);
    return this;
  }

  private static final Key<DeliveryMode> DELIVER =
      OPTIONS
          .key("deliver", ValueType.oneOf(DeliveryMode.class), "publish")
          .says(
              "`publish` to all consumers, `send` to one in turn, `request` to one in turn that "
                  + "must reply before the next event; see "
                  + "[Client](client.md#how-an-event-is-handed-over)")
          .forWhom(Key.Audience.MANY);

  /**
   * {@code publish} to all consumers, {@code send} to one in turn, {@code request} to one in turn
   * that must reply before the next event.
   */
  public DeliveryMode getDeliver() {
    return values.get(DELIVER);
  }

  /** Sets {@link #getDeliver}. */
  public SourceOptions setDeliver(DeliveryMode deliver) {
    values.set(DELIVER, deliver);
    return this;
  }

  private static final Key<Integer> WINDOW =
      OPTIONS
          .key("window", ValueType.integer(1, 10_000), 1)
          .says("For `request`: how many events may wait for their reply at a time");

  /** For {@code request}: how many events may wait for their reply at a time. */
  public int getWindow() {
    return values.get(WINDOW);
  }

  /** Sets {@link #getWindow}. */
  public SourceOptions setWindow(int window) {
    values.set(WINDOW, window);
    return this;
  }

  private static final Key<Integer> ATTEMPTS =
      OPTIONS
          .optional("attempts", ValueType.integer(0, 1_000_000))
          .says(
              "For `request` with a `deadLetter`: how often it is tried before the event is "
                  + "given up; 0 for no limit. None: 5, or without a `deadLetter` no limit");

  /**
   * For {@code request} with a {@code deadLetter}: how often it is tried before the event is given
   * up; 0 for no limit. None: 5, or without a {@code deadLetter} no limit.
   */
  public @Nullable Integer getAttempts() {
    return values.optional(ATTEMPTS);
  }

  /** Sets {@link #getAttempts}. */
  public SourceOptions setAttempts(@Nullable Integer attempts) {
    values.setOptional(ATTEMPTS, attempts);
    return this;
  }

  private static final Key<Duration> REPLY_TIMEOUT =
      OPTIONS
          .key("replyTimeout", ValueType.duration(Duration.ofMillis(1)), "30s")
          .says("For `request`: how long a reply may take");

  /** For {@code request}: how long a reply may take. */
  public Duration getReplyTimeout() {
    return values.get(REPLY_TIMEOUT);
  }

  /** Sets {@link #getReplyTimeout}. */
  public SourceOptions setReplyTimeout(Duration replyTimeout) {
    values.set(REPLY_TIMEOUT, replyTimeout);
    return this;
  }

  private static final Key<Duration> DRAIN =
      OPTIONS
          .key("drain", ValueType.duration(Duration.ZERO), "2s")
          .says(
              "For `request`: how long a source that is stopped waits for the replies on their "
                  + "way");

  /** For {@code request}: how long a source that is stopped waits for the replies on their way. */
  public Duration getDrain() {
    return values.get(DRAIN);
  }

  /** Sets {@link #getDrain}. */
  public SourceOptions setDrain(Duration drain) {
    values.set(DRAIN, drain);
    return this;
  }

  private static final Key<Duration> TOLERANCE =
      OPTIONS
          .optional("tolerance", ValueType.duration(Duration.ofMillis(1)))
          .says(
              "How long it may be without a stream before `/ready` of the admin port says no; none: "
                  + "as long as it is");

  /**
   * How long it may be without a stream before {@code /ready} of the admin port says no; none: as
   * long as it is.
   */
  public @Nullable Duration getTolerance() {
    return values.optional(TOLERANCE);
  }

  /** Sets {@link #getTolerance}. */
  public SourceOptions setTolerance(@Nullable Duration tolerance) {
    values.setOptional(TOLERANCE, tolerance);
    return this;
  }

  private static final Key<String> DEAD_LETTER =
      OPTIONS
          .optional("deadLetter", ValueType.text())
          .says(
              "Address that gets what could not be handed over, with the reason in the header "
                  + "`sse-reason`, and confirms it by a reply")
          .forWhom(Key.Audience.MANY);

  /**
   * Address that gets what could not be handed over, with the reason in the header {@code
   * sse-reason}, and confirms it by a reply.
   */
  public @Nullable String getDeadLetter() {
    return values.optional(DEAD_LETTER);
  }

  /** Sets {@link #getDeadLetter}. */
  public SourceOptions setDeadLetter(@Nullable String deadLetter) {
    values.setOptional(DEAD_LETTER, deadLetter);
    return this;
  }

  private static final Key<GapMode> OUTAGES =
      OPTIONS
          .optional("outages", ValueType.oneOf(GapMode.class))
          .says(
              "Whether the routes of its address are told that it is down and back, by an event "
                  + "`sse.source`: `event` or `silent`, which is the default with `send` and "
                  + "`request`")
          .forWhom(Key.Audience.MANY)
          .usually("event");

  /**
   * Whether the routes of its address are told that it is down and back, by an event {@code
   * sse.source}: {@code event} or {@code silent}, which is the default with {@code send} and {@code
   * request}.
   */
  public @Nullable GapMode getOutages() {
    return values.optional(OUTAGES);
  }

  /** Sets {@link #getOutages}. */
  public SourceOptions setOutages(@Nullable GapMode outages) {
    values.setOptional(OUTAGES, outages);
    return this;
  }

  private static final Key<Boolean> SINGLE =
      OPTIONS
          .key("single", ValueType.flag(), false)
          .says(
              "Whether one node follows it for all, and when that one is gone another, "
                  + "from where that one was; see "
                  + "[Sources of a cluster](scaling.md#sources-of-a-cluster)");

  /**
   * Whether one node follows it for all, and when that one is gone another, from where that one
   * was.
   */
  public boolean isSingle() {
    return values.get(SINGLE);
  }

  /** Sets {@link #isSingle}. */
  public SourceOptions setSingle(boolean single) {
    values.set(SINGLE, single);
    return this;
  }

  private static final Key<Integer> MAX_STREAMS =
      OPTIONS
          .key("maxStreams", ValueType.integer(1, 10_000), 100)
          .says(
              "Where the `url` has parameters: the most streams at the same time; further "
                  + "addresses with listeners are not followed, but counted, and their listeners "
                  + "are told");

  /**
   * Where the {@code url} has parameters: the most streams at the same time; further addresses with
   * listeners are not followed, but counted, and their listeners are told.
   */
  public int getMaxStreams() {
    return values.get(MAX_STREAMS);
  }

  /** Sets {@link #getMaxStreams}. */
  public SourceOptions setMaxStreams(int maxStreams) {
    values.set(MAX_STREAMS, maxStreams);
    return this;
  }

  private static final Key<Duration> LINGER =
      OPTIONS
          .key("linger", ValueType.duration(Duration.ZERO), "30s")
          .says(
              "Where the `url` has parameters: how long a stream is followed on that nobody listens "
                  + "to any more");

  /**
   * Where the {@code url} has parameters: how long a stream is followed on that nobody listens to
   * any more.
   */
  public Duration getLinger() {
    return values.get(LINGER);
  }

  /** Sets {@link #getLinger}. */
  public SourceOptions setLinger(Duration linger) {
    values.set(LINGER, linger);
    return this;
  }

  private static final Key<String> SINGLE_BY =
      OPTIONS
          .optional("singleBy", ValueType.checked(StoreConfig::requireName).formed(TextForms.NAME))
          .says(
              "With `single`: the name of one of the `stores`, which all nodes share: they agree "
                  + "there who follows it, and how far it is; otherwise they do so in their cluster");

  /**
   * With {@code single}: the name of one of the {@code stores}, which all nodes share: they agree
   * there who follows it, and how far it is; otherwise they do so in their cluster.
   */
  public @Nullable String getSingleBy() {
    return values.optional(SINGLE_BY);
  }

  /** Sets {@link #getSingleBy}. */
  public SourceOptions setSingleBy(@Nullable String store) {
    values.setOptional(SINGLE_BY, store);
    return this;
  }

  private static final Key<EventSourceOptions> STREAM =
      OPTIONS.include(
          EventSourceOptions.OPTIONS.as(
              new EventSourceOptions()
                  .setReconnect(
                      new ReconnectPolicy()
                          .setRefused(ReconnectPolicy.Refused.RETRY)
                          .setMinServerRetry(Duration.ofMillis(500))
                          .setMaxServerRetry(Duration.ofHours(1))),
              "url",
              "lastEventId",
              "ownFields"));

  /**
   * How it is asked for, read and reconnected; {@link #getUrl url} and {@link #getLastEventId last
   * event id} are those of here.
   */
  public EventSourceOptions getStream() {
    return values.get(STREAM);
  }

  /** Sets {@link #getStream}. */
  public SourceOptions setStream(EventSourceOptions stream) {
    values.set(STREAM, stream);
    return this;
  }

  private static final Key<Boolean> ONCE =
      OPTIONS
          .key("once", ValueType.flag(), false)
          .says("`true` ends the source with the first stream that ends in good order")
          .forWhom(Key.Audience.MANY);

  /** {@code true} ends the source with the first stream that ends in good order. */
  public boolean isOnce() {
    return values.get(ONCE);
  }

  /** Sets {@link #isOnce}. */
  public SourceOptions setOnce(boolean once) {
    values.set(ONCE, once);
    return this;
  }

  private static final Key<Duration> EVERY =
      OPTIONS
          .optional("every", ValueType.duration(Duration.ofMillis(10)))
          .says("Ask again this long after a good end")
          .forWhom(Key.Audience.MANY);

  /** Ask again this long after a good end. */
  public @Nullable Duration getEvery() {
    return values.optional(EVERY);
  }

  /** Sets {@link #getEvery}. */
  public SourceOptions setEvery(@Nullable Duration every) {
    values.setOptional(EVERY, every);
    return this;
  }

  private static final Key<SourceAuthOptions> AUTH =
      OPTIONS.optionalBlock("auth", SourceAuthOptions.OPTIONS).secret();

  /** Where the credentials are; null for none. */
  public @Nullable SourceAuthOptions getAuth() {
    return values.optional(AUTH);
  }

  /** Sets {@link #getAuth}. */
  public SourceOptions setAuth(@Nullable SourceAuthOptions auth) {
    values.setOptional(AUTH, auth);
    return this;
  }

  private static final Key<String> CA =
      OPTIONS
          .optional("ca", ValueType.text())
          .says("Certificates to trust, a PEM file; none: those of the JVM");

  /** Certificates to trust, a PEM file; none: those of the JVM. */
  public @Nullable String getCa() {
    return values.optional(CA);
  }

  /** Sets {@link #getCa}. */
  public SourceOptions setCa(@Nullable String ca) {
    values.setOptional(CA, ca);
    return this;
  }

  private static final Key<Boolean> TRUST_ALL =
      OPTIONS
          .key("trustAll", ValueType.flag(), false)
          .says(
              "`true` takes any certificate for any name: everybody on the way can then "
                  + "read and change the stream; for tests. Name the certificate in `ca` instead");

  /**
   * {@code true} takes any certificate for any name: everybody on the way can then read and change
   * the stream; for tests. Name the certificate in {@code ca} instead.
   */
  public boolean isTrustAll() {
    return values.get(TRUST_ALL);
  }

  /** Sets {@link #isTrustAll}. */
  public SourceOptions setTrustAll(boolean trustAll) {
    values.set(TRUST_ALL, trustAll);
    return this;
  }

  private static final Key<ClientCertOptions> CLIENT_CERT =
      OPTIONS.block("clientCert", ClientCertOptions.OPTIONS);

  /** What the source proves its own name with. */
  public ClientCertOptions getClientCert() {
    return values.get(CLIENT_CERT);
  }

  /** Sets {@link #getClientCert}. */
  public SourceOptions setClientCert(ClientCertOptions clientCert) {
    values.set(CLIENT_CERT, clientCert);
    return this;
  }

  private static final Key<Boolean> HTTP2 =
      OPTIONS
          .key("http2", ValueType.flag(), false)
          .says(
              "Whether HTTP/2 is spoken where the server does: by ALPN with https, by an "
                  + "upgrade with http");

  /**
   * Whether HTTP/2 is spoken where the server does: by ALPN with https, by an upgrade with http.
   */
  public boolean isHttp2() {
    return values.get(HTTP2);
  }

  /** Sets {@link #isHttp2}. */
  public SourceOptions setHttp2(boolean http2) {
    values.set(HTTP2, http2);
    return this;
  }

  private static final Key<String> LOCAL_ADDRESS =
      OPTIONS
          .optional(
              "localAddress",
              ValueType.checked(SourceWay::requireAddress).formed(TextForms.ADDRESS_OF_IP))
          .says("IP address of this machine to connect from. None: the kernel chooses");

  /** IP address of this machine to connect from. None: the kernel chooses. */
  public @Nullable String getLocalAddress() {
    return values.optional(LOCAL_ADDRESS);
  }

  /** Sets {@link #getLocalAddress}. */
  public SourceOptions setLocalAddress(@Nullable String localAddress) {
    values.setOptional(LOCAL_ADDRESS, localAddress);
    return this;
  }

  private static final Key<String> PROXY =
      OPTIONS
          .optional(
              "proxy",
              ValueType.hidden(SourceProxy.SHAPE, SourceProxy::parse).formed(TextForms.PROXY))
          .says(
              "HTTP proxy, `http://proxy:3128` or `http://user:password@proxy:3128`, for http "
                  + "and https URLs; TLS on the way to the proxy is not supported")
          .secret();

  /**
   * HTTP proxy, {@code http://proxy:3128} or {@code http://user:password@proxy:3128}, for http and
   * https URLs; TLS on the way to the proxy is not supported.
   */
  public @Nullable String getProxy() {
    return values.optional(PROXY);
  }

  /** Sets {@link #getProxy}. */
  public SourceOptions setProxy(@Nullable String proxy) {
    values.setOptional(PROXY, proxy);
    return this;
  }

  private static final Key<String> LAST_EVENT_ID =
      OPTIONS
          .optional("lastEventId", ValueType.text())
          .says("Last event id to begin with, where no position is kept yet");

  /** Last event id to begin with, where no position is kept yet. */
  public @Nullable String getLastEventId() {
    return values.optional(LAST_EVENT_ID);
  }

  /** Sets {@link #getLastEventId}. */
  public SourceOptions setLastEventId(@Nullable String lastEventId) {
    values.setOptional(LAST_EVENT_ID, lastEventId);
    return this;
  }

  private static final Key<String> CURSOR =
      OPTIONS
          .key("cursor", ValueType.text(), "none")
          .says("File that keeps the position across restarts")
          .forWhom(Key.Audience.MANY);

  /** File that keeps the position across restarts. */
  public String getCursor() {
    return values.get(CURSOR);
  }

  /** Sets {@link #getCursor}. */
  public SourceOptions setCursor(String cursor) {
    values.set(CURSOR, cursor);
    return this;
  }

  private static final Key<Duration> CURSOR_EVERY =
      OPTIONS
          .key("cursorEvery", ValueType.duration(Duration.ZERO), "1s")
          .says("The cursor file is written at most this often; it is always written at the end");

  /** The cursor file is written at most this often; it is always written at the end. */
  public Duration getCursorEvery() {
    return values.get(CURSOR_EVERY);
  }

  /** Sets {@link #getCursorEvery}. */
  public SourceOptions setCursorEvery(Duration cursorEvery) {
    values.set(CURSOR_EVERY, cursorEvery);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SourceOptions that && values.equals(that.values);
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
