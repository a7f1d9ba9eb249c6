package dev.ssebridge.internal.config;

import dev.ssebridge.ControlAllowOptions;
import dev.ssebridge.internal.text.UnfitValueException;
import dev.ssebridge.internal.url.HttpUrl;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What sources may use that come at run time. Whatever is not named here they may not use; nothing
 * in them stands for anything else but what is named.
 *
 * @param hosts where they may connect to: a name, a name with a port, or {@code *} for anywhere
 * @param secrets places of secrets, as they may be written: {@code env:NAME}, {@code file:PATH}
 * @param cursors files they may keep their positions in; with a slash at the end, any file in that
 *     directory
 */
public record ControlAllow(Set<String> hosts, Set<String> secrets, List<String> cursors) {
  private static final String ANYWHERE = "*";

  /** By these a server, or a proxy on the way, would choose another place, or let it in. */
  private static final Set<String> NOT_THEIRS = Set.of("host", "proxy-authorization");

  /** No such source waits longer for replies when it is stopped, so that the program can end. */
  public static final Duration LONGEST_DRAIN = Duration.ofSeconds(60);

  private static final Pattern AUTHORITY =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+\\]|[^\\[\\]:/?#@\\s]+)(?::([0-9]{1,5}))?");

  static ControlAllow of(ControlAllowOptions options) {
    return new ControlAllow(
        options.getHosts().stream()
            .map(ControlAllow::parseHost)
            .collect(Collectors.toUnmodifiableSet()),
        options.getSecrets().stream()
            .map(ControlAllow::parseSecret)
            .collect(Collectors.toUnmodifiableSet()),
        List.copyOf(options.getCursors()));
  }

  /** A host as it may be written, in the form in which hosts are compared. */
  public static String parseHost(String text) {
    Place place = text.equals(ANYWHERE) ? new Place(ANYWHERE, "") : Place.of(text);
    if (place == null) {
      throw UnfitValueException.expected("\"host\", \"host:port\" or \"*\"", text);
    }
    return place.host() + place.port();
  }

  /**
   * A host as it is connected to, however it is written: in ASCII and lower case, without the dot
   * that makes no other name (RFC 1034, section 3.1), an IPv6 address in its short form.
   *
   * @param port with a colon before it; empty where none is written
   */
  private record Place(String host, String port) {
    static @Nullable Place of(@Nullable String authority) {
      if (authority == null || !AUTHORITY.matcher(authority).matches()) {
        return null;
      }
      URI url;
      try {
        url = HttpUrl.parse("http://" + authority + "/");
      } catch (IllegalArgumentException notConnectable) {
        return null;
      }
      Matcher parts = AUTHORITY.matcher(url.getRawAuthority().toLowerCase(Locale.ROOT));
      if (!parts.matches()) {
        return null;
      }
      String port = parts.group(2);
      return new Place(plain(parts.group(1)), port == null ? "" : ":" + Integer.parseInt(port));
    }

    private static String plain(String host) {
      if (host.startsWith("[")) {
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
        return address == null ? host : bracketed(NetUtil.toAddressString(address));
      }
      return host.endsWith(".") && host.length() > 1 ? host.substring(0, host.length() - 1) : host;
    }
  }

  /** The place of a secret as it may be written. */
  public static String parseSecret(String text) {
    return SourceAuth.parse(text).toString();
  }

  /** Whether they may be led on to wherever a server likes. */
  public boolean isAnywhere() {
    return hosts.contains(ANYWHERE);
  }

  /** What a source must not use, with its place in the source; empty if it may be followed. */
  public List<String> refusals(SourceConfig source) {
    List<String> refusals = new ArrayList<>();
    requireHost(source, refusals);
    SourceProxy proxy = source.request().proxy();
    if (proxy != null && !allowsHost(bracketed(proxy.host()) + ":" + proxy.port(), proxy.port())) {
      refusals.add(refusal("/proxy", "a host", "hosts", proxy.host() + ":" + proxy.port()));
    }
    SourceAuth auth = source.request().auth();
    if (auth != null && !secrets.contains(auth.reference().toString())) {
      refusals.add(refusal("/auth", "a secret", "secrets", auth.reference().toString()));
    }
    requireWay(source.request().way(), refusals);
    SourceResolver resolver = SourceResolver.of(source.stream().getResolver());
    if (resolver != null && !isAnywhere()) {
      // A name that is allowed would lead to wherever they like.
      refusals.add("/resolver: expected none, as control.allow.hosts names hosts");
    }
    String cursor = source.cursor().file();
    if (cursor != null && !allowsCursor(cursor)) {
      refusals.add(refusal("/cursor", "a file", "cursors", cursor));
    }
    for (String header : source.stream().getHeaders().keySet()) {
      if (NOT_THEIRS.contains(header.toLowerCase(Locale.ROOT))) {
        refusals.add("/headers/" + header + ": expected none of " + NOT_THEIRS);
      }
    }
    if (source.delivery().drain().compareTo(LONGEST_DRAIN) > 0) {
      refusals.add("/drain: expected at most " + LONGEST_DRAIN.toSeconds() + "s");
    }
    return refusals;
  }

  private void requireWay(SourceWay way, List<String> refusals) {
    requireFile("/ca", way.ca(), refusals);
    if (way.identity() != null) {
      requireFile("/clientCert/cert", way.identity().cert(), refusals);
      requireFile("/clientCert/key", way.identity().key(), refusals);
    }
    if (way.trustAll() && !isAnywhere()) {
      refusals.add("/trustAll: expected false, as control.allow.hosts names hosts");
    }
  }

  private void requireFile(String place, @Nullable String file, List<String> refusals) {
    if (file != null && !secrets.contains("file:" + file)) {
      refusals.add(refusal(place, "a file", "secrets", "file:" + file));
    }
  }

  private static String refusal(String place, String what, String list, String got) {
    return place + ": expected " + what + " that control.allow." + list + " names, got " + got;
  }

  private void requireHost(SourceConfig source, List<String> refusals) {
    String authority = source.url().getRawAuthority();
    int usual = "https".equalsIgnoreCase(source.url().getScheme()) ? 443 : 80;
    if (!allowsHost(authority, usual)) {
      refusals.add(refusal("/url", "a host", "hosts", authority));
    }
  }

  private boolean allowsHost(@Nullable String authority, int usualPort) {
    if (isAnywhere()) {
      return true;
    }
    Place place = Place.of(authority);
    if (place == null) {
      return false;
    }
    String port = place.port().isEmpty() ? ":" + usualPort : place.port();
    return hosts.contains(place.host()) || hosts.contains(place.host() + port);
  }

  private static String bracketed(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  private boolean allowsCursor(String cursor) {
    Path file = Path.of(cursor).toAbsolutePath().normalize();
    for (String allowed : cursors) {
      Path place = Path.of(allowed).toAbsolutePath().normalize();
      if (allowed.endsWith("/") ? place.equals(file.getParent()) : place.equals(file)) {
        return true;
      }
    }
    return false;
  }
}
