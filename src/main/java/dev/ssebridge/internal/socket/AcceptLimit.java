package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.http.Remotes;
import dev.ssebridge.internal.url.Cidr;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Counts the open connections of a port by their peer, and closes the surplus ones before they cost
 * anything; the others get their {@link ConnectionGate} and {@link FirstBytes}. Trusted proxies are
 * not counted: their connections are those of everybody behind them.
 *
 * <p>Vert.x tells of a connection only once it has brought a request, so this listens where the
 * port does. Where that is, the first request tells.
 */
@Sharable
final class AcceptLimit extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger(AcceptLimit.class.getName());
  private static final AttributeKey<Remote> COUNTED =
      AttributeKey.valueOf(AcceptLimit.class, "counted");

  private volatile int most;
  private volatile Remotes remotes;
  private final boolean proxied;
  private final boolean clearText;
  private volatile long stalledMillis;
  private final AtomicBoolean warned = new AtomicBoolean();
  private final ConcurrentMap<String, Remote> open = new ConcurrentHashMap<>();

  /**
   * @param most connections of one peer
   * @param remotes says who is a trusted proxy
   * @param proxied whether a header of the PROXY protocol tells whose connection it is
   * @param clearText whether there is no TLS
   * @param stalledMillis the limit of the gates
   */
  AcceptLimit(int most, Remotes remotes, boolean proxied, boolean clearText, long stalledMillis) {
    this.most = most;
    this.remotes = remotes;
    this.proxied = proxied;
    this.clearText = clearText;
    this.stalledMillis = stalledMillis;
  }

  /** Other limits from now on; connections that are open stay. */
  void change(int atMost, Remotes whose, long millis) {
    most = atMost;
    remotes = whose;
    stalledMillis = millis;
  }

  /**
   * Whether a header of the PROXY protocol tells of a remote, and comes from somebody who may not
   * say so. Where this listens at the port, such a connection does not get that far.
   */
  boolean isMadeUp(HttpConnection connection) {
    if (!proxied || connection.remoteAddress().equals(connection.remoteAddress(true))) {
      return false;
    }
    return !remotes.isTrusted(connection.remoteAddress(true));
  }

  /**
   * A connection that has brought its first request; it is counted if it was not.
   *
   * @param told whose it is
   */
  void onFirstRequest(Channel connection, @Nullable SocketAddress told) {
    Channel port = connection.parent();
    if (port == null) {
      return;
    }
    AcceptLimit there = port.pipeline().get(AcceptLimit.class);
    if (there != null) {
      there.admit(connection, told);
    } else {
      port.eventLoop()
          .execute(
              () -> {
                if (port.pipeline().get(AcceptLimit.class) == null) {
                  port.pipeline().addFirst(this);
                }
                onFirstRequest(connection, told);
              });
    }
  }

  /** On the loop that accepts: a connection is there, and nothing was read of it. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof Channel connection) {
      if (proxied ? !maySpeakForOthers(connection) : !count(connection, peerOf(connection))) {
        connection.unsafe().closeForcibly();
        return;
      }
      if (proxied) {
        connection.pipeline().addLast(new Told());
      }
      connection.pipeline().addLast(new ConnectionGate(stalledMillis));
      if (clearText) {
        connection.pipeline().addLast(new FirstBytes());
      }
    }
    ctx.fireChannelRead(message);
  }

  private void admit(Channel connection, @Nullable SocketAddress told) {
    String address = proxied && told != null ? told.hostAddress() : peerOf(connection);
    if (!count(connection, address)) {
      var unused = connection.close();
    }
  }

  private boolean maySpeakForOthers(Channel connection) {
    String peer = peerOf(connection);
    boolean may = peer == null ? remotes.trustsSocket() : isTrusted(peer);
    if (!may) {
      LOG.log(
          warned.compareAndSet(false, true) ? Level.WARNING : Level.DEBUG,
          () ->
              "http.proxyProtocol: a connection from "
                  + peer
                  + " was turned away, which is not in http.trustedProxies; others like it are not"
                  + " told of");
    }
    return may;
  }

  private boolean isTrusted(@Nullable String peer) {
    byte[] address = peer == null ? null : Cidr.addressOf(peer);
    return address != null && remotes.isTrusted(address);
  }

  private boolean count(Channel connection, @Nullable String peer) {
    String address = remoteOf(peer);
    if (address == null || connection.attr(COUNTED).get() != null) {
      return true;
    }
    int[] fromHere = new int[1];
    Remote remote =
        open.compute(
            address,
            (same, known) -> {
              Remote its = known == null ? new Remote(address) : known;
              fromHere[0] = ++its.connections;
              return its;
            });
    if (connection.attr(COUNTED).setIfAbsent(remote) != null) {
      remote.release();
      return true;
    }
    if (fromHere[0] <= most) {
      connection.closeFuture().addListener(remote);
      return true;
    }
    remote.release();
    LOG.log(
        Level.DEBUG,
        () -> "limits.connectionsPerRemote: " + most + " are open from " + address + ", refused");
    return false;
  }

  private @Nullable String remoteOf(@Nullable String peer) {
    byte[] address = peer == null ? null : Cidr.addressOf(peer);
    return address == null || remotes.isTrusted(address) ? null : Remotes.text(address);
  }

  private static @Nullable String peerOf(Channel connection) {
    return connection.remoteAddress() instanceof InetSocketAddress peer && peer.getAddress() != null
        ? peer.getAddress().getHostAddress()
        : null;
  }

  /** Counts a connection as soon as its header tells whose it is. One for each. */
  private final class Told extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ctx.fireChannelRead(message);
      SocketAddress told = ctx.channel().attr(ConnectionBase.REMOTE_ADDRESS_OVERRIDE).get();
      if (told != null) {
        admit(ctx.channel(), told);
      }
      if (told != null || ctx.pipeline().get(HAProxyMessageDecoder.class) == null) {
        ctx.pipeline().remove(this);
      }
    }
  }

  /** All connections of one peer share it. */
  private final class Remote implements ChannelFutureListener {
    private final String address;

    /** Those that are open; only where the map lets nobody else in. */
    private int connections;

    Remote(String address) {
      this.address = address;
    }

    @Override
    public void operationComplete(ChannelFuture closed) {
      release();
    }

    void release() {
      open.computeIfPresent(address, (same, remote) -> --remote.connections == 0 ? null : remote);
    }
  }
}
