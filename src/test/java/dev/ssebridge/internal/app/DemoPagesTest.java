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

  /** The header of a request that says where its sender finds the console. */
  private static final String CONSOLE = "test-console";

  private final HttpClient client = HttpCalls.client();
  private int port;

  @BeforeEach
  void serve(Vertx vertx) throws Exception {
    Router router = Router.router(vertx);
    DemoPages.mount(router, request -> request.getHeader(CONSOLE));
    ClientFiles.mount(router, "/*", request -> {});
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
  void thePagesAreServedUnderAStrictPolicy() throws Exception {
    for (String path : List.of("/", "/sse", "/slow")) {
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
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        // What is for the console alone is not on this port.
        String text = Files.readString(file).replaceAll("(?s)<!-- console.*/console -->", "");
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
    for (String page : List.of("index.html", "sse.html", "slow.html")) {
      assertThat(Files.readString(Path.of("webroot", page)))
          .as(page)
          .doesNotContainPattern("(?i)\\son[a-z]+\\s*=")
          .doesNotContainPattern("(?i)<script(?![^>]*\\ssrc=)")
          .doesNotContainPattern("(?i)<style|\\sstyle=|javascript:");
    }
  }

  @Test
  void aHeadRequestIsAnsweredWithoutABody() throws Exception {
    HttpResponse<String> response = request("HEAD", "/sse");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValueAsLong("content-length"))
        .hasValue(Files.size(Path.of("webroot/sse.html")));
    assertThat(response.body()).isEmpty();
  }

  @Test
  void onlyThePagesAreServed() throws Exception {
    assertThat(request("GET", "/conf/bridge.json").statusCode()).isEqualTo(404);
    assertThat(request("GET", "/..%2fconf/bridge.json").statusCode()).isEqualTo(404);
    assertThat(request("POST", "/").statusCode()).isEqualTo(405);
  }

  @Test
  void whoFindsTheConsoleNowhereIsShownNothingOfIt() throws Exception {
    HttpResponse<String> response = request("GET", "/");

    assertThat(response.body()).contains("/slow").doesNotContainIgnoringCase("console");
  }

  @Test
  void whoFindsTheConsoleIsLedThere() throws Exception {
    HttpResponse<String> response = request("GET", "/", CONSOLE, "http://127.0.0.1:9180/console/");

    assertThat(response.body())
        .contains("href=\"http://127.0.0.1:9180/console/\"")
        .doesNotContain("href=\"/console/\"");
    assertThat(response.headers().firstValue("cache-control")).contains("private, no-cache");
    assertThat(response.headers().firstValue("etag"))
        .isNotEqualTo(request("GET", "/").headers().firstValue("etag"));
  }

  @Test
  void aFrontPageThatIsStillTheSameIsNotSentAgain() throws Exception {
    String tag = request("GET", "/").headers().firstValue("etag").orElseThrow();

    assertThat(request("GET", "/", "if-none-match", tag).statusCode()).isEqualTo(304);
    assertThat(request("HEAD", "/").body()).isEmpty();
  }

  private HttpResponse<String> request(String method, String path, String... headers)
      throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(Deadline.PATIENCE)
            .method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
