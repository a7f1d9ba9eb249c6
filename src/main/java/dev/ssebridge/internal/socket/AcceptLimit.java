package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.http.Remotes;
import dev.ssebridge.internal.url.Cidr;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the open connections of a port by their peer, and closes the surplus ones before they cost
 * anything; the others get their {@link ConnectionGate}. Trusted proxies are not counted: their
 * connections are those of everybody behind them.
 *
 * <p>Vert.x tells of a connection only once it has brought a request, so this listens where the
 * port does. Where that is, the first request tells.
 */
@Sharable
final class AcceptLimit extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger(AcceptLimit.class.getName());
  private static final AttributeKey<Counted> COUNTED =
      AttributeKey.valueOf(AcceptLimit.class, "counted");

  private final int most;
  private final Remotes remotes;
  private final long stalledMillis;
  private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();

  /**
   * @param most connections of one peer
   * @param remotes says who is a trusted proxy
   * @param stalledMillis the limit of the gates
   */
  AcceptLimit(int most, Remotes remotes, long stalledMillis) {
    this.most = most;
    this.remotes = remotes;
    this.stalledMillis = stalledMillis;
  }

  /** A connection that has brought its first request; it is counted if it was not. */
  void onFirstRequest(Channel connection) {
    Channel port = connection.parent();
    if (port == null) {
      return;
    }
    AcceptLimit there = port.pipeline().get(AcceptLimit.class);
    if (there != null) {
      there.admit(connection);
    } else {
      port.eventLoop()
          .execute(
              () -> {
                if (port.pipeline().get(AcceptLimit.class) == null) {
                  port.pipeline().addFirst(this);
                }
                onFirstRequest(connection);
              });
    }
  }

  /** On the loop that accepts: a connection is there, and nothing was read of it. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof Channel connection) {
      if (!count(connection)) {
        connection.unsafe().closeForcibly();
        return;
      }
      connection.pipeline().addLast(new ConnectionGate(stalledMillis));
    }
    ctx.fireChannelRead(message);
  }

  private void admit(Channel connection) {
    if (!count(connection)) {
      var unused = connection.close();
    }
  }

  private boolean count(Channel connection) {
    String remote = remoteOf(connection);
    Counted counted = remote == null ? null : new Counted(remote);
    if (counted == null || connection.attr(COUNTED).setIfAbsent(counted) != null) {
      return true;
    }
    int fromHere = open.merge(remote, 1, Integer::sum);
    if (fromHere <= most) {
      connection.closeFuture().addListener(counted);
      return true;
    }
    counted.release();
    LOG.log(
        Level.DEBUG,
        () -> "limits.connectionsPerRemote: " + most + " are open from " + remote + ", refused");
    return false;
  }

  private @Nullable String remoteOf(Channel connection) {
    if (!(connection.remoteAddress() instanceof InetSocketAddress peer)
        || peer.getAddress() == null) {
      return null;
    }
    byte[] address = Cidr.addressOf(peer.getAddress().getHostAddress());
    return address == null || remotes.isTrusted(address) ? null : Remotes.text(address);
  }

  private final class Counted implements ChannelFutureListener {
    private final String remote;

    Counted(String remote) {
      this.remote = remote;
    }

    @Override
    public void operationComplete(ChannelFuture closed) {
      release();
    }

    void release() {
      open.computeIfPresent(remote, (address, count) -> count == 1 ? null : count - 1);
    }
  }
}
