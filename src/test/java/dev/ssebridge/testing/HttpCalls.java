package dev.ssebridge.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests to a bridge by the client of the JDK; none waits for ever for its answer. */
public final class HttpCalls {
  private static final HttpClient CLIENT = client();

  private final String origin;

  /**
   * One that speaks HTTP/1.1. By itself it would ask each server for HTTP/2 first, and then, once
   * in some hundred answers of 30 kB, wait for ever for the rest of one, whatever its timeout.
   */
  public static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  /** Those to a port of this machine. */
  public HttpCalls(int port) {
    this.origin = "http://127.0.0.1:" + port;
  }

  /** The answer to a GET with these headers, each a name and a value; its body is not read. */
  public HttpResponse<Void> get(String target, String... headers) {
    return send(request(target, headers).GET().build());
  }

  /** The answer to a POST of a text. */
  public HttpResponse<Void> post(String target, String body, String... headers) {
    return send(request(target, headers).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  /** The answer to a GET with its body, which has an end. */
  public HttpResponse<String> text(String target) {
    return send(request(target).GET().build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String target, String... headers) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(origin + target)).timeout(Deadline.PATIENCE);
    return headers.length == 0 ? builder : builder.headers(headers);
  }

  private static HttpResponse<Void> send(HttpRequest request) {
    return send(request, info -> discarding(BodyHandlers.ofInputStream().apply(info)));
  }

  private static <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
    try {
      return CLIENT.sendAsync(request, body).get(Deadline.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("no answer to " + request, e);
    }
  }

  /** A stream does not end by itself. */
  private static HttpResponse.BodySubscriber<Void> discarding(
      HttpResponse.BodySubscriber<InputStream> body) {
    return HttpResponse.BodySubscribers.mapping(
        body,
        in -> {
          try {
            in.close();
            return null;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
