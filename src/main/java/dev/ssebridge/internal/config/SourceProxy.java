package dev.ssebridge.internal.config;

import dev.ssebridge.internal.address.PercentEncoding;
import dev.ssebridge.internal.text.UnfitValueException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxy of a source.
 *
 * @param host its host, an IPv6 address without brackets
 * @param port its port
 * @param user who asks for the connection, or null for nobody
 * @param password of the user, or null for none
 */
public record SourceProxy(String host, int port, @Nullable String user, @Nullable String password) {
  /** Taken apart by hand: {@link java.net.URI} knows no host with an underscore. */
  private static final Pattern URL =
      Pattern.compile(
          "(?i)(https?)://(?:([^@/?#\\s:]*)(?::([^@/?#\\s]*))?@)?"
              + "(\\[[0-9a-f:.]+\\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?/?");

  /** What is expected. */
  public static final String SHAPE =
      "the URL of an HTTP proxy, \"http://proxy:3128\" or \"http://user:password@proxy:3128\""
          + " (with %40 for an @ and %3A for a : in the user)";

  /** The proxy of this URL. */
  public static SourceProxy parse(String text) {
    Matcher url = URL.matcher(text);
    // The text is not repeated: it may hold a password.
    if (!url.matches()) {
      throw UnfitValueException.expected(SHAPE);
    }
    if (url.group(1).toLowerCase(Locale.ROOT).equals("https")) {
      throw UnfitValueException.expected(
          "an http proxy: TLS on the way to the proxy is not supported; a stream from an"
              + " https URL is encrypted all the way through an http proxy, too");
    }
    int port = url.group(5) == null ? 80 : Integer.parseInt(url.group(5));
    if (port < 1 || port > 65535) {
      throw UnfitValueException.expected(SHAPE + ", its port 1..65535");
    }
    String host = url.group(4);
    return new SourceProxy(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        port,
        decode(url.group(2)),
        decode(url.group(3)));
  }

  private static @Nullable String decode(@Nullable String part) {
    if (part == null) {
      return null;
    }
    try {
      return PercentEncoding.decode(part);
    } catch (IllegalArgumentException malformed) {
      throw UnfitValueException.expected(SHAPE);
    }
  }

  /** Never the password. */
  @Override
  public String toString() {
    return "http://" + host + ":" + port;
  }
}
