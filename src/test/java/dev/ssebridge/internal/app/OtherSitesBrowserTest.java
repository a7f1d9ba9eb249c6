package dev.ssebridge.internal.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.browser.Chromium;
import dev.ssebridge.testing.browser.Page;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A page of another origin in a real browser, which sends what it sends without asking first. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
class OtherSitesBrowserTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ROUTES =
      "'routes':{'t':{'path':'/t','address':'t'}},'publish':{'t':{'path':'/t','address':'t'}}}";

  private final Vertx vertx = Vertx.vertx();
  private @Nullable Chromium browser; // null where there is none
  private String page = "";

  @BeforeAll
  void start() throws Exception {
    Chromium.require();
    HttpServer other =
        BridgeFixture.get(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        request
                            .response()
                            .putHeader("content-type", "text/html")
                            .end("<!doctype html><title>x</title><body>x"))
                .listen(0, "127.0.0.1"));
    page = "http://127.0.0.1:" + other.actualPort() + "/";
    browser = Chromium.start(vertx);
  }

  @AfterAll
  void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    BridgeFixture.get(vertx.close());
  }

  @Test
  void neitherFetchNorBeaconNorFormNorASandboxPublishes() throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, "{" + ROUTES)) {
      SseProbe bystander = bridge.open("/t");
      sendAllWays(bridge.port());
      bridge.publish("t", "the end");
      bystander.awaitData("the end");
      assertThat(bystander.data()).containsExactly("the end");
    }
  }

  @Test
  void aListedOriginPublishesWithoutAnyPreflight() throws Exception {
    String origin = page.substring(0, page.length() - 1);
    String config = "{'http':{'cors':{'publishOrigins':['" + origin + "']}}," + ROUTES;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe bystander = bridge.open("/t");
      sendAllWays(bridge.port());
      bystander.awaitData("fetch");
      bystander.awaitData("beacon");
      bystander.awaitData("form=x\n");
      assertThat(bystander.data()).doesNotContain("sandbox");
    }
  }

  @Test
  void aPageOfAListedOriginReadsAndOneOfAnotherDoesNot() throws Exception {
    String origin = page.substring(0, page.length() - 1);
    String listed = "{'http':{'cors':{'origins':['" + origin + "'],'credentials':true}}," + ROUTES;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, listed)) {
      Page chromium = read(bridge.port());
      chromium.await("window.opened === true && window.resume === 'reset'", PATIENCE);
      bridge.publish("t", "across origins");
      chromium.await("window.heard === 'across origins'", PATIENCE);
    }
    String others = "{'http':{'cors':{'origins':['https://*.example']}}," + ROUTES;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, others)) {
      SseProbe bystander = bridge.open("/t");
      Page chromium = read(bridge.port());
      chromium.await("window.gaveUp === true && window.failed === true", PATIENCE);
      bridge.publish("t", "goes on");
      bystander.awaitData("goes on");
      bridge.awaitStreams(1);
    }
  }

  private Page read(int port) throws Exception {
    Page chromium = requireNonNull(browser).page();
    chromium.open(page);
    String url = "'http://127.0.0.1:" + port + "/t'";
    chromium.evaluate(
        "(() => {"
            + ("const s = new EventSource(" + url + ", {withCredentials: true});")
            + " s.onopen = () => { window.opened = true; };"
            + " s.onmessage = e => { window.heard = e.data; };"
            + " s.onerror = () => { window.gaveUp = s.readyState === EventSource.CLOSED; };"
            + (" fetch(" + url + ", {credentials: 'include',")
            + " headers: {'Last-Event-ID': 'x-1', 'Authorization': 'Bearer x'}})"
            + ".then(r => { window.resume = r.headers.get('sse-resume'); r.body.cancel(); })"
            + ".catch(() => { window.failed = true; }); })()");
    return chromium;
  }

  private void sendAllWays(int port) throws Exception {
    Page chromium = requireNonNull(browser).page();
    chromium.open(page);
    String url = "'http://127.0.0.1:" + port + "/t'";
    chromium.evaluate(
        "(() => {"
            + ("navigator.sendBeacon(" + url + ", 'beacon');")
            + "const f = document.createElement('iframe'); f.name = 'f'; document.body.append(f);"
            + "const form = document.createElement('form'); form.method = 'post';"
            + (" form.enctype = 'text/plain'; form.target = 'f'; form.action = " + url + ";")
            + "const i = document.createElement('input'); i.name = 'form'; i.value = 'x';"
            + " form.append(i); document.body.append(form);"
            + " f.addEventListener('load', () => { window.sent = (window.sent || 0) + 1; });"
            + " form.submit();"
            + "const s = document.createElement('iframe'); s.sandbox = 'allow-scripts';"
            + "s.srcdoc = `<script>fetch("
            + url
            + ", {method: 'POST', mode: 'no-cors', body: 'sandbox'})"
            + ".finally(() => parent.postMessage('done', '*'))</scr` + `ipt>`;"
            + "addEventListener('message', () => { window.boxed = true; });"
            + " document.body.append(s);"
            + ("fetch(" + url + ", {method: 'POST', mode: 'no-cors', body: 'fetch'})")
            + ".finally(() => { window.fetched = true; }); })()");
    chromium.await(
        "window.fetched === true && window.boxed === true && window.sent >= 1", PATIENCE);
  }
}
