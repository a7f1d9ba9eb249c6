package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.browser.Accessibility;
import dev.ssebridge.testing.browser.Chromium;
import dev.ssebridge.testing.browser.Page;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A program with its console, a browser that looks at it, and a server of somebody else whose
 * stream the program follows.
 */
final class ConsoleGround implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String TOASTS =
      """
      window.toasts = [];
      addEventListener('DOMContentLoaded', () => {
        const area = document.getElementById('toasts') ?? document.body;
        const note = (changes) => changes.forEach(({ addedNodes: [toast] }) => toasts.push(toast?.textContent ?? ''));
        new MutationObserver(note).observe(area, { childList: true });
      });
      """;
  private static final int WIDE = 1280;
  private static final int HIGH = 860;
  private static final int NARROW = 400;

  final Chromium browser;
  final HttpCalls calls;
  final String origin;

  private final Vertx vertx;
  private final Program program;
  private final HttpServer upstream;
  private final Queue<HttpServerResponse> followers;

  private ConsoleGround(
      Vertx vertx,
      Program program,
      Chromium browser,
      int admin,
      HttpServer upstream,
      Queue<HttpServerResponse> followers) {
    this.vertx = vertx;
    this.program = program;
    this.browser = browser;
    this.upstream = upstream;
    this.followers = followers;
    calls = new HttpCalls(admin);
    origin = "http://127.0.0.1:" + admin;
  }

  /**
   * Starts all; skips the test where there is no browser.
   *
   * @param config with ' for ", and UPSTREAM for the URL of that other server
   */
  static ConsoleGround start(Path directory, String config) throws Exception {
    Chromium.require();
    Vertx vertx = Vertx.vertx();
    Queue<HttpServerResponse> followers = new ConcurrentLinkedQueue<>();
    HttpServer upstream =
        BridgeFixture.get(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      followers.add(request.response());
                      request.response().setChunked(true);
                      request.response().putHeader("content-type", "text/event-stream");
                      request.response().write("id: 1\ndata: {\"price\":7}\n\n");
                    })
                .listen(0, "127.0.0.1"));
    String url = "http://127.0.0.1:" + upstream.actualPort() + "/prices";
    Path file = directory.resolve("console.json");
    Files.writeString(file, config.replace('\'', '"').replace("UPSTREAM", url));
    Program program;
    int admin;
    try (LogRecorder log = LogRecorder.of(Program.class)) {
      program = Program.start(ConfigFile.read(file), 2);
      admin = log.portIn("admin port:");
    }
    return new ConsoleGround(vertx, program, Chromium.start(vertx), admin, upstream, followers);
  }

  /** A new tab with a view of the console. */
  Page open(String hash) throws Exception {
    Page page = browser.newPage();
    page.viewport(WIDE, HIGH);
    look(page, hash);
    return page;
  }

  /** Goes to a view, with a fresh page, which remembers its toasts: they are gone soon. */
  void look(Page page, String hash) throws Exception {
    page.initScript(TOASTS);
    page.open("about:blank");
    page.open(origin + "/console/" + hash);
    page.await("document.querySelector('h1') !== null", PATIENCE);
  }

  /** Publishes JSON, and waits until it is in the history. */
  void publish(String path, String body) {
    int status =
        calls
            .post(path, body, "content-type", "application/json", "prefer", "return=representation")
            .statusCode();
    assertThat(status).isBetween(200, 299);
  }

  /** Ends the streams of that other server, as one does that goes. */
  void cutUpstream() {
    HttpServerResponse response = followers.poll();
    while (response != null) {
      HttpServerResponse each = response;
      vertx.runOnContext(go -> each.reset());
      response = followers.poll();
    }
  }

  /** That other server goes for good. */
  void endUpstream() throws Exception {
    cutUpstream();
    BridgeFixture.get(upstream.close());
  }

  /** Takes pictures of a view: light, dark and narrow; axe-core finds nothing in any of them. */
  void picture(Page page, String name) throws Exception {
    Path directory =
        Files.createDirectories(
            Path.of(System.getProperty("project.basedir", ""), "target", "console-screenshots"));
    picture(page, directory.resolve(name + "-light.png"), WIDE, HIGH, false);
    picture(page, directory.resolve(name + "-dark.png"), WIDE, HIGH, true);
    picture(page, directory.resolve(name + "-narrow.png"), NARROW, HIGH, false);
    picture(page, directory.resolve(name + "-narrow-dark.png"), NARROW, HIGH, true);
    page.viewport(WIDE, HIGH);
    page.dark(false);
  }

  private static void picture(Page page, Path file, int width, int height, boolean dark)
      throws Exception {
    page.viewport(width, height);
    page.dark(dark);
    page.awaitFrames(4);
    page.screenshot(file);
    assertThat(Accessibility.findings(page)).as(file.toString()).isEmpty();
    assertThat(
            page.list(
                "[document.scrollingElement, document.getElementById('main')]"
                    + ".filter(each => each.scrollWidth > each.clientWidth)"
                    + ".map(each => each.tagName)"))
        .as("what has to be scrolled sideways, " + file)
        .isEmpty();
  }

  /** Nothing went wrong in a page, and it has asked nobody else. */
  void assertClean(Page page) {
    assertThat(page.errors()).isEmpty();
    assertThat(page.requestsBeyond(origin)).isEmpty();
  }

  /** How many elements a selector finds. */
  static String number(String selector) {
    return "document.querySelectorAll('" + selector.replace("'", "\\'") + "').length";
  }

  /** Whether the text of an element holds this one. */
  static String says(String selector, String text) {
    return "(document.querySelector('"
        + selector.replace("'", "\\'")
        + "')?.textContent ?? '').replaceAll('\\u00a0', ' ').includes('"
        + text.replace("'", "\\'")
        + "')";
  }

  /** Whether there was a toast that holds this text. */
  static String toasted(String text) {
    return "toasts.some(each => each.includes('" + text + "'))";
  }

  /** Clicks the button that says so, as soon as it is there and enabled. */
  static void press(Page page, String label) throws Exception {
    page.await(
        "(() => { document.querySelectorAll('[data-test]').forEach(each => delete"
            + " each.dataset.test); const scope = document.querySelector('dialog[open]') ?? document;"
            + " const all = [...scope.querySelectorAll('#main button, #main a'),"
            + " ...scope.querySelectorAll('button, a')];"
            + " const found = all.find(each =>"
            + " each.checkVisibility() && (each.getAttribute('aria-label') ?? each.textContent)"
            + ".trim() === '"
            + label
            + "'); const has = found !== undefined && !found.disabled;"
            + " if (has) found.dataset.test = 'here'; return has; })()",
        PATIENCE);
    page.hands().click("[data-test=here]");
  }

  /** Gives a field by its label a value, as one who types or chooses does, once it is there. */
  static void fill(Page page, String label, String value) throws Exception {
    page.await(
        "(() => { document.querySelectorAll('[data-test]').forEach(each => delete"
            + " each.dataset.test); const scope = document.querySelector('dialog[open]') ?? document;"
            + " const name = [...scope.querySelectorAll('.field-name')].find(each =>"
            + " each.checkVisibility() && each.textContent === '"
            + label
            + "'); const field = name?.parentNode.querySelector('input, select, textarea');"
            + " const has = field && !field.disabled && (field.tagName !== 'SELECT' ||"
            + " [...field.options].some(each => each.value === '"
            + value
            + "' || each.textContent.startsWith('"
            + value
            + "'))); if (has) field.dataset.test = 'here'; return has === true; })()",
        PATIENCE);
    if (page.text("document.querySelector('[data-test=here]').tagName").equals("SELECT")) {
      page.evaluate(
          "(() => { const it = document.querySelector('[data-test=here]'); it.focus();"
              + " it.value = [...it.options].find(each => each.value === '"
              + value
              + "' || each.textContent.startsWith('"
              + value
              + "')).value; it.dispatchEvent(new Event('input', {bubbles: true}));"
              + " it.dispatchEvent(new Event('change', {bubbles: true})); })()");
    } else {
      page.hands().fill("[data-test=here]", value);
    }
  }

  static List<String> rows(Page page) throws Exception {
    return page.texts(".list [role=option]:not([hidden])");
  }

  @Override
  public void close() throws IOException {
    try {
      browser.close();
    } finally {
      program.stop();
      BridgeFixture.get(vertx.close());
    }
  }
}
