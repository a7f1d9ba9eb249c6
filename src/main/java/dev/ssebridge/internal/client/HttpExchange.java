package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceRequest;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** An {@link Exchange} over the Vert.x HTTP client. */
final class HttpExchange implements Exchange {
  /** RFC 9113, section 7: the stream is no longer needed. */
  private static final long H2_CANCEL = 0x8;

  /** What a peer has for the answer to a ping. */
  private static final long PONG_MILLIS = 10_000;

  private final Vertx vertx;
  private final Loop loop;
  private final SourcePlan plan;
  private final @Nullable CookieJar cookies;
  private final URI uri;
  private final Listener listener;

  private @Nullable HttpClientRequest request;
  private @Nullable HttpClientResponse response;
  private Loop.@Nullable Timer deadline;
  private boolean paused;
  private boolean over;
  private long lastByteAt;

  private HttpExchange(
      Vertx vertx,
      Loop loop,
      SourcePlan plan,
      @Nullable CookieJar cookies,
      URI uri,
      Listener listener) {
    this.vertx = vertx;
    this.loop = loop;
    this.plan = plan;
    this.cookies = cookies;
    this.uri = uri;
    this.listener = listener;
  }

  /** Opens exchanges with the given client, or with a client and a connection pool of their own. */
  static Opener opener(Vertx vertx, Loop loop, SourcePlan plan) {
    HttpClient shared = plan.shared();
    HttpClient client = shared != null ? shared : ClientConnections.client(vertx, plan);
    CookieJar cookies = plan.options().isCookies() ? new CookieJar() : null;
    return new Opener() {
      @Override
      public Exchange open(
          EventSourceRequest request, @Nullable String lastEventId, Listener listener) {
        HttpExchange exchange =
            new HttpExchange(vertx, loop, plan, cookies, request.uri(), listener);
        exchange.connect(client, request, lastEventId);
        return exchange;
      }

      @Override
      public Future<Void> close() {
        // Vert.x has null for one that the collector was quicker with, as when Vert.x itself
        // closes.
        @Nullable Future<Void> closed = shared != null ? null : client.close();
        return closed == null ? Future.succeededFuture() : closed;
      }
    };
  }

  private void connect(
      HttpClient client, EventSourceRequest template, @Nullable String lastEventId) {
    expect(plan.options().getConnectTimeout(), EventSourceReason.CONNECT_TIMEOUT, "no connection");
    RequestOptions head =
        new RequestOptions()
            .setMethod(template.method())
            .setAbsoluteURI(uri.toString())
            .setFollowRedirects(false)
            .putHeader("Accept", "text/event-stream")
            .putHeader("Cache-Control", "no-cache")
            .putHeader("Accept-Encoding", ContentCoding.ACCEPTED);
    for (Map.Entry<String, String> header : template.headers().entrySet()) {
      head.putHeader(header.getKey(), HeaderText.toWire(header.getValue()));
    }
    if (cookies != null) {
      putCookies(head, cookies);
    }
    if (lastEventId != null) {
      head.putHeader("Last-Event-ID", HeaderText.toWire(lastEventId));
    }
    HostLookup.reach(vertx, plan.options().getResolver(), head)
        .compose(client::request)
        .onComplete(made -> send(made, template.body()), failure -> fail("no connection", failure));
  }

  private void putCookies(RequestOptions head, CookieJar jar) {
    String own = head.getHeaders() == null ? null : head.getHeaders().get("Cookie");
    String all = jar.header(uri, own, loop.wallClock());
    if (all != null) {
      head.putHeader("Cookie", all);
    }
  }

  private void send(HttpClientRequest made, @Nullable Buffer body) {
    request = made;
    made.exceptionHandler(failure -> {}); // the futures tell of it
    if (over) {
      hangUp();
      return;
    }
    ClientConnections.prepare(made.connection());
    expect(plan.options().getResponseTimeout(), EventSourceReason.RESPONSE_TIMEOUT, "no response");
    made.response().onComplete(this::head, failure -> fail("no response", failure));
    (body == null ? made.end() : made.end(body))
        .onFailure(failure -> fail("the request could not be sent", failure));
  }

