package dev.ssebridge.internal.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One remote event stream that is followed.
 *
 * @param url where it is, absolute, http or https
 * @param address the event-bus address its events go to; {@code {type}}, {@code {id}} and {@code
 *     {source}} stand for the event's type, its id and the name of the source
 */
public record SourceConfig(URI url, AddressTemplate address) {
  private static final Set<String> PARAMETERS = Set.of("type", "id", "source");

  static @Nullable SourceConfig read(ConfigObject in) {
    URI url = in.required("url", ValueType.parsed(SourceConfig::parseUrl));
    AddressTemplate address = in.required("address", ValueType.parsed(SourceConfig::parseAddress));
    in.end();
    return url == null || address == null ? null : new SourceConfig(url, address);
  }

  private static AddressTemplate parseAddress(String text) {
    return AddressTemplate.parse(text)
        .requireParameters(PARAMETERS, "one of {type}, {id}, {source}");
  }

  private static URI parseUrl(String text) {
    try {
      URI url = new URI(text);
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https"))
          && url.getHost() != null
          && url.getPort() <= 65535) {
        return url;
      }
    } catch (URISyntaxException wrong) {
      throw UnfitValueException.expected(
          "an absolute http or https URL (" + wrong.getReason() + ")", text);
    }
    throw UnfitValueException.expected("an absolute http or https URL with a host", text);
  }
}
