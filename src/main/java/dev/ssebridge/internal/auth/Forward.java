package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthProviderConfig;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that is asked about each request, as {@code auth_request} of nginx does: a request
 * that gets no answer, or one that is neither yes nor no, is refused. An answer counts for a while
 * for the same request of the same client; those that ask the same at the same time share it.
 */
final class Forward implements Authenticator {
  private static final int CONNECTIONS = 64;

  /** The most bytes that are read of an answer's body, which nobody is told. */
  private static final int MOST_BODY = 64 << 10;

  /** The most milliseconds that a refusal counts, so that nobody waits long for a new right. */
  private static final long MOST_REFUSED = 1000;

  private final AuthProviderConfig.Forward config;
  private final LongSupplier clock;
  private final HttpGet endpoint;
  private final ForwardAnswer answers;
  private final ProviderLog log;
  private final String provider;
  private final Kept<Decided> kept;
  private final Underway<Decided> underway = new Underway<>();
  private final AtomicInteger pending = new AtomicInteger();

  /** Counts what was revoked: answers of before are to questions of before. */
  private final AtomicLong revoked = new AtomicLong();

  /** What the endpoint said; one of the two. */
  record Decided(@Nullable Identity identity, @Nullable AuthFailure refusal) {
    private Future<Identity> future() {
      return identity == null ? Future.failedFuture(refusal) : Future.succeededFuture(identity);
    }
  }

  /**
   * Asks nobody yet.
   *
   * @param verified how many answers are kept
   * @param clock milliseconds since 1970
   */
  Forward(
      Home home,
      String provider,
      AuthProviderConfig.Forward config,
      int verified,
      LongSupplier clock) {
    this.config = config;
    this.clock = clock;
    this.provider = provider;
    this.log = new ProviderLog(provider, clock);
    this.kept = new Kept<>(verified, clock);
    this.answers = new ForwardAnswer(provider, config, log);
    this.endpoint =
        new HttpGet(
            home,
            config.url(),
            config.timeout(),
            MOST_BODY,
            Math.min(CONNECTIONS, config.pending()),
            config.pending(),
            config.ca());
  }

  /** The endpoint says what it understands; it may know a client by its address alone. */
  @Override
  public Set<String> names() {
    return Set.of(provider);
  }

  @Override
  public boolean understands(Credentials shown, BridgeRequest request) {
    return true;
  }

  @Override
  public boolean isShownByItself(BridgeRequest request) {
    return config.headers().contains("cookie")
        && request.request().headers().contains(HttpHeaders.COOKIE);
  }

  @Override
  public boolean isLive() {
    return true;
  }

  @Override
  public void forget() {
    revoked.incrementAndGet();
  }

  @Override
  public Future<Identity> authenticate(Credentials shown, BridgeRequest request, String remote) {
    Question question = Question.of(request, config.headers(), remote);
    Digest key = question.digest(revoked.get());
    Decided known = kept.get(key);
    if (known != null) {
      return known.future();
    }
    if (pending.incrementAndGet() > config.pending()) {
      pending.decrementAndGet();
      return Future.failedFuture(unavailable());
    }
    Future<Decided> asked =
        config.cache().isZero()
            ? ask(question, key)
            : underway.answer(key, () -> ask(question, key));
    return asked.compose(Decided::future).onComplete(answered -> pending.decrementAndGet());
  }

  private Future<Decided> ask(Question question, Digest key) {
    return endpoint
        .ask(question.headers())
        .transform(
            answer -> {
              if (answer.failed()) {
                return Future.failedFuture(refusedFor(why(answer.cause())));
              }
              Decided decided = answers.of(answer.result(), question.isAnonymous());
              if (decided == null) {
                return Future.failedFuture(refusedFor("status " + answer.result().status()));
              }
              long most = config.cache().toMillis();
              long counts = decided.identity() == null ? Math.min(most, MOST_REFUSED) : most;
              if (counts > 0) {
                kept.put(key, decided, clock.getAsLong() + counts);
              }
              return Future.succeededFuture(decided);
            });
  }

  private static String why(Throwable cause) {
    return cause instanceof TimeoutException
        ? "no answer in time"
        : cause.getClass().getSimpleName();
  }

  private AuthFailure refusedFor(String what) {
    log.seldom(
        "expected status 2xx, 401 or 403 from "
            + PrintableText.ofUrl(config.url())
            + ", got "
            + what
            + "; the request is refused");
    return unavailable();
  }

  private static AuthFailure unavailable() {
    return new AuthFailure(
        AuthFailure.Kind.UNAVAILABLE, "who asks cannot be found out for now; try again later");
  }

  @Override
  public void refresh() {
    if (config.ca() != null) {
      endpoint.renew();
    }
  }

  @Override
  public void close() {
    endpoint.close();
  }

  /**
   * What the endpoint is told of a request.
   *
   * @param kind whether it is to subscribe or to publish
   * @param isAnonymous whether it has none of the headers that are passed on
   */
  private record Question(String kind, MultiMap headers, boolean isAnonymous) {

    static Question of(BridgeRequest asked, List<String> passed, String remote) {
      HttpServerRequest request = asked.request();
      MultiMap headers = MultiMap.caseInsensitiveMultiMap();
      for (String name : passed) {
        headers.add(name, request.headers().getAll(name));
      }
      boolean isAnonymous = headers.isEmpty();
      HttpMethod method = request.method();
      boolean isReading = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
      headers
          .set("x-original-method", method.name())
          .set("x-original-uri", OriginalUri.of(asked.servedPath(), request.query()))
          .set("x-forwarded-for", remote);
      return new Question(isReading ? "subscribe" : "publish", headers, isAnonymous);
    }

    Digest digest(long revoked) {
      List<String> parts = new ArrayList<>();
      parts.add(Long.toString(revoked));
      parts.add(kind);
      headers.forEach(
          each -> {
            if (!each.getKey().equals("x-original-method")) {
              parts.add(each.getKey());
              parts.add(each.getValue());
            }
          });
      return Digest.of(parts.toArray(new String[0]));
    }
  }
}
