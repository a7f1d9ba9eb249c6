package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.Key;
import io.netty.handler.codec.http.cookie.ClientCookieDecoder;
import io.netty.handler.codec.http.cookie.Cookie;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The cookies that the servers of a source set (RFC 6265), so that a load balancer leads the next
 * connection to the same server. Each goes back only to the origin it came from, whatever its
 * Domain allows. In memory and bounded: the oldest gives way. Not thread-safe.
 */
final class CookieJar {
  /** RFC 6265, section 6.1, asks for as many of a domain, and for as many bytes. */
  static final int MOST = 50;

  static final int LARGEST = 4096;

  private static final Duration LONGEST = Duration.ofDays(400);

  private record Key(String origin, String name, String path) {}

  private record Kept(String pair, Instant until) {}

  private final Map<Key, Kept> cookies = new LinkedHashMap<>();

  /** Takes the {@code Set-Cookie} lines of a response to a request to this URL. */
  void keep(URI from, List<String> lines, Instant now) {
    for (String line : lines) {
      Cookie cookie = ClientCookieDecoder.LAX.decode(line);
      if (cookie != null && isFor(from, cookie)) {
        keep(from, cookie, now);
      }
    }
  }

  private static boolean isFor(URI from, Cookie cookie) {
    if (cookie.isSecure() && !"https".equalsIgnoreCase(from.getScheme())) {
      return false;
    }
    if (cookie.domain() == null) {
      return true;
    }
    String host = Origin.host(from);
    String domain = cookie.domain().toLowerCase(Locale.ROOT);
    String parent = domain.startsWith(".") ? domain : "." + domain;
    return host.equals(parent.substring(1)) || host.endsWith(parent);
  }

  private void keep(URI from, Cookie cookie, Instant now) {
    String value = cookie.wrap() ? "\"" + cookie.value() + "\"" : cookie.value();
    String pair = cookie.name() + "=" + value;
    Key key = new Key(Origin.of(from), cookie.name(), path(from, cookie.path()));
    if (cookie.maxAge() != Cookie.UNDEFINED_MAX_AGE && cookie.maxAge() <= 0) {
      cookies.remove(key);
    } else if (pair.length() <= LARGEST) {
      long seconds =
          cookie.maxAge() == Cookie.UNDEFINED_MAX_AGE
              ? LONGEST.toSeconds()
              : Math.min(cookie.maxAge(), LONGEST.toSeconds());
      cookies.put(key, new Kept(pair, now.plusSeconds(seconds)));
      if (cookies.size() > MOST) {
        Iterator<Key> oldest = cookies.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
    }
  }

  /** RFC 6265, section 5.1.4: without a path, the folder of the request. */
  private static String path(URI from, @Nullable String given) {
    if (given != null && given.startsWith("/")) {
      return given;
    }
    String path = from.getRawPath();
    int end = path.lastIndexOf('/');
    return end <= 0 ? "/" : path.substring(0, end);
  }

  /**
   * The {@code Cookie} header of a request to this URL, or null for none.
   *
   * @param own the one that the application has set, which goes first and wins
   */
  @Nullable String header(URI to, @Nullable String own, Instant now) {
    cookies.values().removeIf(kept -> !kept.until().isAfter(now));
    String origin = Origin.of(to);
    String path = to.getRawPath().isEmpty() ? "/" : to.getRawPath();
    String kept =
        cookies.entrySet().stream()
            .filter(entry -> entry.getKey().origin().equals(origin))
            .filter(entry -> covers(entry.getKey().path(), path))
            .filter(entry -> own == null || !names(own, entry.getKey().name()))
            .sorted(Comparator.comparing(entry -> -entry.getKey().path().length()))
            .map(entry -> entry.getValue().pair())
            .collect(Collectors.joining("; "));
    if (kept.isEmpty()) {
      return own;
    }
    return own == null || own.isBlank() ? kept : own + "; " + kept;
  }

  private static boolean covers(String cookie, String path) {
    return path.startsWith(cookie)
        && (path.length() == cookie.length()
            || cookie.endsWith("/")
            || path.charAt(cookie.length()) == '/');
  }

  private static boolean names(String header, String name) {
    for (String pair : header.split(";", -1)) {
      if (pair.strip().startsWith(name + "=")) {
        return true;
      }
    }
    return false;
  }
}
