package dev.ssebridge.internal.client;

import java.net.URI;
import java.util.Locale;

/** The origin of a URL (RFC 6454): its scheme, host and port. */
final class Origin {
  private Origin() {}

  /** Comparable text: in lower case, without the usual port. */
  static String of(URI url) {
    String scheme = url.getScheme().toLowerCase(Locale.ROOT);
    String usual = scheme.equals("https") ? ":443" : ":80";
    String authority = url.getRawAuthority().toLowerCase(Locale.ROOT);
    String name =
        authority.endsWith(usual)
            ? authority.substring(0, authority.length() - usual.length())
            : authority;
    return scheme + "://" + name;
  }

  /** The host in lower case. */
  static String host(URI url) {
    String authority = url.getRawAuthority().toLowerCase(Locale.ROOT);
    int colon = authority.lastIndexOf(':');
    return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
  }
}
