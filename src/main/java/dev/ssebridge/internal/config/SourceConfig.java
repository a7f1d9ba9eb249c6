package dev.ssebridge.internal.config;

import dev.ssebridge.ConfigException;
import dev.ssebridge.client.EventSourceRequest;
import dev.ssebridge.internal.text.PrintableText;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
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
 * @param refusal what is done about a server that refuses, and who is told
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
    SourceRefusal refusal,
    SourceCursor cursor) {
  private static final Set<String> PARAMETERS = Set.of("type", "id", "source");

  private static final String URL =
      "an absolute http or https URL with a host, without user information";

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
    URI url = in.required("url", ValueType.hidden(URL, SourceConfig::parseUrl));
    AddressTemplate address = in.required("address", ValueType.parsed(SourceConfig::parseAddress));
    List<String> types = in.optionalList("types", ValueType.text(), MOST_TYPES);
    BodyForm body = in.get("body", ValueType.oneOf(BodyForm.class), "text");
    SourceDelivery delivery = SourceDelivery.read(in);
    SourceRequest request = SourceRequest.read(in);
    SourceConnection connection = SourceConnection.read(in);
    SourceRefusal refusal = SourceRefusal.read(in, delivery.mode());
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
            refusal,
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

  private static URI parseUrl(String text) {
    try {
      return EventSourceRequest.get(text).uri();
    } catch (IllegalArgumentException wrong) {
      throw UnfitValueException.expected(URL, PrintableText.ofWholeUrl(text));
    }
  }

  /** Never the URL as a whole, since its query may hold a secret. */
  @Override
  public String toString() {
    return PrintableText.ofUrl(url.toString()) + " to " + address;
  }
}
