package dev.ssebridge.internal.url;

import dev.ssebridge.internal.text.PrintableText;
import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Http and https URLs as people and servers write them, made into what a request can carry: path
 * and query percent-encoded as UTF-8 (RFC 3986, section 2.1), the host in its ASCII form (RFC
 * 3490), no fragment.
 */
public final class HttpUrl {
  /** RFC 3986, appendix B. */
  private static final Pattern PARTS =
      Pattern.compile(
          "(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?(?:#.*)?",
          Pattern.DOTALL);

  private static final Pattern PORT = Pattern.compile("[0-9]{0,5}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=-]+");

  /** What the two versions of IDNA make different names of; browsers follow the later one. */
  private static final Pattern DEVIATION = Pattern.compile("[\u00df\u03c2\u200c\u200d]");

  private HttpUrl() {}

  /**
   * Reads an absolute URL.
   *
   * @throws IllegalArgumentException if it is not an http or https one with a host, or holds user
   *     information or control characters
   */
  public static URI parse(String url) {
    Matcher parts = PARTS.matcher(url);
    if (!parts.matches() || parts.group(1) == null || parts.group(2) == null) {
      throw unfit(url, "");
    }
    String scheme = parts.group(1).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw unfit(url, "");
    }
    String authority = authority(url, parts.group(2));
    return uri(url, scheme + "://" + authority, encoded(url, parts.group(3), false), query(parts));
  }

  /**
   * The URL that a reference names (RFC 3986, section 5.2.2).
   *
   * @param base what it is relative to, as {@link #parse} makes it
   * @throws IllegalArgumentException as in {@link #parse}
   */
  public static URI resolve(URI base, String reference) {
    Matcher parts = PARTS.matcher(reference);
    if (!parts.matches()) {
      throw unfit(reference, "");
    }
    if (parts.group(1) != null) {
      return parse(reference);
    }
    if (parts.group(2) != null) {
      return parse(base.getScheme() + ":" + reference);
    }
    String path = parts.group(3);
    String given = base.getRawPath().isEmpty() ? "/" : base.getRawPath();
    String query = query(parts);
    if (path.isEmpty()) {
      query = query.isEmpty() && base.getRawQuery() != null ? "?" + base.getRawQuery() : query;
    } else {
      String folder = path.startsWith("/") ? "" : given.substring(0, given.lastIndexOf('/') + 1);
      given = withoutDots(folder + encoded(reference, path, false));
    }
    return uri(reference, base.getScheme() + "://" + base.getRawAuthority(), given, query);
  }

  private static String query(Matcher parts) {
    String query = parts.group(4);
    return query == null ? "" : "?" + encoded(query, query, true);
  }

  private static URI uri(String given, String origin, String path, String query) {
    try {
      return new URI(origin + path + query);
    } catch (URISyntaxException e) {
      throw unfit(given, ": " + e.getReason());
    }
  }

  private static String authority(String url, String authority) {
    if (authority.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "url: user information in a URL ends up in logs; set an Authorization header instead");
    }
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    String host = hasPort ? authority.substring(0, colon) : authority;
    String port = hasPort ? authority.substring(colon + 1) : "";
    if (!PORT.matcher(port).matches() || (!port.isEmpty() && Integer.parseInt(port) > 65535)) {
      throw unfit(url, ": the port is not one of 0..65535");
    }
    return (host.startsWith("[") ? host : ascii(url, host)) + (port.isEmpty() ? "" : ":" + port);
  }

  private static String ascii(String url, String host) {
    if (DEVIATION.matcher(host).find()) {
      throw unfit(url, ": write this host in its ASCII form, xn--..");
    }
    String name = host;
    if (host.chars().anyMatch(c -> c > 0x7E)) {
      try {
        name = IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
      } catch (IllegalArgumentException e) {
        throw unfit(url, ": the host has no ASCII form");
      }
    }
    if (!HOST.matcher(name).matches()) {
      throw unfit(url, ": the host is none");
    }
    return name;
  }

  /** Encodes what a URL cannot hold; what is encoded already stays as it is. */
  private static String encoded(String url, String part, boolean query) {
    StringBuilder text = new StringBuilder(part.length());
    part.codePoints()
        .forEach(
            c -> {
              if (c < ' ' || c == 0x7F) {
                throw unfit(url, ": it holds control characters");
              }
              int at = text.length();
              text.appendCodePoint(c);
              if (c >= 0x7F || " \"<>\\^`{|}".indexOf(c) >= 0 || (!query && isBracket(c))) {
                encode(text, at, c);
              }
            });
    return text.toString().replaceAll("%(?![0-9A-Fa-f]{2})", "%25");
  }

  private static boolean isBracket(int c) {
    return c == '[' || c == ']';
  }

  private static void encode(StringBuilder text, int at, int c) {
    boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    text.setLength(at);
    for (byte unit : Character.toString(half ? 0xFFFD : c).getBytes(StandardCharsets.UTF_8)) {
      text.append(String.format(Locale.ROOT, "%%%02X", unit & 0xFF));
    }
  }

  /** RFC 3986, section 5.2.4. */
  private static String withoutDots(String path) {
    Deque<String> kept = new ArrayDeque<>();
    String[] segments = path.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      boolean last = i == segments.length - 1;
      switch (segments[i]) {
        case "." -> {
          if (last) {
            kept.addLast("");
          }
        }
        case ".." -> {
          kept.pollLast();
          if (last) {
            kept.addLast("");
          }
        }
        default -> kept.addLast(segments[i]);
      }
    }
    return "/" + String.join("/", kept);
  }

  private static IllegalArgumentException unfit(String url, String why) {
    return new IllegalArgumentException(
        "url: expected an absolute http or https URL, got \""
            + PrintableText.ofWholeUrl(url)
            + "\""
            + why);
  }
}
