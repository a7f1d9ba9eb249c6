package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.HttpDate;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.socket.ConnectionGate;
import dev.ssebridge.internal.socket.Connections;
import dev.ssebridge.internal.socket.Http1Rules;
import dev.ssebridge.internal.socket.Http2Rules;
import dev.ssebridge.internal.socket.Rejection;
import dev.ssebridge.internal.socket.RequestTarget;
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
    boolean http1 = BridgeRequest.isHttp1(request);
    if (http1 && Http1Rules.holdOn(request.connection())) {
      return true;
    }
    Problem problem = http1 ? problemOf(request) : Http2Rules.problemOf(request);
    if (problem != null) {
      Rejection.send(context.vertx(), new BridgeRequest.Routed(context), problem);
      if (http1 && gate != null) {
        gate.close();
      }
      return false;
    }
    if (http1) {
      closeIfAsked(context, gate);
    }
    return true;
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
