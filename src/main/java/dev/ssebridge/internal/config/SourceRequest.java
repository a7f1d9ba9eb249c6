package dev.ssebridge.internal.config;

import dev.ssebridge.EventSourceRequest;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the requests of a source carry, and the way they take.
 *
 * @param headers further headers
 * @param auth the credentials, or null for none
 * @param ca path of the certificates that are trusted, PEM, or null for those of the JVM
 * @param proxy the HTTP proxy, or null for none
 */
public record SourceRequest(
    Map<String, String> headers,
    @Nullable SourceAuth auth,
    @Nullable String ca,
    @Nullable URI proxy) {

  static SourceRequest read(ConfigObject in) {
    return new SourceRequest(
        in.texts("headers", SourceRequest::requireHeader),
        in.optionalBlock("auth", SourceAuth::read),
        in.optional("ca", ValueType.text()),
        in.optional("proxy", ValueType.parsed(SourceConfig::parseUrl)));
  }

  private static void requireHeader(String name, String value) {
    try {
      EventSourceRequest.get("http://localhost/").withHeader(name, value);
    } catch (IllegalArgumentException e) {
      throw new UnfitValueException(String.valueOf(e.getMessage()));
    }
  }
}
