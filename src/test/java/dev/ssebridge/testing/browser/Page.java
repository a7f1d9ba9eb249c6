package dev.ssebridge.testing.browser;

import dev.ssebridge.testing.Deadline;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A tab of a {@link Chromium}. Every method blocks the test that calls it, for a limited time. */
public final class Page extends Session implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Chromium browser;
  private final Hands hands = new Hands(this);

  Page(Chromium browser, DevTools tools, String session, String target) throws Exception {
    super(tools, session, target);
    this.browser = browser;
    call("Page.enable", new JsonObject());
  }

  /** Loads a page and waits until it is there. */
  public void open(String url) throws Exception {
    JsonObject result = call("Page.navigate", new JsonObject().put("url", url));
    if (result.containsKey("errorText")) {
      throw new AssertionError(url + ": " + result.getString("errorText"));
    }
    awaitLoaded(url);
  }

  /** Begins to load a page, and does not wait for it. */
  public void beginToOpen(String url) {
    tell("Page.navigate", JsonObject.of("url", url));
  }

  /** Waits until a page is there. */
  public void awaitLoaded(String url) throws Exception {
    await("document.readyState === 'complete' && location.href === '" + url + "'", PATIENCE);
  }

  /** Loads the same page again. */
  public void reload() throws Exception {
    evaluate("window.isBeforeReload = true");
    call("Page.reload", new JsonObject());
    await("document.readyState === 'complete' && !window.isBeforeReload", PATIENCE);
  }

  /** Goes back, or forward with 1, in the history of the tab, as its buttons do. */
  public void go(int steps) throws Exception {
    JsonObject history = call("Page.getNavigationHistory", new JsonObject());
    int at = history.getInteger("currentIndex") + steps;
    JsonObject entry = history.getJsonArray("entries").getJsonObject(at);
    call("Page.navigateToHistoryEntry", JsonObject.of("entryId", entry.getInteger("id")));
    awaitLoaded(entry.getString("url"));
  }

  /** Runs a script in every page of the tab from now on, before any script of its own. */
  public void initScript(String script) throws Exception {
    call("Page.addScriptToEvaluateOnNewDocument", JsonObject.of("source", script));
  }

  /** The texts of all elements that a selector finds. */
  public List<String> texts(String selector) throws Exception {
    Object texts =
        evaluate(
            "JSON.stringify([...document.querySelectorAll('"
                + selector
                + "')].map(element => element.textContent.trim()))");
    List<String> list = new ArrayList<>();
    new JsonArray(String.valueOf(texts)).forEach(text -> list.add((String) text));
    return list;
  }

  /** Keys and mouse. */
  public Hands hands() {
    return hands;
  }

  /** Its size in CSS pixels. */
  public void viewport(int width, int height) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        JsonObject.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** Whether it is to prefer dark colours. */
  public void dark(boolean dark) throws Exception {
    call(
        "Emulation.setEmulatedMedia",
        new JsonObject(
            "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\""
                + (dark ? "dark" : "light")
                + "\"}]}"));
  }

  /** Writes a picture of what is to be seen of it, PNG. */
  public void screenshot(Path file) throws Exception {
    show();
    String png = call("Page.captureScreenshot", new JsonObject()).getString("data");
    Files.write(file, Base64.getDecoder().decode(png));
  }

  /** Writes a picture of it in this size, PNG. */
  public void screenshot(Path file, int width, int height, boolean dark) throws Exception {
    viewport(width, height);
    dark(dark);
    screenshot(file);
  }

  /** Puts it before the other tabs of its window, which are hidden by that. */
  public void show() throws Exception {
    call("Page.bringToFront", new JsonObject());
    await("document.visibilityState === 'visible'", PATIENCE);
  }

  /** Puts an empty tab before it. */
  public void hide() throws Exception {
    browser.showCover();
    await("document.visibilityState === 'hidden'", PATIENCE);
  }

  /** Stops its timers and tasks, as browsers do with tabs that nobody has looked at for long. */
  public void freeze() throws Exception {
    call("Page.setWebLifecycleState", JsonObject.of("state", "frozen"));
  }

  /** Lets it go on; it is visible then. */
  public void thaw() throws Exception {
    call("Page.setWebLifecycleState", JsonObject.of("state", "active"));
    browser.showCover(); // a tab that is before the others already is not shown by that
    show();
  }

  /** Ends the process behind it at once, as when memory is short: no handler of it runs. */
  public void kill() {
    tell("Page.crash", new JsonObject());
    Deadline.await(
        DevTools.PATIENCE,
        this::isGone,
        () -> "the end of " + target() + "; " + browser.described());
  }

  /** Bytes that its JavaScript objects take, once those nobody refers to are gone. */
  public long heapBytes() throws Exception {
    call("HeapProfiler.collectGarbage", new JsonObject());
    return call("Runtime.getHeapUsage", new JsonObject()).getLong("usedSize");
  }

  /** Takes the time of its frames from now on, see {@link #longFrames}. */
  public void watchFrames() throws Exception {
    evaluate(
        "(() => { window.longFrames = [];"
            + " new PerformanceObserver(list => list.getEntries().forEach("
            + "each => longFrames.push(each.duration)))"
            + ".observe({type: 'long-animation-frame'}); })()");
  }

  /** How many milliseconds each frame has taken that took more than 50. */
  public List<Double> longFrames() throws Exception {
    return list("longFrames").stream().map(Double::valueOf).toList();
  }

  /** Closes the tab. */
  @Override
  public void close() {
    browser.close(this);
  }

  @Override
  String described() throws Exception {
    return super.described() + ", page: " + evaluate("document.body && document.body.innerText");
  }

  /** Waits so many frames of it, so that what was changed is drawn. */
  public void awaitFrames(int count) throws Exception {
    evaluate(
        "new Promise(done => { let left = "
            + count
            + "; const next = () => left-- > 0 ? requestAnimationFrame(next) : done(); next(); })");
  }
}
