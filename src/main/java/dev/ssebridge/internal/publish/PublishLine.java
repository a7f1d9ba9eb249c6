package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.access.AccessLine;
import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.http.BridgeRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The line of the access log for one request to publish: what is known of it meanwhile, and logged
 * at its end. Told by the context of the request, and of the end on any thread.
 */
final class PublishLine implements Consumer<Boolean> {
  /** Where there is no access log. */
  private static final PublishLine NONE = new PublishLine();

  // set at construction
  private final @Nullable PublishTarget target;
  private final @Nullable BridgeRequest request;
  private final String remote;
  private final long begunNanos;
  private final AtomicBoolean logged = new AtomicBoolean();

  // written by the context of the request
  private volatile @Nullable Identity who;
  private volatile @Nullable Publisher publisher;

  private PublishLine() {
    this(null, null, "");
  }

  private PublishLine(
      @Nullable PublishTarget target, @Nullable BridgeRequest request, String remote) {
    this.target = target;
    this.request = request;
    this.remote = remote;
    this.begunNanos = System.nanoTime();
  }

  /** The request, whose line is logged at its end. */
  static BridgeRequest noting(BridgeRequest request, PublishTarget target, String remote) {
    return BridgeRequest.Watched.of(request, new PublishLine(target, request, remote));
  }

  /** The line of a request; one that is never logged where it has none. */
  static PublishLine of(BridgeRequest request) {
    return request instanceof BridgeRequest.Watched watched
            && watched.first() instanceof PublishLine line
        ? line
        : NONE;
  }

  /** It is known who publishes; null where nobody has to show it. */
  void by(@Nullable Identity identity) {
    if (this != NONE) {
      who = identity;
    }
  }

  /** It is known who counts its messages. */
  void counts(Publisher counting) {
    if (this != NONE) {
      publisher = counting;
    }
  }

  /** The request has ended. */
  @Override
  public void accept(Boolean cleanly) {
    PublishTarget ofRule = target;
    BridgeRequest ended = request;
    if (ofRule == null || ended == null || !logged.compareAndSet(false, true)) {
      return;
    }
    HttpServerRequest http = ended.request();
    RoutingContext routing = ended.routing();
    Publisher counted = publisher;
    new AccessLine("publish")
        .put("rule", ofRule.reviewers().rule())
        .put("path", ofRule.config().path().toString())
        .put("remote", remote)
        .by(who, routing == null ? null : routing.user())
        .put("status", http.response().headWritten() ? http.response().getStatusCode() : 0)
        .put("messages", counted == null ? 0 : counted.published())
        .put("bytes", http.bytesRead())
        .put("duration", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos))
        .log();
  }
}
