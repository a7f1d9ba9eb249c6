package dev.ssebridge;

import dev.ssebridge.internal.address.PathTemplate;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.config.StructureTypes;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path to publish to. */
@DataObject
public final class PublishOptions {
  static final Keys<PublishOptions> OPTIONS =
      Keys.of(PublishOptions.class, PublishOptions::new, options -> options.values);

  private final Values values;

  /**
   * A path to publish to, and the address that its messages go to.
   *
   * @param path {@link #getPath}
   * @param address {@link #getAddress}
   * @throws IllegalArgumentException if one of them is not valid
   */
  public PublishOptions(String path, String address) {
    this(OPTIONS.defaults());
    setPath(path);
    setAddress(address);
  }

  /** A copy that shares nothing with the other. */
  public PublishOptions(PublishOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public PublishOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private PublishOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> PATH =
      OPTIONS
          .required("path", ValueType.checked(PathTemplate::parse).formed(TextForms.PATH), "/")
          .says("Path to `POST` messages to")
          .forWhom(Key.Audience.EVERYBODY);

  /** Path to {@code POST} messages to. */
  public String getPath() {
    return values.get(PATH);
  }

  /** Sets {@link #getPath}. */
  public PublishOptions setPath(String path) {
    values.set(PATH, path);
    return this;
  }

  private static final Key<String> ADDRESS =
      OPTIONS
          .required(
              "address",
              ValueType.checked(RouteConfig::parseAddress).formed(TextForms.ADDRESS),
              "none")
          .says("Event-bus address they are published to, with the path's parameters")
          .forWhom(Key.Audience.EVERYBODY);

  /** Event-bus address they are published to, with the path's parameters. */
  public String getAddress() {
    return values.get(ADDRESS);
  }

  /** Sets {@link #getAddress}. */
  public PublishOptions setAddress(String address) {
    values.set(ADDRESS, address);
    return this;
  }

  private static final Key<List<String>> AUTH =
      OPTIONS
          .optional("auth", StructureTypes.oneOrSeveral(ValueType.text(), 100))
          .says(
              "Who may publish: the name of a provider of "
                  + "`auth`, several of which any is enough, or `none` for everybody; none: any "
                  + "of those in `auth`");

  /**
   * Who may publish: the name of a provider of {@code auth}, several of which any is enough, or
   * {@code none} for everybody; none: any of those in {@code auth}.
   */
  public @Nullable List<String> getAuth() {
    return values.optional(AUTH);
  }

  /** Sets {@link #getAuth}. */
  public PublishOptions setAuth(@Nullable List<String> auth) {
    values.setOptional(AUTH, auth);
    return this;
  }

  private static final Key<PublishBody> BODY =
      OPTIONS
          .key("body", ValueType.oneOf(PublishBody.class), "auto")
          .says(
              "What a posted body becomes for the consumers of the address: `auto`, `text`, "
                  + "`json` or `buffer`, see [Embedding](embedding.md#what-a-posted-body-becomes)")
          .forWhom(Key.Audience.MANY);

  /**
   * What a posted body becomes for the consumers of the address: {@code auto}, {@code text}, {@code
   * json} or {@code buffer}.
   */
  public PublishBody getBody() {
    return values.get(BODY);
  }

  /** Sets {@link #getBody}. */
  public PublishOptions setBody(PublishBody body) {
    values.set(BODY, body);
    return this;
  }

  private static final Key<Long> MAX_BODY =
      OPTIONS
          .key("maxBody", ValueType.size(1), "64KiB")
          .says("Largest body, and largest event of a streaming body")
          .forWhom(Key.Audience.MANY);

  /** Largest body, and largest event of a streaming body. */
  public long getMaxBody() {
    return values.get(MAX_BODY);
  }

  /** Sets {@link #getMaxBody}. */
  public PublishOptions setMaxBody(long maxBody) {
    values.set(MAX_BODY, maxBody);
    return this;
  }

  private static final Key<Duration> BODY_TIMEOUT =
      OPTIONS
          .key("bodyTimeout", ValueType.duration(Duration.ZERO), "30s")
          .says(
              "How long nothing of a body may come. Then it is answered with 408, at the latest "
                  + "after twice that time and a second; 0 for no limit")
          .forWhom(Key.Audience.MANY);

  /**
   * How long nothing of a body may come. Then it is answered with 408, at the latest after twice
   * that time and a second; 0 for no limit.
   */
  public Duration getBodyTimeout() {
    return values.get(BODY_TIMEOUT);
  }

  /** Sets {@link #getBodyTimeout}. */
  public PublishOptions setBodyTimeout(Duration bodyTimeout) {
    values.set(BODY_TIMEOUT, bodyTimeout);
    return this;
  }

  private static final Key<Duration> MESSAGE_TIMEOUT =
      OPTIONS
          .key("messageTimeout", ValueType.duration(Duration.ZERO), "2m")
          .says(
              "How long one message may take to come, even if some of it comes all the time: a "
                  + "text or JSON body as a whole, a streaming body from one message to the next. "
                  + "Then it is answered with 408, late by at most the shorter of the two timeouts "
                  + "and a second; 0 for no limit")
          .forWhom(Key.Audience.MANY);

  /**
   * How long one message may take to come, even if some of it comes all the time: a text or JSON
   * body as a whole, a streaming body from one message to the next. Then it is answered with 408,
   * late by at most the shorter of the two timeouts and a second; 0 for no limit.
   */
  public Duration getMessageTimeout() {
    return values.get(MESSAGE_TIMEOUT);
  }

  /** Sets {@link #getMessageTimeout}. */
  public PublishOptions setMessageTimeout(Duration messageTimeout) {
    values.set(MESSAGE_TIMEOUT, messageTimeout);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PublishOptions that && values.equals(that.values);
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
