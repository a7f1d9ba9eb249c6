package dev.ssebridge.internal.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientBuilder;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The HTTP client of a source, and what its connections are given. */
final class ClientConnections {
  private static final System.Logger LOG = System.getLogger(ClientConnections.class.getName());

  /** As good as none, for what takes zero for its default. */
  private static final Duration NO_LIMIT = Duration.ofDays(365);

  private static final String INFORMATIONAL = "informational";

  private ClientConnections() {}

  /** A client, and a connection pool, for one source. */
  static HttpClient client(Vertx vertx, SourcePlan plan) {
    HttpClientOptions options = clientOptions(plan);
    HttpClientBuilder builder = vertx.httpClientBuilder().with(options);
    return (options.getLocalAddress() == null ? builder : from(options, builder))
        .with(new PoolOptions(plan.pool()))
        // The exchange is told of every failure; without this it would be logged as an error, too.
        .withConnectHandler(connection -> connection.exceptionHandler(failure -> {}))
        .build();
  }

  /** Vert.x 5.1.6 loses the local address of these options on its way to the socket. */
  private static HttpClientBuilder from(HttpClientOptions options, HttpClientBuilder builder) {
    try {
      return LocalAddress.set(options, builder);
    } catch (LinkageError before) {
      return builder; // 5.0, which does not
    }
  }

  /** Apart, as its types are not in Vert.x 5.0. */
  private static final class LocalAddress {
    static HttpClientBuilder set(HttpClientOptions options, HttpClientBuilder builder) {
      HttpClientConfig config = new HttpClientConfig(options);
      config
          .getTcpConfig()
          .setLocalAddress(SocketAddress.inetSocketAddress(0, options.getLocalAddress()));
      return builder.with(config);
    }
  }

  /**
   * Vert.x goes on trying to connect after an exchange has given up: it shall not do so for long,
   * nor give up first, which would not be known as a timeout.
   */
  static HttpClientOptions clientOptions(SourcePlan plan) {
    HttpClientOptions client = new HttpClientOptions(plan.httpClient());
    long wanted = plan.options().getConnectTimeout().toMillis();
    long limit = wanted == 0 ? 0 : Math.min(Integer.MAX_VALUE, wanted + 1000);
    client.setConnectTimeout(
        (int)
            shorter(limit, client.getConnectTimeout(), HttpClientOptions.DEFAULT_CONNECT_TIMEOUT));
    long handshake = client.getSslHandshakeTimeoutUnit().toMillis(client.getSslHandshakeTimeout());
    long usual =
        SSLOptions.DEFAULT_SSL_HANDSHAKE_TIMEOUT_TIME_UNIT.toMillis(
            SSLOptions.DEFAULT_SSL_HANDSHAKE_TIMEOUT);
    client
        .setSslHandshakeTimeout(shorter(limit, handshake, usual))
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    ProxyOptions proxy = client.getProxyOptions();
    if (proxy != null && proxy.getConnectTimeout().equals(ProxyOptions.DEFAULT_CONNECT_TIMEOUT)) {
      proxy.setConnectTimeout(limit == 0 ? NO_LIMIT : Duration.ofMillis(limit));
    }
    return client;
  }

  /** The limit, unless another one was set that is shorter; zero is none. */
  private static long shorter(long limit, long set, long usual) {
    return set == usual || set == 0 || (limit > 0 && limit < set) ? limit : set;
  }

  /**
   * Makes a connection pass over informational responses other than those Vert.x knows. On the
   * module path its channel is out of reach; such responses, which hardly any server sends, end the
   * attempt there.
   */
  static void prepare(HttpConnection connection) {
    try {
      passOverInformational(connection);
    } catch (IllegalAccessError e) {
      LOG.log(System.Logger.Level.DEBUG, "informational responses are not passed over", e);
    }
  }

  private static void passOverInformational(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      ChannelHandlerContext vertx = base.channelHandlerContext();
      ChannelPipeline pipeline = vertx.pipeline();
      if (pipeline.get(HttpClientCodec.class) != null && pipeline.get(INFORMATIONAL) == null) {
        pipeline.addBefore(vertx.name(), INFORMATIONAL, new OtherInformational());
      }
    }
  }

  /**
   * Passes over informational responses other than those Vert.x knows (100, 101, 103): "A client
   * MUST be able to parse one or more 1xx responses received prior to a final response" (RFC 9110,
   * section 15.2).
   */
  private static final class OtherInformational extends ChannelInboundHandlerAdapter {
    private boolean dropping;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpResponse response) {
        int status = response.status().code();
        dropping =
            status > 101 && status < 200 && status != 103 && response.decoderResult().isSuccess();
      }
      if (!dropping) {
        context.fireChannelRead(message);
        return;
      }
      dropping = !(message instanceof LastHttpContent);
      ReferenceCountUtil.release(message);
    }
  }
}
