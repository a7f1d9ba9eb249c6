package dev.ssebridge.internal.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is, and who asks.
 *
 * @param database {@code null} for that with the number 0
 */
record RedisUrl(
    boolean tls,
    RedisAddress address,
    @Nullable String user,
    @Nullable String password,
    @Nullable Integer database) {
  private static final String EXPECTED =
      "expected redis://[user:password@]host[:port][/database] or rediss://..., got ";

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException without a secret in its message
   */
  static RedisUrl parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          EXPECTED + "something with \"" + e.getReason() + "\"; in a password write % as %25",
          null);
    }
    String scheme = uri.getScheme();
    boolean tls = "rediss".equals(scheme);
    if ((!tls && !"redis".equals(scheme)) || uri.getHost() == null) {
      throw new IllegalArgumentException(EXPECTED + scheme + "://" + uri.getHost());
    }
    String host = uri.getHost();
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    String login = uri.getRawUserInfo();
    int colon = login == null ? -1 : login.indexOf(':');
    return new RedisUrl(
        tls,
        new RedisAddress(host, uri.getPort() < 0 ? 6379 : uri.getPort()),
        login == null ? null : emptyAsNull(decoded(colon < 0 ? login : login.substring(0, colon))),
        login == null || colon < 0 ? null : decoded(login.substring(colon + 1)),
        database(uri.getPath()));
  }

  private static @Nullable Integer database(@Nullable String path) {
    if (path == null || path.length() < 2) {
      return null;
    }
    try {
      return Integer.valueOf(path.substring(1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("database: expected a number, got " + path, e);
    }
  }

  private static @Nullable String emptyAsNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return (tls ? "rediss://" : "redis://") + address;
  }
}
