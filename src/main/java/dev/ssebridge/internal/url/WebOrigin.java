package dev.ssebridge.internal.url;

import dev.ssebridge.internal.text.UnfitValueException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a web page, as a browser writes it into the header {@code Origin} (RFC 6454,
 * section 6.2), in lower case.
 *
 * @param scheme such as {@code https}
 * @param host a name or an address, one of IPv6 in brackets
 * @param port the port, the scheme's own where none is written; -1 where that is unknown
 */
public record WebOrigin(String scheme, String host, int port) {
  private static final Pattern TEXT =
      Pattern.compile(
          "([a-z][a-z0-9+.-]*)://([a-z0-9_](?:[a-z0-9_.-]*)|\\[[0-9a-f:.]+\\])(?::([0-9]{1,5}))?");

  /**
   * The origin that is written like this; {@code null} for anything else, {@code "null"} included,
   * which is what pages are that have no origin or hide it.
   */
  public static @Nullable WebOrigin of(String text) {
    Matcher matcher = TEXT.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return null;
    }
    String scheme = matcher.group(1);
    String port = matcher.group(3);
    int number = port == null ? defaultPort(scheme) : Integer.parseInt(port);
    return number > 65535 ? null : new WebOrigin(scheme, matcher.group(2), number);
  }

  public static WebOrigin parse(String text) {
    WebOrigin origin = of(text);
    if (origin == null) {
      throw UnfitValueException.expected(
          "an exact origin, \"scheme://host\" or \"scheme://host:port\" and nothing behind it"
              + " (\"null\" is what any page can be, a wildcard would permit too many)",
          text);
    }
    return origin;
  }

  /**
   * Whether this is the site of a request for this host.
   *
   * @param requestPort of the header {@code Host}, -1 where it has none: then ports are not
   *     compared, as a proxy may have left it out
   */
  public boolean isSite(String requestHost, int requestPort) {
    return host.equalsIgnoreCase(requestHost) && (requestPort < 0 || requestPort == port);
  }

  private static int defaultPort(String scheme) {
    return switch (scheme) {
      case "http" -> 80;
      case "https" -> 443;
      default -> -1;
    };
  }

  /** As a browser writes it. */
  @Override
  public String toString() {
    return scheme + "://" + host + (port == defaultPort(scheme) ? "" : ":" + port);
  }
}
