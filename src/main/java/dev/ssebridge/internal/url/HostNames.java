package dev.ssebridge.internal.url;

import dev.ssebridge.internal.text.UnfitValueException;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The host names that requests may be for. A page whose name an attacker lets point at this machine
 * (DNS rebinding) is of the same origin to a browser; what it asks for still has that name.
 * Immutable.
 */
public final class HostNames {
  /** Every name. */
  public static final HostNames ANY = new HostNames(Set.of("*"));

  /** {@code localhost}, names that end in {@code .localhost} (RFC 6761), and loopback addresses. */
  public static final HostNames LOOPBACK = new HostNames(Set.of());

  private static final Pattern NAME =
      Pattern.compile("\\*|[A-Za-z0-9_](?:[A-Za-z0-9_.-]*)|\\[[0-9A-Fa-f:.]+\\]");

  /** In lower case. */
  private final Set<String> names;

  private HostNames(Set<String> names) {
    this.names = names;
  }

  public static HostNames of(List<String> names) {
    return new HostNames(names.stream().collect(Collectors.toUnmodifiableSet()));
  }

  public static String parse(String text) {
    if (!NAME.matcher(text).matches()) {
      throw UnfitValueException.expected(
          "the name or address of a host, without port (an IPv6 address in brackets), or \"*\" for"
              + " any",
          text);
    }
    return plain(text);
  }

  /** A host as it is written in a URL, an IPv6 address in brackets; null if it cannot be one. */
  public static @Nullable String written(String host) {
    String name = plain(host);
    return name.startsWith("*") || !NAME.matcher(name).matches() ? null : name;
  }

  /** Whether a request for this host is served; an IPv6 address in brackets or without. */
  public boolean permits(String host) {
    return equals(LOOPBACK) ? isLoopback(host) : names.contains("*") || isNamed(plain(host));
  }

  /** An IPv6 address has many forms (RFC 5952, section 2). */
  private boolean isNamed(String name) {
    if (names.contains(name) || !name.startsWith("[")) {
      return names.contains(name);
    }
    InetAddress address = address(name);
    return address != null && names.stream().anyMatch(each -> address.equals(address(each)));
  }

  /** Whether every name is served. */
  public boolean permitsAny() {
    return names.contains("*");
  }

  /** The names, in lower case, {@code *} among them where that is permitted. */
  public Set<String> names() {
    return names;
  }

  /** Whether this names the machine itself, and can name no other. */
  public static boolean isLoopback(String host) {
    String name = plain(host);
    if (name.equals("localhost") || name.endsWith(".localhost")) {
      return true;
    }
    InetAddress address = address(name);
    return address != null && address.isLoopbackAddress();
  }

  /** Whether this stands for all addresses of the machine. */
  public static boolean isWildcard(String host) {
    InetAddress address = address(host);
    return address != null && address.isAnyLocalAddress();
  }

  /** The address that is written here; null for a name, which is not looked up. */
  private static @Nullable InetAddress address(String host) {
    return NetUtil.createInetAddressFromIpAddressString(host);
  }

  /** Names are compared in lower case; a dot at the end makes no other name (RFC 1034, 3.1). */
  private static String plain(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return name.contains(":") && !name.startsWith("[") ? "[" + name + "]" : name;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HostNames that && names.equals(that.names);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  @Override
  public String toString() {
    return equals(LOOPBACK) ? "those of the loopback interface" : names.toString();
  }
}
