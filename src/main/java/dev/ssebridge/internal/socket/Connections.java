package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.CorsRule;
import dev.ssebridge.internal.http.HostRule;
import dev.ssebridge.internal.http.HttpDate;
import dev.ssebridge.internal.http.NoContent;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.http.Remotes;
import dev.ssebridge.internal.text.PrintableText;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a server that is all the bridge's: each is read only while its answers are
 * taken, holds the rules of HTTP, is counted by its remote, and closed when it brings no request.
 */
public final class Connections {
  private static final System.Logger LOG = System.getLogger(Connections.class.getName());

  private final Vertx vertx;
  private final AcceptLimit limit;
  private final HttpServerOptions options;
  private final RequestSizes sizes;
  private final @Nullable SilentConnections silent;
  private final Handler<HttpServerRequest> requests;

  // written by the thread that configures
  private volatile long stalledMillis;
  private volatile HostRule hosts;

  private volatile @Nullable CorsRule cors;

  /**
   * Those of a server that is to listen on the present context.
   *
   * @param options of the server
   */
  public Connections(
      Vertx vertx,
      BridgeConfig config,
      HttpServerOptions options,
      Handler<HttpServerRequest> requests) {
    Internals.warnIfOutOfReach();
    this.vertx = vertx;
    this.stalledMillis = config.http().stalled().toMillis();
    this.hosts = HostRule.ofServer(config.http());
    this.cors = CorsRule.of(config.http().cors(), true);
    this.limit =
        new AcceptLimit(
            config.limits().mostConnectionsPerRemote(),
            Remotes.of(config.http()),
            config.http().socket().proxyProtocol(),
            !options.isSsl(),
            stalledMillis);
    this.options = options;
    this.sizes = RequestSizes.of(options);
    this.silent = SilentConnections.of(vertx, config.http().requestTimeout());
    this.requests = requests;
  }

  /** The server. */
  public HttpServer server() {
    return vertx
        .createHttpServer(silent == null ? options : silent.bounded(options))
        .connectionHandler(this::onConnection)
        .invalidRequestHandler(this::refuse)
        .requestHandler(this::onRequest);
  }

  /** From now on connections and requests have to keep to what this says. Any thread. */
  public void change(BridgeConfig config) {
    stalledMillis = config.http().stalled().toMillis();
    hosts = HostRule.ofServer(config.http());
    cors = CorsRule.of(config.http().cors(), true);
    limit.change(
        config.limits().mostConnectionsPerRemote(), Remotes.of(config.http()), stalledMillis);
  }

  /**
   * Sends the first request to a server that has begun to listen: with it the server knows its
   * port, and looks after connections from their beginning. On those that come before that, the
   * first request may still be an upgrade to HTTP/2 ({@code Upgrade: h2c}) and is not ignored.
   *
   * @param address what it listens on
   * @param options those of the server
   * @return completed in any case; where this fails, the first request of a client does it
   */
  public static Future<Void> begin(Vertx vertx, SocketAddress address, HttpServerOptions options) {
    if (options.getClientAuth() == ClientAuth.REQUIRED) {
      return Future.succeededFuture(); // which has a certificate
    }
    return Future.succeededFuture()
        .compose(
            v -> FirstRequest.send(vertx, address, options.isSsl(), options.isUseProxyProtocol()))
        .onFailure(e -> LOG.log(Level.DEBUG, "the server cannot reach itself", e))
        .transform(done -> Future.succeededFuture());
  }

  /**
   * Has a connection read no further while its answers are not taken.
   *
   * @param stalledMillis how long nothing may be taken, 0 for as long as it likes
   */
  public static void readWhileAnswersAreTaken(HttpConnection connection, long stalledMillis) {
    ConnectionGate.install(connection, stalledMillis);
  }

  private void onConnection(HttpConnection connection) {
    connection.exceptionHandler(
        broken ->
            LOG.log(Level.DEBUG, () -> "a connection broke: " + PrintableText.ofFailure(broken)));
    ConnectionGate.install(connection, stalledMillis);
    if (limit.isMadeUp(connection)) {
      connection.close();
      return;
    }
    Channel channel = SocketState.channelUnder(connection);
    if (channel != null) {
      ChannelPipeline pipeline = channel.pipeline();
      if (pipeline.get(HttpRequestDecoder.class) != null
          && pipeline.get(Http1Rules.class) == null
          && pipeline.get("handler") != null) {
        pipeline.addBefore("handler", null, new Http1Rules());
      }
      Http2ConnectionHandler http2 = SocketState.http2On(channel);
      if (http2 != null) {
        Http2Malformed.refuseOn(http2);
        OutgoingFrames.watch(pipeline, http2);
      }
      limit.onFirstRequest(channel, connection.remoteAddress());
    }
    if (silent != null) {
      silent.onConnection(connection);
    }
  }

  private void onRequest(HttpServerRequest request) {
    ConnectionGate gate = ConnectionGate.of(request.connection());
    if (gate != null && gate.isClosing()) {
      return; // behind an answer that said so: RFC 9112, section 9.6
    }
    if (silent != null) {
      silent.onRequest(request);
    }
    HttpDate.set(request.response());
    Problem problem = BridgeRequest.isHttp1(request) ? null : problemOfHttp2(request);
    if (problem != null) {
      Rejection.send(vertx, new BridgeRequest.Direct(request, List.of()), problem);
      return;
    }
    if (HttpMethod.OPTIONS.equals(request.method()) && "*".equals(request.uri())) {
      NoContent.send(request.response().putHeader("allow", "GET, HEAD, POST, OPTIONS"));
      return;
    }
    Problem foreign = hosts.problemOf(request);
    if (foreign == null) {
      requests.handle(request);
    } else {
      tell(request);
      Rejection.send(vertx, new BridgeRequest.Direct(request, List.of()), foreign);
    }
  }

  /** Has a page see an answer, where it may read. Any thread. */
  public void tell(HttpServerRequest request) {
    CorsRule rule = cors;
    if (rule != null) {
      rule.tell(request);
    }
  }

  /** What could not be decoded, or breaks a rule; Vert.x closes the connection behind it. */
  private void refuse(HttpServerRequest request) {
    request.response().putHeader("connection", "close");
    HttpDate.set(request.response());
    Throwable cause = request.decoderResult().cause();
    Problem tooLarge = sizes.problemOf(cause);
    if (tooLarge == null) {
      Http1Rules.problemOf(cause).send(request);
      request.connection().close();
    } else {
      LingeringClose.install(request.connection());
      tooLarge.send(request);
    }
  }

  private @Nullable Problem problemOfHttp2(HttpServerRequest request) {
    Problem problem = sizes.problemOfHttp2(request);
    return problem == null ? Http2Rules.problemOf(request) : problem;
  }
}
