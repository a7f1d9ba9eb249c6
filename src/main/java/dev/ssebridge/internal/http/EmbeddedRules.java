package dev.ssebridge.internal.http;

import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Connections} does for a server of the bridge's own, as far as it can be done for a
 * request that comes through the router of an application: its connection is read only while its
 * answers are taken, from the first such request on, and the rules of HTTP hold that can still be
 * seen in a request.
 */
final class EmbeddedRules {
  private EmbeddedRules() {}

  /** Whether the request is to be answered; where not, it was, or nobody waits for an answer. */
  static boolean admit(RoutingContext context, long stalledMillis) {
    HttpServerRequest request = context.request();
    ConnectionGate gate = ConnectionGate.install(request.connection(), stalledMillis);
    if (gate != null && gate.isClosing()) {
      return false;
    }
    HttpDate.set(context.response());
    if (!isHttp1(request)) {
      return !refusesHttp2(context.vertx(), new BridgeRequest.Routed(context));
    }
    if (hasRules(request)) {
      return true;
    }
    Problem problem = problemOf(request);
    if (problem != null) {
      PublishHandler.refuse(context.vertx(), new BridgeRequest.Routed(context), problem);
      if (gate != null) {
        gate.close();
      }
      return false;
    }
    closeIfAsked(context, gate);
    return true;
  }

  /** Answers a request of HTTP/2 that breaks a rule, or leaves it alone; other streams go on. */
  static boolean refusesHttp2(Vertx vertx, BridgeRequest request) {
    try {
      RequestTarget.requireOfHttp2(request.request().method().name(), request.request().uri());
      return false;
    } catch (Http1Rules.Refused e) {
      PublishHandler.refuse(vertx, request, e.problem());
      return true;
    }
  }

  static boolean isHttp1(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_1_1 || request.version() == HttpVersion.HTTP_1_0;
  }

  private static boolean hasRules(HttpServerRequest request) {
    Channel channel = SocketState.channelUnder(request.connection());
    return channel != null && channel.pipeline().get(Http1Rules.class) != null;
  }

  private static @Nullable Problem problemOf(HttpServerRequest request) {
    try {
      Http1Rules.checkHost(
          request.headers().getAll(HttpHeaders.HOST), request.version() == HttpVersion.HTTP_1_1);
      Http1Rules.checkTransferCodings(request.headers().getAll(HttpHeaders.TRANSFER_ENCODING));
      RequestTarget.requireAscii(request.uri());
      return null;
    } catch (Http1Rules.Refused e) {
      return e.problem();
    }
  }

  /** Vert.x sees {@code close} only where it is alone in its line. */
  private static void closeIfAsked(RoutingContext context, @Nullable ConnectionGate gate) {
    List<String> lines = context.request().headers().getAll(HttpHeaders.CONNECTION);
    if (lines.isEmpty() || !Http1Rules.has(lines, "close")) {
      return;
    }
    context.response().putHeader(HttpHeaders.CONNECTION, "close");
    if (gate != null) {
      gate.close();
    }
    context.addEndHandler(ended -> context.request().connection().close());
  }
}
