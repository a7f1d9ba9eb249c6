package dev.ssebridge.internal.http;

import dev.ssebridge.internal.config.HttpConfig;
import dev.ssebridge.internal.url.Cidr;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, for limits that are counted by remote: the peer of its connection, or, where
 * that is a trusted proxy, whom the proxy names in {@code Forwarded} (RFC 7239) or {@code
 * X-Forwarded-For}. Of the addresses there it is the rightmost that is not a trusted proxy, as
 * everything left of it may be made up. Where they say nothing that can be understood, or the two
 * headers disagree, it is the peer: most proxies set one and hand on what a client says in the
 * other. Immutable.
 *
 * <p>Of IPv6 the first 64 bits count, for a client has all addresses of its network.
 */
public final class Remotes {
  private static final int IPV6_NETWORK = 8;

  private final List<Cidr> trusted;
  private final boolean trustsSocket;

  /**
   * @param trusted whose word is believed
   */
  public Remotes(List<Cidr> trusted) {
    this(trusted, false);
  }

  private Remotes(List<Cidr> trusted, boolean trustsSocket) {
    this.trusted = trusted;
    this.trustsSocket = trustsSocket;
  }

  /** Those of a server of this configuration. */
  public static Remotes of(HttpConfig http) {
    return new Remotes(http.trustedProxies(), http.trustsSocket());
  }

  /** The remote of a request: text that is equal for equal ones, {@code ""} where there is none. */
  public String of(HttpServerRequest request) {
    SocketAddress peer = request.remoteAddress();
    String address = addressOf(peer);
    if (address == null) {
      // A client of a Unix domain socket has no address.
      byte[] named = trustsSocket && peer != null && peer.isDomainSocket() ? named(request) : null;
      return named == null ? "" : text(named);
    }
    boolean plain = address.indexOf(':') < 0;
    if (plain && trusted.isEmpty()) {
      return address;
    }
    byte[] bytes = Cidr.addressOf(address);
    if (bytes == null) {
      return address;
    }
    byte[] named = isTrusted(bytes) ? named(request) : null;
    return text(named == null ? bytes : named);
  }

  /** Mostly the text that the connection has already, so that nobody keeps it twice. */
  private static @Nullable String addressOf(@Nullable SocketAddress peer) {
    String address = peer == null ? null : peer.hostAddress();
    String host = peer == null ? null : peer.host();
    return host != null && host.equals(address) ? host : address;
  }

  /** Whether requests of this peer may be those of many. */
  public boolean isTrusted(byte[] peer) {
    for (Cidr network : trusted) {
      if (network.contains(peer)) {
        return true;
      }
    }
    return false;
  }

  /** The same of the peer of a connection, and not whom a header of the PROXY protocol tells. */
  public boolean isTrusted(@Nullable SocketAddress peer) {
    if (peer != null && peer.isDomainSocket()) {
      return trustsSocket;
    }
    String address = peer == null ? null : peer.hostAddress();
    byte[] bytes = address == null ? null : Cidr.addressOf(address);
    return bytes != null && isTrusted(bytes);
  }

  /** Whether those of clients of a Unix domain socket may be. */
  public boolean trustsSocket() {
    return trustsSocket;
  }

  /** As {@link #of} writes it. */
  public static String text(byte[] address) {
    if (address.length <= IPV6_NETWORK) {
      return NetUtil.bytesToIpAddress(address);
    }
    byte[] network = Arrays.copyOf(Arrays.copyOf(address, IPV6_NETWORK), address.length);
    return NetUtil.bytesToIpAddress(network) + "/64";
  }

  private byte @Nullable [] named(HttpServerRequest request) {
    List<String> standard = request.headers().getAll("forwarded");
    List<String> usual = request.headers().getAll("x-forwarded-for");
    if (usual.isEmpty()) {
      return standard.isEmpty() ? null : last(ForwardedFor.standard(standard));
    }
    byte[] address = last(ForwardedFor.usual(usual));
    return standard.isEmpty() || Arrays.equals(address, last(ForwardedFor.standard(standard)))
        ? address
        : null;
  }

  /** Of nothing but trusted ones it is the first: then the client is one of them. */
  private byte @Nullable [] last(List<String> nodes) {
    byte[] address = null;
    for (int i = nodes.size() - 1; i >= 0; i--) {
      address = ForwardedFor.addressOf(nodes.get(i));
      if (address == null || !isTrusted(address)) {
        return address;
      }
    }
    return address;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Remotes that
        && trusted.equals(that.trusted)
        && trustsSocket == that.trustsSocket;
  }

  @Override
  public int hashCode() {
    return trusted.hashCode();
  }
}
