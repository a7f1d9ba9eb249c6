package dev.ssebridge.testing.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What tests of pages rely on is really so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
class ChromiumTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private @Nullable Chromium browser;
  private String origin = "";

  @TempDir Path directory;

  @BeforeAll
  void start() throws Exception {
    Chromium.require();
    HttpServer server =
        BridgeFixture.get(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      boolean script = request.path().endsWith(".js");
                      request
                          .response()
                          .putHeader("content-type", script ? "text/javascript" : "text/html")
                          .putHeader("content-security-policy", "default-src 'self'")
                          .end(
                              script
                                  ? "onconnect = e => { console.log('joined'); };"
                                  : "<!doctype html><html lang=en><title>x</title><main><h1>x</h1>"
                                      + "<input aria-label=field><button>b</button></main>");
                    })
                .listen(0, "127.0.0.1"));
    origin = "http://127.0.0.1:" + server.actualPort();
    browser = Chromium.start(vertx);
  }

  @AfterAll
  void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    BridgeFixture.get(vertx.close());
  }

  private Chromium browser() {
    return Objects.requireNonNull(browser);
  }

  private Page open() throws Exception {
    Page page = browser().newPage();
    page.open(origin + "/");
    return page;
  }

  @Test
  void tabsShareTheirStorageButNotWithAnotherContext() throws Exception {
    try (Page one = open();
        Page two = open();
        Page other = browser().newContext()) {
      other.open(origin + "/");
      one.evaluate("localStorage.mark = 'here'");
      assertThat(two.evaluate("localStorage.mark")).isEqualTo("here");
      assertThat(other.evaluate("localStorage.mark")).isNull();
    }
  }

  @Test
  void theEndOfATabByForceLeavesTheOthersAlone() throws Exception {
    try (Page one = open();
        Page two = open()) {
      one.kill();
      assertThat(one.isGone()).isTrue();
      assertThat(two.evaluate("1 + 1")).isEqualTo(2);
    }
  }

  @Test
  void aFrozenTabRunsNoTimerUntilItIsThawed() throws Exception {
    try (Page page = open();
        Page clock = open()) {
      page.evaluate(
          "(() => { window.ticks = 0; setInterval(() => { ticks++; }, 5);"
              + " window.told = [];"
              + " document.addEventListener('freeze', () => told.push('freeze'));"
              + " document.addEventListener('resume', () => told.push('resume')); })()");
      page.await("ticks > 2", PATIENCE);
      page.freeze();
      page.await("told.includes('freeze')", PATIENCE);
      long before = page.number("ticks");
      clock.evaluate("new Promise(done => setTimeout(done, 200))");
      assertThat(page.number("ticks")).isEqualTo(before);
      page.thaw();
      page.await("ticks > " + before + " && told.includes('resume')", PATIENCE);
    }
  }

  @Test
  void aTabIsHiddenByAnotherAndShownAgain() throws Exception {
    try (Page page = open()) {
      page.show();
      page.hide();
      page.show();
    }
  }

  @Test
  void offlineFailsRequestsAndIsTold() throws Exception {
    try (Page page = open()) {
      page.offline(true);
      assertThat(page.evaluate("navigator.onLine")).isEqualTo(false);
      assertThat(page.evaluate("fetch('/x').then(() => 'got', () => 'failed')"))
          .isEqualTo("failed");
      page.offline(false);
      assertThat(page.evaluate("fetch('/x').then(() => 'got', () => 'failed')")).isEqualTo("got");
      page.block("*/blocked*");
      assertThat(page.evaluate("fetch('/blocked').then(() => 'got', () => 'failed')"))
          .isEqualTo("failed");
      page.block();
    }
  }

  @Test
  void consoleErrorsAndRequestsAreCollected() throws Exception {
    try (Page page = open()) {
      page.evaluate("void (console.warn('a', 1), console.error('b'), fetch('/more?x=1'))");
      page.evaluate("void setTimeout(() => { throw new Error('thrown'); })");
      Deadline.await(() -> page.errors().toString().contains("thrown"), () -> "" + page.errors());
      assertThat(page.console()).contains("warning: a 1", "error: b");
      assertThat(page.errors()).contains("b").anyMatch(each -> each.startsWith("Error: thrown"));
      assertThat(page.requests()).contains(origin + "/", origin + "/more?x=1");
      assertThat(page.requestsBeyond(origin)).isEmpty();
      List<String> all = page.requests();
      assertThat(page.requestsBeyond("http://localhost:9")).containsAll(all);
    }
  }

  @Test
  void aSharedWorkerIsThereOnceAndCanBeLookedInto() throws Exception {
    try (Page one = open();
        Page two = open()) {
      for (Page page : new Page[] {one, two}) {
        page.evaluate("void (window.worker = new SharedWorker('/worker.js'))");
      }
      Session worker = browser().sharedWorker("/worker.js");
      assertThat(worker.evaluate("self.constructor.name")).isEqualTo("SharedWorkerGlobalScope");
      assertThat(browser().sharedWorkers()).isEqualTo(1);
      worker.detach();
    }
    Deadline.await(() -> browser().sharedWorkers() == 0, () -> "the end of the worker");
  }

  @Test
  void goingBackBringsThePageAsItWas() throws Exception {
    try (Page page = open()) {
      page.evaluate("window.mark = 'kept'");
      page.open(origin + "/other");
      page.go(-1);
      assertThat(page.evaluate("window.mark")).isEqualTo("kept");
      page.go(1);
    }
  }

  @Test
  void scriptsBeforeThePageKeysMouseAndPictures() throws Exception {
    try (Page page = browser().newPage()) {
      page.initScript("delete window.SharedWorker; window.early = document.readyState;");
      page.open(origin + "/");
      assertThat(page.evaluate("typeof SharedWorker + ' ' + early")).isEqualTo("undefined loading");
      page.evaluate(
          "document.querySelector('button').addEventListener('click', () => { window.clicked ="
              + " (window.clicked || 0) + 1; })");
      page.hands().fill("input", "text");
      page.hands().press("Backspace");
      page.hands().press("x");
      page.hands().press("Tab");
      page.hands().press("Enter");
      page.hands().press(" ");
      page.hands().click("button");
      assertThat(page.evaluate("clicked + document.querySelector('input').value"))
          .isEqualTo("3texx");
      page.hands().press("Shift+Tab");
      assertThat(page.evaluate("document.activeElement.tagName")).isEqualTo("INPUT");

      Path picture = directory.resolve("picture.png");
      page.screenshot(picture, 400, 300, true);
      Buffer png = Buffer.buffer(Files.readAllBytes(picture));
      assertThat(png.getInt(16) + "x" + png.getInt(20)).isEqualTo("400x300");
      assertThat(page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"))
          .isEqualTo(true);
    }
  }

  @Test
  void axeFindsWhatIsWrongWhateverThePolicyOfThePage() throws Exception {
    try (Page page = open()) {
      assertThat(Accessibility.findings(page)).isEmpty();
      page.evaluate("document.querySelector('input').removeAttribute('aria-label')");
      assertThat(Accessibility.findings(page))
          .singleElement()
          .asString()
          .startsWith("label (critical)");
    }
  }

  @Test
  void longFramesAndTheHeapAreMeasured() throws Exception {
    try (Page page = open()) {
      page.show();
      page.watchFrames();
      page.evaluate(
          "new Promise(done => requestAnimationFrame(() => { const end = performance.now() + 120;"
              + " while (performance.now() < end) {} document.title = 'y'; done(); }))");
      page.awaitFrames(3);
      page.await("longFrames.some(each => each > 100)", PATIENCE); // others may be long as well
      assertThat(page.longFrames()).anyMatch(each -> each > 100);

      long before = page.heapBytes();
      page.evaluate("void (window.big = Array.from({length: 500000}, (_, i) => [i]))");
      assertThat(page.heapBytes() - before).isGreaterThan(5_000_000);
      page.evaluate("void (window.big = null)");
      assertThat(page.heapBytes() - before).isLessThan(5_000_000);
    }
  }
}
