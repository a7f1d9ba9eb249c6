package dev.ssebridge.internal.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class MountClientTest {
  private static final Path CLIENT = Path.of("src/main/resources/dev/ssebridge/web/client.js");

  private final HttpClient client = HttpCalls.client();
  private Router router;
  private SseBridge bridge;
  private int port;

  @BeforeEach
  void serve(Vertx vertx) {
    bridge = SseBridge.create(vertx, new SseBridgeOptions());
    router = Router.router(vertx);
    HttpServer server =
        BridgeFixture.get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    port = server.actualPort();
  }

  @Test
  void theFileIsServedToBeKeptForAWhile() throws Exception {
    bridge.mountClient(router);

    HttpResponse<String> answer = get("/sse-bridge/client.js");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(Files.readString(CLIENT));
    assertThat(header(answer, "content-type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(header(answer, "cache-control")).isEqualTo("public, max-age=3600");
    assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
    assertThat(header(answer, "etag")).matches("\"[0-9a-f]{32}\"");
  }

  @Test
  void whoHasItAlreadyIsNotSentItAgain() throws Exception {
    bridge.mountClient(router);
    String tag = header(get("/sse-bridge/client.js"), "etag");

    HttpResponse<String> same = get("/sse-bridge/client.js", "if-none-match", tag);
    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    assertThat(header(same, "etag")).isEqualTo(tag);
    assertThat(header(same, "cache-control")).isEqualTo("public, max-age=3600");
    assertThat(get("/sse-bridge/client.js", "if-none-match", "\"old\"").statusCode())
        .isEqualTo(200);
  }

  @Test
  void aHeadRequestIsAnsweredWithoutABody() throws Exception {
    bridge.mountClient(router);

    HttpResponse<String> answer =
        send(request("/sse-bridge/client.js").method("HEAD", BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValueAsLong("content-length")).hasValue(Files.size(CLIENT));
    assertThat(answer.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/sse-bridge",
        "/sse-bridge/",
        "/sse-bridge/index.html",
        "/sse-bridge/../client.js",
        "/sse-bridge/..%2fSseBridge.class",
        "/sse-bridge/%2e%2e/SseBridge.class",
        "/sse-bridge/../../../conf/bridge.json",
        "/client.js",
        "/"
      })
  void nothingElseIsServed(String path) throws Exception {
    bridge.mountClient(router);

    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void withoutTheCallNothingIsServed() throws Exception {
    BridgeFixture.get(bridge.mount(router));

    assertThat(get("/sse-bridge/client.js").statusCode()).isEqualTo(404);
  }

  @Test
  void itIsForReadingOnly() throws Exception {
    bridge.mountClient(router);

    HttpResponse<String> answer =
        send(request("/sse-bridge/client.js").POST(BodyPublishers.ofString("x")));

    assertThat(answer.statusCode()).isEqualTo(405);
  }

  @Test
  void anotherPathOnASubRouterWillDoAsWell(Vertx vertx) throws Exception {
    Router api = Router.router(vertx);
    router.route("/api/*").subRouter(api);

    bridge.mountClient(api, "/assets/sse/*").mountClient(router, "/*");

    assertThat(get("/api/assets/sse/client.js").statusCode()).isEqualTo(200);
    assertThat(get("/client.js").statusCode()).isEqualTo(200);
    assertThat(get("/assets/sse/client.js").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/sse-bridge", "sse-bridge/*", "/:name/*", "/*/*", "*"})
  void aPathThatIsNoDirectoryIsRefused(String path) {
    assertThatThrownBy(() -> bridge.mountClient(router, path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a path like \"/sse-bridge/*\", got \"" + path + "\"");
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Deadline.PATIENCE);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
