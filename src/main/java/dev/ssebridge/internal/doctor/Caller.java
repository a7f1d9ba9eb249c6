package dev.ssebridge.internal.doctor;

import dev.ssebridge.internal.doctor.Patience.UnansweredException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Sends requests and records what comes back. Used by one thread; closed with its Vert.x. */
final class Caller {
  private static final long CANCEL = 8;
  private static final int CONNECTIONS = 16;
  private static final int HEAD_BYTES = 64 << 10;

  private final Visit visit;
  private final String probes;
  private final LongSupplier nanos;
  private final HttpClient plain;
  private final HttpClient secure;

  /**
   * Of one examination.
   *
   * @param probes the text by which probes are known
   */
  Caller(Vertx vertx, Visit visit, String probes, LongSupplier nanos) {
    this.visit = visit;
    this.probes = probes;
    this.nanos = nanos;
    this.plain = client(vertx, options().setProtocolVersion(HttpVersion.HTTP_1_1));
    HttpClientOptions tls =
        options().setSsl(true).setVerifyHost(!visit.insecure()).setTrustAll(visit.insecure());
    if (visit.ca() != null) {
      tls.setTrustOptions(new PemTrustOptions().addCertPath(visit.ca().toString()));
    }
    this.secure =
        client(
            vertx,
            visit.http1()
                ? tls.setProtocolVersion(HttpVersion.HTTP_1_1)
                : tls.setProtocolVersion(HttpVersion.HTTP_2).setUseAlpn(true));
  }

  private HttpClientOptions options() {
    int limit = (int) Math.min(Integer.MAX_VALUE, visit.timeout().toMillis());
    return new HttpClientOptions()
        .setConnectTimeout(limit)
        .setSslHandshakeTimeout(limit)
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
        .setMaxHeaderSize(HEAD_BYTES)
        .setMaxInitialLineLength(HEAD_BYTES);
  }

  private static HttpClient client(Vertx vertx, HttpClientOptions options) {
    return vertx
        .httpClientBuilder()
        .with(options)
        .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS))
        // The request is told of every failure; without this it would be logged as an error, too.
        .withConnectHandler(connection -> connection.exceptionHandler(failure -> {}))
        .build();
  }

  /** What an EventSource of a browser asks with. */
  Map<String, String> asBrowser(URI url) {
    Map<String, String> headers = asCurl(url);
    headers.put("Accept-Encoding", "gzip, deflate, br");
    return headers;
  }

  /** The same, except for compression. */
  Map<String, String> asCurl(URI url) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", "text/event-stream");
    headers.put("Cache-Control", "no-cache");
    if (visit.origin() != null) {
      headers.put("Origin", visit.origin().toString());
    }
    if (visit.isOwn(url)) {
      headers.putAll(visit.headers());
    }
    return headers;
  }

  /** The UTF-8 bytes of a text, as Vert.x wants them in a header. */
  static String toWire(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** Sends a request and waits for the head of the answer. */
  Answer ask(
      HttpMethod method,
      URI url,
      @Nullable SocketAddress at,
      Map<String, String> headers,
      @Nullable Buffer body,
      Duration limit)
      throws UnansweredException, InterruptedException {
    Pending pending = begin(method, url, at, headers, body);
    try {
      return pending.await(limit);
    } catch (UnansweredException e) {
      pending.close();
      throw e;
    }
  }

  /** A request whose answer may be waited for more than once. */
  record Pending(Future<Answer> answer, Runnable stop) implements AutoCloseable {
    Answer await(Duration limit) throws UnansweredException, InterruptedException {
      return Patience.await(answer, limit);
    }

    /** Gives it up. */
    @Override
    public void close() {
      stop.run();
    }
  }

  /**
   * Sends a request.
   *
   * @param at the address to connect to, or null to look for it
   */
  Pending begin(
      HttpMethod method,
      URI url,
      @Nullable SocketAddress at,
      Map<String, String> headers,
      @Nullable Buffer body) {
    String host = Places.host(url);
    RequestOptions head =
        new RequestOptions()
            .setMethod(method)
            .setHost(host)
            .setPort(Places.port(url))
            .setSsl(Places.isSecure(url))
            .setURI(Places.target(url))
            .setFollowRedirects(false);
    if (at != null) {
      head.setServer(at);
    }
    headers.forEach((name, value) -> head.putHeader(name, toWire(value)));
    Exchange exchange = new Exchange();
    Future<Answer> answer =
        (Places.isSecure(url) ? secure : plain)
            .request(head)
            .compose(
                request -> {
                  exchange.begin(request);
                  request.exceptionHandler(failure -> {}); // the futures tell of it
                  long sent = nanos.getAsLong();
                  return (body == null ? request.send() : request.send(body))
                      .map(response -> answer(response, sent, exchange));
                });
    return new Pending(answer, exchange::stop);
  }

  /** On the context of the response. */
  private Answer answer(HttpClientResponse response, long sent, Exchange exchange) {
    Coding coding = Coding.of(response.getHeader("content-encoding"));
    Recording recording = new Recording(coding, probes, nanos);
    recording.onFull(exchange::stop);
    response.exceptionHandler(failure -> recording.end(Failures.words(failure)));
    response.endHandler(end -> recording.end(null));
    response.handler(recording::add);
    return new Answer(
        response.version(),
        response.statusCode(),
        response.headers(),
        nanos.getAsLong() - sent,
        recording,
        exchange::stop);
  }

  /** Ends a request at any time, from any thread. */
  private static final class Exchange {
    private @Nullable HttpClientRequest request;
    private boolean over;

    synchronized void begin(HttpClientRequest begun) {
      request = begun;
      if (over) {
        stop();
      }
    }

    synchronized void stop() {
      over = true;
      HttpClientRequest begun = request;
      if (begun != null) {
        begun.reset(CANCEL).onFailure(gone -> {});
        if (begun.version() != HttpVersion.HTTP_2) {
          begun.connection().close();
        }
      }
    }
  }
}
