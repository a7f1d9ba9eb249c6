package dev.ssebridge.internal.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One remote event stream that is followed.
 *
 * @param url where it is, absolute, http or https
 * @param address the event-bus address its events go to; {@code {type}}, {@code {id}} and {@code
 *     {source}} stand for the event's type, its id and the name of the source
 * @param types the types of event that are taken; empty for all
 * @param body what an event's data becomes
 * @param delivery how messages are handed over
 * @param request what is sent with every request
 * @param connection when to wait, for how long, and what is too large
 * @param cursor where to begin, and where the position is kept
 */
public record SourceConfig(
    URI url,
    AddressTemplate address,
    Set<String> types,
    BodyForm body,
    SourceDelivery delivery,
    SourceRequest request,
    SourceConnection connection,
    SourceCursor cursor) {
  private static final Set<String> PARAMETERS = Set.of("type", "id", "source");
  private static final int MOST_TYPES = 1000;

  /** What the data of an event becomes on the event bus. */
  public enum BodyForm {
    /** A String. */
    TEXT,
    /** What the JSON text says: a JsonObject, a JsonArray, a String, a number.. */
    JSON,
    /** A Buffer of its UTF-8 bytes. */
    BUFFER
  }

  static @Nullable SourceConfig read(ConfigObject in) {
    URI url = in.required("url", ValueType.parsed(SourceConfig::parseUrl));
    AddressTemplate address = in.required("address", ValueType.parsed(SourceConfig::parseAddress));
    List<String> types = in.optionalList("types", ValueType.text(), MOST_TYPES);
    BodyForm body = in.get("body", ValueType.oneOf(BodyForm.class), "text");
    SourceDelivery delivery = SourceDelivery.read(in);
    SourceRequest request = SourceRequest.read(in);
    SourceConnection connection = SourceConnection.read(in);
    SourceCursor cursor = SourceCursor.read(in);
    in.end();
    return url == null || address == null
        ? null
        : new SourceConfig(
            url,
            address,
            types == null ? Set.of() : Set.copyOf(new LinkedHashSet<>(types)),
            body,
            delivery,
            request,
            connection,
            cursor);
  }

  /**
   * Reads one source by itself, as it is added at run time.
   *
   * @throws ConfigException if anything in it is wrong, with all that is
   */
  public static SourceConfig read(io.vertx.core.json.JsonObject json) {
    Problems problems = new Problems(null);
    SourceConfig config = read(ConfigObject.root(json, problems));
    problems.throwIfAny();
    if (config == null) {
      throw new IllegalStateException("a source that is neither read nor refused");
    }
    return config;
  }

  private static AddressTemplate parseAddress(String text) {
    return AddressTemplate.parse(text)
        .requireParameters(PARAMETERS, "one of {type}, {id}, {source}");
  }

  static URI parseUrl(String text) {
    try {
      URI url = new URI(text);
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https"))
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && url.getPort() <= 65535) {
        return url;
      }
    } catch (URISyntaxException wrong) {
      throw UnfitValueException.expected(
          "an absolute http or https URL (" + wrong.getReason() + ")", text);
    }
    throw UnfitValueException.expected(
        "an absolute http or https URL with a host, without user information", text);
  }
}