  private void head(HttpClientResponse got) {
    if (over) {
      hangUp();
      return;
    }
    cancelDeadline();
    response = got;
    if (cookies != null) {
      cookies.keep(uri, got.headers().getAll("Set-Cookie"), loop.wallClock());
    }
    got.exceptionHandler(failure -> fail("the stream broke off", failure));
    got.endHandler(end -> end());
    got.handler(this::bytes);
    if (paused) {
      got.pause();
    }
    listener.onHead(ResponseHead.of(got.statusCode(), got.headers()));
    watchIdle();
  }

  private void bytes(Buffer chunk) {
    if (!over) {
      listener.onBytes(chunk);
      // Only now: the time that call-backs take is no silence of the peer.
      lastByteAt = loop.now();
    }
  }

  private void end() {
    if (!over) {
      close();
      listener.onEnd();
    }
  }

  private void fail(String what, Throwable cause) {
    if (over) {
      return;
    }
    close();
    EventSourceReason reason =
        isTls(cause) ? EventSourceReason.TLS_ERROR : EventSourceReason.NETWORK_ERROR;
    String detail =
        cause.getMessage() == null
            ? cause.getClass().getName()
            : PrintableText.ofUrl(cause.getMessage());
    listener.onFailure(new EventSourceException(reason, what + ": " + detail, cause));
  }

  private static boolean isTls(@Nullable Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 8; depth++) {
      if (cause instanceof SSLException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private void expect(Duration limit, EventSourceReason reason, String what) {
    cancelDeadline();
    long millis = limit.toMillis();
    if (millis > 0) {
      deadline = loop.after(millis, () -> expire(reason, what + " within " + millis + " ms"));
    }
  }

  private void expire(EventSourceReason reason, String message) {
    if (!over) {
      close();
      if (request != null) {
        closeIfGone(request);
      }
      listener.onFailure(new EventSourceException(reason, message, null));
    }
  }

  /**
   * A peer that is silent may be gone: no further stream on this connection then, HTTP/2 or not. A
   * connection with streams of others is asked first.
   */
  private void closeIfGone(HttpClientRequest made) {
    HttpConnection connection = made.connection();
    if (plan.shared() == null || made.version() != HttpVersion.HTTP_2) {
      connection.close();
      return;
    }
    Loop.Timer limit = loop.after(PONG_MILLIS, connection::close);
    connection.ping(Buffer.buffer(new byte[8])).onSuccess(pong -> loop.execute(limit::cancel));
  }

  /** One timer for the whole stream: it looks at the time of the last byte when it fires. */
  private void watchIdle() {
    long idleLimit = plan.options().getIdleTimeout().toMillis();
    if (idleLimit > 0 && !over && !paused) {
      lastByteAt = loop.now();
      checkIdleAfter(idleLimit);
    }
  }

  private void checkIdleAfter(long millis) {
    long idleLimit = plan.options().getIdleTimeout().toMillis();
    cancelDeadline();
    deadline =
        loop.after(
            millis,
            () -> {
              long left = lastByteAt + idleLimit - loop.now();
              if (left > 0) {
                checkIdleAfter(left);
              } else if (listener.isBusy()) {
                pause(); // until what was told is done with
              } else {
                expire(EventSourceReason.IDLE_TIMEOUT, "not a byte for " + idleLimit + " ms");
              }
            });
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }

  @Override
  public void pause() {
    if (!paused) {
      paused = true;
      if (response != null && !over) {
        cancelDeadline();
        response.pause();
      }
    }
  }

  @Override
  public void resume() {
    if (paused) {
      paused = false;
      if (response != null && !over) {
        watchIdle();
        response.resume();
      }
    }
  }

  @Override
  public void close() {
    if (!over) {
      over = true;
      cancelDeadline();
      hangUp();
    }
  }

  private void hangUp() {
    HttpClientRequest made = request;
    if (made == null) {
      return;
    }
    made.reset(H2_CANCEL);
    if (made.version() != HttpVersion.HTTP_2) {
      made.connection().close();
    }
  }
}
