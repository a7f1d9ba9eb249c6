package dev.ssebridge.internal.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.HttpOptions;
import dev.ssebridge.internal.text.UnfitValueException;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the HTTP server listens, and what it reads.
 *
 * @param unixSocket path of the Unix domain socket that it listens on, or null for host and port
 * @param permissions of that socket, or null for what the umask leaves
 * @param backlog how many connections may wait to be accepted, or null for what the kernel permits
 * @param reusePort whether others may listen on the same port
 * @param maxInitialLineLength bytes of the first line of a request
 * @param maxHeaderSize bytes of all its headers
 * @param http2 HTTP/2, or null where it is off
 * @param alpn whether a TLS handshake agrees on the version of HTTP
 * @param proxyProtocol whether each connection begins with a header of the PROXY protocol
 */
public record SocketConfig(
    @Nullable String unixSocket,
    @Nullable Set<PosixFilePermission> permissions,
    @Nullable Integer backlog,
    boolean reusePort,
    int maxInitialLineLength,
    int maxHeaderSize,
    @Nullable Http2Config http2,
    boolean alpn,
    boolean proxyProtocol) {
  /** In the place of a network: all clients of the Unix domain socket. */
  static final String UNIX = "unix:";

  /** What every system takes (104 with the end mark, 108 on Linux). */
  private static final int LONGEST_PATH = 103;

  private static final long MOST_BYTES = 1 << 20;
  private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");
  private static final String CODEC = "io.netty.handler.codec.haproxy.HAProxyMessageDecoder";

  static SocketConfig of(HttpOptions options, Place at) {
    HttpOptions usual = new HttpOptions();
    String path = options.getUnixSocket();
    String mode = options.getUnixSocketMode();
    if (path != null && options.getPort() != usual.getPort()) {
      at.problem("port", "not used beside \"unixSocket\"; leave out one of the two");
    }
    if (path != null && !options.getHost().equals(usual.getHost())) {
      at.problem("host", "not used beside \"unixSocket\"; leave out one of the two");
    }
    if (path != null && options.isReusePort()) {
      at.problem("reusePort", "a Unix domain socket has no port; leave out one of the two");
    }
    if (path == null && mode != null) {
      at.problem("unixSocketMode", "expected \"unixSocket\" beside it, got none");
    }
    if (options.isProxyProtocol()) {
      checkProxyProtocol(options, at);
    }
    int line = at.most("maxInitialLineLength", options.getMaxInitialLineLength(), MOST_BYTES);
    int headers = at.most("maxHeaderSize", options.getMaxHeaderSize(), MOST_BYTES);
    return new SocketConfig(
        path,
        mode == null ? null : permissions(mode),
        options.getBacklog(),
        options.isReusePort(),
        line,
        headers,
        Http2Config.of(options.getHttp2(), (long) line + headers, at.at("http2")),
        options.isAlpn(),
        options.isProxyProtocol());
  }

  /** The same for a port of its own, which nobody else listens on. */
  SocketConfig onAdminPort() {
    return new SocketConfig(
        null, null, null, false, maxInitialLineLength, maxHeaderSize, http2, alpn, false);
  }

  /** The sender of the header says who the client is. */
  private static void checkProxyProtocol(HttpOptions options, Place at) {
    boolean anybody =
        options.getUnixSocket() == null
            ? options.getTrustedProxies().stream().allMatch(UNIX::equals)
            : !options.getTrustedProxies().contains(UNIX);
    if (anybody) {
      at.problem(
          "proxyProtocol",
          options.getUnixSocket() == null
              ? "expected the addresses of those that send the header in \"trustedProxies\", since"
                  + " it says who a client is"
              : "expected \"unix:\" in \"trustedProxies\", since the header says who a client is");
    }
    String missing = missing(CODEC);
    if (missing != null) {
      at.problem("proxyProtocol", missing);
    }
  }

  /** What to do where a class is not there; null where it is. */
  static @Nullable String missing(String type) {
    return OptionalJar.missing(
        type, "io.netty:netty-codec-haproxy", "the version of the other jars of Netty");
  }

  /** Refuses what cannot be the path of a Unix domain socket. */
  public static void requireSocketPath(String path) {
    int bytes = path.getBytes(UTF_8).length;
    if (bytes > LONGEST_PATH) {
      throw new UnfitValueException(
          "expected a path of at most " + LONGEST_PATH + " bytes, as sockets have, got " + bytes);
    }
    if (path.endsWith("/")) {
      throw UnfitValueException.expected("the path of a file", path);
    }
  }

  /** Refuses what is no mode of a file. */
  public static void requireMode(String mode) {
    if (!MODE.matcher(mode).matches()) {
      throw UnfitValueException.expected("three octal digits such as \"0660\"", mode);
    }
  }

  private static Set<PosixFilePermission> permissions(String mode) {
    int bits = Integer.parseInt(mode, 8);
    PosixFilePermission[] all = PosixFilePermission.values();
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < all.length; i++) {
      if ((bits & (1 << (all.length - 1 - i))) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }
}
