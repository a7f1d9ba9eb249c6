package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.web.ClientFiles;
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
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class DemoPagesTest {
  private static final Pattern LINK =
      Pattern.compile("(?:href|src)=\"(/[^\"]*)\"|from '\\.(/[^']*)'");

  private final HttpClient client = HttpCalls.client();
  private int port;

  @BeforeEach
  void serve(Vertx vertx) throws Exception {
    Router router = Router.router(vertx);
    DemoPages.mount(router);
    ClientFiles.mount(router, "/sse-bridge/*");
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    port = server.actualPort();
  }

  @Test
  void bothPagesAreServedUnderAStrictPolicy() throws Exception {
    for (String path : List.of("/", "/sse")) {
      HttpResponse<String> response = request("GET", path);

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("content-type"))
          .contains("text/html; charset=utf-8");
      assertThat(response.headers().firstValue("content-security-policy").orElse(""))
          .contains("default-src 'none'", "script-src 'self'", "connect-src 'self'")
          .doesNotContain("unsafe");
      assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
    }
  }

  @Test
  void everythingThePagesLoadIsServedAndNothingComesFromElsewhere() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("webroot"))) {
      for (Path file : files.toList()) {
        String text = Files.readString(file);
        assertThat(
                text.replace("http://www.w3.org/2000/svg", "").replace("http://127.0.0.1:8080", ""))
            .as("%s works offline", file)
            .doesNotContain("http://", "https://", "url(");
        Matcher link = LINK.matcher(text);
        while (link.find()) {
          String path = link.group(1) == null ? link.group(2) : link.group(1);
          assertThat(request("GET", path).statusCode()).as("%s in %s", path, file).isEqualTo(200);
        }
      }
    }
  }

  @Test
  void noPageNeedsWhatThePolicyForbids() throws IOException {
    for (String page : List.of("index.html", "sse.html")) {
      assertThat(Files.readString(Path.of("webroot", page)))
          .as(page)
          .doesNotContainPattern("(?i)\\son[a-z]+\\s*=")
          .doesNotContainPattern("(?i)<script(?![^>]*\\ssrc=)")
          .doesNotContainPattern("(?i)<style|\\sstyle=|javascript:");
    }
  }

  @Test
  void aHeadRequestIsAnsweredWithoutABody() throws Exception {
    HttpResponse<String> response = request("HEAD", "/");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValueAsLong("content-length"))
        .hasValue(Files.size(Path.of("webroot/index.html")));
    assertThat(response.body()).isEmpty();
  }

  @Test
  void onlyThePagesAreServed() throws Exception {
    assertThat(request("GET", "/conf/bridge.json").statusCode()).isEqualTo(404);
    assertThat(request("GET", "/..%2fconf/bridge.json").statusCode()).isEqualTo(404);
    assertThat(request("POST", "/").statusCode()).isEqualTo(405);
  }

  private HttpResponse<String> request(String method, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return client.send(
        HttpRequest.newBuilder(uri)
            .timeout(Deadline.PATIENCE)
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }
}
