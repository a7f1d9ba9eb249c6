package dev.ssebridge.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class MountClientTest {
  private static final Path CLIENT = Path.of("target/classes/dev/ssebridge/web/sse-bridge.js");

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

    HttpResponse<String> answer = get("/sse-bridge.js");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(Files.readString(CLIENT));
    assertThat(header(answer, "content-type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(header(answer, "cache-control")).isEqualTo("public, max-age=3600");
    assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
    assertThat(header(answer, "etag")).matches("\"[0-9a-f]{32}\"");
  }

  @Test
  void aPageOfAnotherOriginMayLoadIt() throws Exception {
    bridge.mountClient(router);

    HttpResponse<String> answer = get("/sse-bridge.js", "origin", "https://shop.example");
    assertThat(header(answer, "access-control-allow-origin")).isEqualTo("*");
    HttpResponse<String> same =
        get(
            "/sse-bridge.js",
            "origin",
            "https://shop.example",
            "if-none-match",
            header(answer, "etag"));
    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(header(same, "access-control-allow-origin")).isEqualTo("*");
  }

  @Test
  void whoHasItAlreadyIsNotSentItAgain() throws Exception {
    bridge.mountClient(router);
    String tag = header(get("/sse-bridge.js"), "etag");

    HttpResponse<String> same = get("/sse-bridge.js", "if-none-match", tag);
    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    assertThat(header(same, "etag")).isEqualTo(tag);
    assertThat(header(same, "cache-control")).isEqualTo("public, max-age=3600");
    assertThat(get("/sse-bridge.js", "if-none-match", "\"old\"").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br, gzip;q=0.5", "x-gzip", "*", "deflate, *;q=0.1"})
  void whoAcceptsGzipGetsIt(String accepted) throws Exception {
    bridge.mountClient(router);

    HttpResponse<byte[]> zipped =
        client.send(
            request("/sse-bridge.js").header("accept-encoding", accepted).build(),
            BodyHandlers.ofByteArray());

    assertThat(header(zipped, "content-encoding")).isEqualTo("gzip");
    assertThat(header(zipped, "vary")).isEqualTo("accept-encoding");
    assertThat(header(zipped, "etag")).isNotEqualTo(header(get("/sse-bridge.js"), "etag"));
    assertThat(zipped.headers().firstValueAsLong("content-length")).hasValue(zipped.body().length);
    try (InputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
      assertThat(new String(unzipped.readAllBytes(), UTF_8)).isEqualTo(Files.readString(CLIENT));
    }
    String tag = header(zipped, "etag");
    assertThat(
            get("/sse-bridge.js", "if-none-match", tag, "accept-encoding", accepted).statusCode())
        .isEqualTo(304);
    assertThat(get("/sse-bridge.js", "if-none-match", tag).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "identity", "br", "gzip;q=0", "gzip;q=0, *", "*;q=0"})
  void othersGetItAsItIs(String accepted) throws Exception {
    bridge.mountClient(router);

    HttpResponse<String> answer = get("/sse-bridge.js", "accept-encoding", accepted);

    assertThat(header(answer, "content-encoding")).isEmpty();
    assertThat(header(answer, "vary")).isEqualTo("accept-encoding");
    assertThat(answer.body()).isEqualTo(Files.readString(CLIENT));
  }

  @Test
  void aHeadRequestIsAnsweredWithoutABody() throws Exception {
    bridge.mountClient(router);

    HttpResponse<String> answer =
        send(request("/sse-bridge.js").method("HEAD", BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValueAsLong("content-length")).hasValue(Files.size(CLIENT));
    assertThat(answer.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/assets",
        "/assets/",
        "/assets/index.html",
        "/assets/../sse-bridge.js",
        "/assets/..%2fSseBridge.class",
        "/assets/%2e%2e/SseBridge.class",
        "/assets/../../../conf/bridge.json",
        "/sse-bridge.js",
        "/"
      })
  void nothingElseIsServed(String path) throws Exception {
    bridge.mountClient(router, "/assets/*");

    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void withoutTheCallNothingIsServed() throws Exception {
    BridgeFixture.get(bridge.mount(router));

    assertThat(get("/sse-bridge.js").statusCode()).isEqualTo(404);
  }

  @Test
  void itIsForReadingOnly() throws Exception {
    bridge.mountClient(router);

    HttpResponse<String> answer =
        send(request("/sse-bridge.js").POST(BodyPublishers.ofString("x")));

    assertThat(answer.statusCode()).isEqualTo(405);
  }

  @Test
  void anotherPathOnASubRouterWillDoAsWell(Vertx vertx) throws Exception {
    Router api = Router.router(vertx);
    router.route("/api/*").subRouter(api);

    bridge.mountClient(api, "/assets/*").mountClient(router, "/lib/*");

    assertThat(get("/api/assets/sse-bridge.js").statusCode()).isEqualTo(200);
    assertThat(get("/lib/sse-bridge.js").statusCode()).isEqualTo(200);
    assertThat(get("/sse-bridge.js").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/assets", "assets/*", "/:name/*", "/*/*", "*"})
  void aPathThatIsNoDirectoryIsRefused(String path) {
    assertThatThrownBy(() -> bridge.mountClient(router, path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a path like \"/assets/*\", got \"" + path + "\"");
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
