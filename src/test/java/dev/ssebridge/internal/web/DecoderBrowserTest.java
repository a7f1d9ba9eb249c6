package dev.ssebridge.internal.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.DecoderCorpus;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.browser.Chromium;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The decoder of the page client in a browser, with all cases of the decoder in Java. */
@Tag("slow")
class DecoderBrowserTest {
  private static final Path CASES =
      Path.of(System.getProperty("project.basedir", "."), "src/test/js/decoder-cases.mjs");

  @Test
  void everyCaseIsDecodedAsInJava() throws Exception {
    Chromium.require();
    JsonArray corpus = DecoderCorpus.collect();
    Vertx vertx = Vertx.vertx();
    try (Chromium browser = Chromium.start(vertx)) {
      Router router = Router.router(vertx);
      router.get("/sse-bridge.js").handler(ModuleSite::sendModule);
      router
          .get("/decoder-cases.mjs")
          .handler(
              context ->
                  context
                      .response()
                      .putHeader("content-type", "text/javascript")
                      .sendFile(CASES.toString()));
      router.get("/cases.json").handler(context -> context.json(corpus));
      router.get("/").handler(context -> context.end("a page"));
      HttpServer server =
          BridgeFixture.get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
      browser.page().open("http://127.0.0.1:" + server.actualPort() + "/");
      String result =
          browser
              .page()
              .text(
                  "Promise.all([import('/sse-bridge.js'), import('/decoder-cases.mjs'),"
                      + " fetch('/cases.json').then(r => r.json())])"
                      + ".then(([{ decoder }, { mistakes }, cases]) =>"
                      + " cases.length + ' cases, ' + JSON.stringify(mistakes(decoder, cases)))");
      assertThat(result).isEqualTo(corpus.size() + " cases, []");
      assertThat(corpus).hasSizeGreaterThan(3000);
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }
}
