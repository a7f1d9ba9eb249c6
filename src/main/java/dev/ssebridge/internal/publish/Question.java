package dev.ssebridge.internal.publish;

import dev.ssebridge.PublishRequest;
import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.bus.JsonBody;
import dev.ssebridge.internal.bus.JsonBodyCodec;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.Problem;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.shareddata.Shareable;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one handler is asked about one message. Any thread. */
final class Question implements PublishRequest {
  private final Asker asker;
  private final Draft draft;
  private final long number;

  // guarded by this
  private @Nullable Object body;
  private boolean seen;
  private boolean replaced;
  private @Nullable String type;
  private @Nullable MultiMap headers;
  private boolean decided;
  private boolean awaited;
  private @Nullable Problem refusal;
  private @Nullable Draft accepted;

  /**
   * The one who asks.
   *
   * @param request that brought the message
   * @param target of its path
   * @param destination of its messages
   * @param onDecision told of a decision that it has to wait for; on the thread that decides
   */
  record Asker(
      BridgeRequest request,
      PublishTarget target,
      PublishTarget.Destination destination,
      Runnable onDecision) {}

  Question(Asker asker, Draft draft, long number) {
    this.asker = asker;
    this.draft = draft;
    this.number = number;
    this.type = draft.type();
    this.headers = draft.headers();
  }

  /** The message as it was asked about. */
  Draft draft() {
    return draft;
  }

  /** Whether it is undecided yet; then the asker is told when that changes. */
  synchronized boolean await() {
    awaited = !decided;
    return awaited;
  }

  /**
   * The message as it was accepted.
   *
   * @throws BadRequestException if it was refused
   */
  synchronized Draft accepted() throws BadRequestException {
    if (refusal != null) {
      throw new BadRequestException(refusal);
    }
    return Objects.requireNonNull(accepted, "accepted");
  }

  /** The message as it is now: a handler that has decided may still hold what it was given. */
  private Draft copy() {
    boolean isOwn = replaced || isChangedInPlace() || (seen && body instanceof Buffer);
    Object content = isOwn ? copyOf(body) : draft.body();
    MultiMap own = headers == null ? null : MultiMap.caseInsensitiveMultiMap().addAll(headers);
    return new Draft(draft.place(), content, type, draft.id(), draft.retry(), own);
  }

  private static @Nullable Object copyOf(@Nullable Object body) {
    try {
      return body instanceof Shareable shareable ? shareable.copy() : body;
    } catch (IllegalStateException e) {
      return body; // it holds what no message can: that is told when it is published
    }
  }

  private boolean isChangedInPlace() {
    return seen && draft.body() instanceof JsonBody && JsonBodyCodec.isChanged(body);
  }

  @Override
  public HttpServerRequest request() {
    return asker.request().request();
  }

  @Override
  public @Nullable RoutingContext routingContext() {
    return asker.request().routing();
  }

  @Override
  public @Nullable User user() {
    Identity who = asker.destination().who();
    if (who != null) {
      return who.user();
    }
    RoutingContext routing = routingContext();
    return routing == null ? null : routing.user();
  }

  @Override
  public String rule() {
    return asker.target().reviewers().rule();
  }

  @Override
  public Map<String, String> parameters() {
    return asker.destination().parameters();
  }

  @Override
  public String address() {
    return asker.destination().address();
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public synchronized @Nullable String type() {
    return type;
  }

  @Override
  public @Nullable String id() {
    return draft.id();
  }

  @Override
  public synchronized @Nullable Object body() {
    if (!seen && !replaced) {
      seen = true;
      body = draft.body() instanceof JsonBody json ? json.value() : draft.body();
    }
    return body;
  }

  @Override
  public synchronized MultiMap headers() {
    if (headers == null) {
      headers = MultiMap.caseInsensitiveMultiMap();
    }
    return headers;
  }

  @Override
  public synchronized PublishRequest setBody(@Nullable Object body) {
    requireUndecided();
    this.body = body;
    this.replaced = true;
    return this;
  }

  @Override
  public synchronized PublishRequest setType(@Nullable String type) {
    requireUndecided();
    try {
      this.type = asker.target().requireType(type);
    } catch (BadRequestException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return this;
  }

  private void requireUndecided() {
    if (decided) {
      throw new IllegalStateException(
          "expected before accept() or refuse(), it is decided already");
    }
  }

  @Override
  public boolean accept() {
    return decide(null);
  }

  @Override
  public boolean refuse(int status, String reason) {
    Objects.requireNonNull(reason, "reason");
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status: expected 400..599, got " + status);
    }
    return decide(new Problem(status, draft.inPlace(reason)));
  }

  /**
   * @param problem the refusal, or {@code null}
   */
  boolean decide(@Nullable Problem problem) {
    boolean tell;
    synchronized (this) {
      if (decided) {
        return false;
      }
      accepted = problem == null ? copy() : null;
      decided = true;
      refusal = problem;
      tell = awaited;
    }
    if (tell) {
      asker.onDecision().run();
    }
    return true;
  }
}
