package dev.ssebridge.internal.doctor;

import java.net.URI;
import java.util.Locale;

/** Parts of absolute URLs. The host may have an underscore, which {@link URI#getHost} refuses. */
final class Places {
  private Places() {}

  static boolean isSecure(URI url) {
    return url.getScheme().equals("https");
  }

  /** In lower case; an IPv6 address without brackets. */
  static String host(URI url) {
    String authority = url.getRawAuthority().toLowerCase(Locale.ROOT);
    int colon = authority.lastIndexOf(':');
    String host = colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  static int port(URI url) {
    String authority = url.getRawAuthority();
    int colon = authority.lastIndexOf(':');
    boolean written =
        colon > authority.lastIndexOf(']') && colon < authority.length() - 1 /* "host:" */;
    return written ? Integer.parseInt(authority.substring(colon + 1)) : isSecure(url) ? 443 : 80;
  }

  /** What the headers of one place may be sent to. */
  static String origin(URI url) {
    return url.getScheme() + "://" + host(url) + ":" + port(url);
  }

  /** What stands in the request line. */
  static String target(URI url) {
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
  }
}
