package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.fanout.Deadline;
import dev.ssebridge.internal.fanout.FanoutLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes the connections of a server that bring no request. Vert.x makes a clear-text connection
 * only of a whole head, so until then an idle timeout of its own is there: for writes, as bytes
 * that come prove nothing. From then on that would be in the way of the streams, so it is taken
 * away again, and the connection is looked at from time to time.
 *
 * <p>Everything belongs to the loop of the server.
 */
final class SilentConnections {
  /** How many times in each timeout it looks whether a request that is served has ended. */
  private static final int LOOKS = 4;

  /** More than a tick of the wheel. */
  private static final long BEHIND_MILLIS = 100;

  // set at construction
  private final FanoutLoop loop;
  private final long timeoutMillis;
  private final long lookMillis;

  /** Without those of HTTP/1 whose response takes long, which are the streams. */
  private final Map<HttpConnection, Watched> watched = new HashMap<>();

  /** What clients had yet to take of their responses at the last look; for most, nothing. */
  private final Map<HttpConnection, Long> unsent = new HashMap<>();

  private SilentConnections(FanoutLoop loop, Duration timeout) {
    this.loop = loop;
    this.timeoutMillis = timeout.toMillis();
    this.lookMillis = Math.max(1, timeoutMillis / LOOKS);
  }

  /**
   * Looks after the connections of a server on the present context; {@code null} where they may do
   * as they like.
   *
   * @param timeout how long a connection may be without a request, 0 for as long as it likes
   */
  static @Nullable SilentConnections of(Vertx vertx, Duration timeout) {
    return timeout.isZero() || !SocketState.canSeeChannels()
        ? null
        : new SilentConnections(Hub.of(vertx).fanout(vertx.getOrCreateContext()), timeout);
  }

  /** What lies before the first head, and before that the handshake. */
  HttpServerOptions bounded(HttpServerOptions options) {
    long millis = timeoutMillis;
    HttpServerOptions bounded =
        new HttpServerOptions(options)
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setWriteIdleTimeout((int) Math.min(millis, Integer.MAX_VALUE));
    if (options.isSsl()) {
      long handshake =
          options.getSslHandshakeTimeoutUnit().toMillis(options.getSslHandshakeTimeout());
      bounded
          .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
          .setSslHandshakeTimeout(Math.min(millis, handshake));
    }
    return bounded;
  }

  void onConnection(HttpConnection connection) {
    Channel channel = SocketState.channelUnder(connection);
    if (channel != null && channel.pipeline().get(IdleStateHandler.class) != null) {
      channel.pipeline().remove(IdleStateHandler.class);
    }
    if (channel != null) {
      loop.scheduleIn(watch(connection), timeoutMillis);
    }
  }

  void onRequest(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    Watched known = watched.get(connection);
    Watched watching = known == null ? watch(connection) : known;
    watching.request = request;
    // Behind whatever still looks at the last stream of the connection, or both would go on.
    loop.scheduleIn(watching, known == null ? lookMillis + BEHIND_MILLIS : lookMillis);
  }

  private Watched watch(HttpConnection connection) {
    Watched made = new Watched(connection);
    watched.put(connection, made);
    connection.closeHandler(made);
    return made;
  }

  /** One for each connection, open streams or not: 40 bytes, so a field more costs 8. */
  private final class Watched extends Deadline implements Handler<Void> {
    private final HttpConnection connection;

    /** The last one, until it is seen to be answered. */
    private @Nullable HttpServerRequest request;

    Watched(HttpConnection connection) {
      this.connection = connection;
    }

    @Override
    protected void due(long now) {
      Channel channel = SocketState.channelUnder(connection);
      if (channel == null || !SocketState.speaksHttp(channel)) {
        forget();
      } else if (isServed(channel.pipeline())) {
        loop.scheduleIn(this, lookMillis);
      } else if (isTaking(channel) || request != null) {
        onAnswered();
      } else {
        forget();
        close(channel);
      }
    }

    /** Closed. */
    @Override
    public void handle(Void closed) {
      forget();
    }

    private boolean isServed(ChannelPipeline pipeline) {
      Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
      if (http2 != null) {
        // RFC 9113, section 5.1: one that this side has not ended.
        return SocketState.hasStream(http2.connection(), s -> s.state().localSideOpen());
      }
      boolean served = request != null && !request.response().ended();
      if (served) {
        watched.remove(connection, this); // the next request comes after it, if any does
      }
      return served;
    }

    private void onAnswered() {
      request = null;
      Watched other = watched.putIfAbsent(connection, this);
      if (other == null || other == this) {
        loop.scheduleIn(this, timeoutMillis);
      }
    }

    /** Whether what was sent has moved since the last look: an answer may be long. */
    private boolean isTaking(Channel channel) {
      long left = SocketState.unsent(channel);
      Long before = left == 0 ? unsent.remove(connection) : unsent.put(connection, left);
      return left == 0 ? before != null : before == null || before != left;
    }

    private void close(Channel channel) {
      if (SocketState.unsent(channel) == 0) {
        connection.close();
      } else {
        SocketState.drop(channel); // would wait for a client that takes nothing
      }
    }

    private void forget() {
      loop.cancel(this);
      watched.remove(connection, this);
      unsent.remove(connection);
    }
  }
}
