package dev.ssebridge.internal.url;

import dev.ssebridge.internal.text.UnfitValueException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Origins of web pages (RFC 6454), as a configuration names them: one, {@code https://a.example};
 * all below a name, {@code https://*.a.example}, whatever the number of labels, but not the name
 * itself; on any port, {@code http://localhost:*}; or all there are, {@code *}. Immutable.
 *
 * @param text as it is written
 */
public record OriginPattern(String text) {
  /** Every origin, that of pages which have or show none ({@code null}) included. */
  public static final OriginPattern ANY = new OriginPattern("*");

  private static final Pattern TEXT =
      Pattern.compile(
          "([A-Za-z][A-Za-z0-9+.-]*://)(\\*\\.)?([^*/?#@:\\[\\]]+|\\[[^*\\]]+\\])"
              + "(:\\*)?(:[0-9]{1,5})?");

  /** What {@code *} stands for: the origins of pages, and of those without any. */
  private static final String EVERY =
      "null|(?i:https?://(?:[a-z0-9.-]+|\\[[0-9a-f:.]+\\])(?::[0-9]{1,5})?)"
          + "|chrome-extension://[a-p]{32}|moz-extension://[0-9a-f-]{36}";

  /** Labels of a name, in front of others. */
  private static final String LABELS = "(?:[a-z0-9_-]+\\.)+";

  /**
   * What a text stands for.
   *
   * @throws UnfitValueException if it stands for nothing
   */
  public static OriginPattern parse(String text) {
    if (text.equals(ANY.text)) {
      return ANY;
    }
    Matcher parts = TEXT.matcher(text);
    // Without its stars it must still be an origin.
    if (!parts.matches()
        || (parts.group(4) != null && parts.group(5) != null)
        || WebOrigin.of(plain(parts)) == null
        || (parts.group(2) != null && isAddress(parts.group(3)))) {
      throw UnfitValueException.expected(
          "an origin, \"https://host\" or \"https://host:port\" and nothing behind it; all below a"
              + " name, \"https://*.host\"; all ports, \"http://localhost:*\"; or \"*\" for any",
          text);
    }
    return new OriginPattern(text);
  }

  /** The one origin that this is. */
  public static OriginPattern of(WebOrigin origin) {
    return new OriginPattern(origin.toString());
  }

  private static boolean isAddress(String host) {
    return host.startsWith("[") || Cidr.addressOf(host) != null;
  }

  private static String plain(Matcher parts) {
    return parts.group(1) + parts.group(3) + (parts.group(5) == null ? "" : parts.group(5));
  }

  /** Matches the whole of what a browser sends in the header {@code Origin}, in any case. */
  public String regex() {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      return EVERY;
    }
    WebOrigin origin = WebOrigin.parse(plain(parts));
    return "(?i)"
        + Pattern.quote(origin.scheme() + "://")
        + (parts.group(2) == null ? "" : LABELS)
        + Pattern.quote(origin.host())
        + (parts.group(4) == null ? portOf(origin) : "(?::[0-9]{1,5})?");
  }

  /** Browsers leave out the usual one of the scheme. */
  private static String portOf(WebOrigin origin) {
    if (origin.port() < 0) {
      return "";
    }
    boolean isUsual = origin.toString().endsWith(origin.host());
    return isUsual ? "(?::" + origin.port() + ")?" : ":" + origin.port();
  }

  @Override
  public String toString() {
    return text;
  }
}
