package dev.ssebridge.internal.tool;

import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An HTTP client that remembers what an event source does not tell of its latest answer. */
final class WatchedClient implements HttpClient {
  private final HttpClient client;
  private volatile @Nullable Answer latest;

  private WatchedClient(HttpClient client) {
    this.client = client;
  }

  /** With these options. */
  static WatchedClient of(Vertx vertx, HttpClientOptions options) {
    return new WatchedClient(
        vertx
            .httpClientBuilder()
            .with(options)
            // The maker of a request is told of its failure; this would log it as well.
            .withConnectHandler(connection -> connection.exceptionHandler(failure -> {}))
            .build());
  }

  /**
   * The head of an answer.
   *
   * @param from where the answer came from, without the query, which may hold secrets
   * @param lastEventId what the request asked to go on after; empty for nothing
   */
  record Answer(String from, int status, HttpVersion version, String lastEventId) {
    /** {@code 200, HTTP/1.1}, say. */
    @Override
    public String toString() {
      return status + ", " + nameOf(version);
    }
  }

  static String nameOf(HttpVersion version) {
    return switch (version) {
      case HTTP_1_0 -> "HTTP/1.0";
      case HTTP_1_1 -> "HTTP/1.1";
      case HTTP_2 -> "HTTP/2";
      default -> version.name();
    };
  }

  /** The latest answer, or null before the first; from any thread. */
  @Nullable Answer latest() {
    return latest;
  }

  @Override
  public Future<HttpClientRequest> request(RequestOptions options) {
    MultiMap headers = options.getHeaders();
    String sent = headers == null ? null : headers.get("Last-Event-ID");
    // As the source wrote it: UTF-8, one byte a character.
    String id =
        sent == null
            ? ""
            : new String(sent.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    String from = placeOf(options);
    return client
        .request(options)
        .map(
            request -> {
              request
                  .response()
                  .onSuccess(
                      answer ->
                          latest = new Answer(from, answer.statusCode(), answer.version(), id));
              return request;
            });
  }

  private static String placeOf(RequestOptions options) {
    boolean tls = Boolean.TRUE.equals(options.isSsl());
    String host = String.valueOf(options.getHost());
    int port = options.getPort() == null ? -1 : options.getPort();
    String at = port < 0 || port == (tls ? 443 : 80) ? "" : ":" + port;
    String path = options.getURI().replaceFirst("[?].*", "");
    return PrintableText.of((tls ? "https://" : "http://") + host + at + path);
  }

  @Override
  public Future<Void> shutdown(Duration timeout) {
    return client.shutdown(timeout);
  }
}
