package dev.ssebridge.testing.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.Installed;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A headless Chromium with an empty profile, driven over the DevTools protocol. {@link #page} is
 * the tab that it begins with; {@link #newPage} opens more, which share cookies, storage, workers,
 * locks and connections with it; those of {@link #newContext} share them with each other alone. See
 * {@link Page} for what can be done to a tab: scripts before its own, requests, console, network,
 * keys and mouse, freezing, killing, pictures; and {@link Accessibility} for axe-core.
 *
 * <pre>{@code
 * Chromium.require();                       // skips the test where there is none, but not with CI=true
 * try (Chromium browser = Chromium.start(vertx)) {
 *   Page page = browser.page();
 *   page.viewport(400, 800);
 *   page.open(origin + "/");
 *   page.hands().click("#send");
 *   page.await("document.querySelectorAll('.event').length === 1", PATIENCE);
 *   assertThat(Accessibility.findings(page)).isEmpty();
 *   assertThat(page.errors()).isEmpty();
 *   assertThat(page.requestsBeyond(origin)).isEmpty();
 * }
 * }</pre>
 *
 * <p>Every method blocks the test that calls it, for a limited time. Closing it ends the process.
 */
public final class Chromium implements AutoCloseable {
  private static final String LISTENING = "DevTools listening on ";
  private static final Path BINARY = Path.of("/usr/bin/chromium");

  private final Process process;
  private final Path profile;
  private final DevTools tools;
  private final Map<String, Page> pages = new ConcurrentHashMap<>();
  private final List<Worker> workers = new CopyOnWriteArrayList<>();
  private @Nullable Page first;
  private @Nullable String cover;

  /**
   * A worker that several pages share.
   *
   * @param target its name in the protocol
   * @param url of its script
   */
  private record Worker(String target, String url) {}

  private Chromium(Process process, Path profile, DevTools tools) {
    this.process = process;
    this.profile = profile;
    this.tools = tools;
    tools.onBrowser(this::hear);
  }

  /** Skips the test where there is no Chromium, or fails it where everything must be installed. */
  public static void require() {
    Installed.require("chromium", "chromium");
  }

  /** Starts a browser with an empty profile and an empty page, and maybe more options. */
  public static Chromium start(Vertx vertx, String... options) throws Exception {
    Path profile = Files.createTempDirectory("chromium");
    List<String> command =
        new ArrayList<>(
            List.of(
                BINARY.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-breakpad",
                "--user-data-dir=" + profile,
                "--remote-debugging-port=0"));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String url =
          CompletableFuture.supplyAsync(() -> debuggerUrl(process)).get(30, TimeUnit.SECONDS);
      Chromium chromium = new Chromium(process, profile, DevTools.connect(vertx, url));
      chromium.browserCall("Target.setDiscoverTargets", JsonObject.of("discover", true));
      chromium.first = chromium.newPage();
      return chromium;
    } catch (Exception | AssertionError failed) {
      end(process, profile);
      throw failed;
    }
  }

  /** The tab that it began with. */
  public Page page() {
    Page page = first;
    if (page == null) {
      throw new IllegalStateException("not started");
    }
    return page;
  }

  /** Opens another tab, before the others. */
  public Page newPage() throws Exception {
    return newPage(new JsonObject());
  }

  /** Opens a tab in a context of its own, as a private window has one. */
  public Page newContext() throws Exception {
    String context =
        browserCall("Target.createBrowserContext", new JsonObject()).getString("browserContextId");
    return newPage(JsonObject.of("browserContextId", context));
  }

  private Page newPage(JsonObject options) throws Exception {
    String target =
        browserCall("Target.createTarget", options.put("url", "about:blank")).getString("targetId");
    Page page = new Page(this, tools, attach(target), target);
    pages.put(target, page);
    return page;
  }

  private String attach(String target) throws Exception {
    return browserCall("Target.attachToTarget", JsonObject.of("targetId", target, "flatten", true))
        .getString("sessionId");
  }

  /** The worker that pages share and whose script ends so; waits until there is one. */
  public Session sharedWorker(String script) throws Exception {
    Deadline.await(
        DevTools.PATIENCE,
        () -> find(script) != null,
        () -> "a worker of " + script + ": " + workers);
    Worker found = find(script);
    if (found == null) {
      throw new AssertionError("the worker of " + script + " has ended");
    }
    return new Session(tools, attach(found.target()), found.target());
  }

  /** Ends that worker at once; the pages that have it are not told. */
  public void killSharedWorker(String script) throws Exception {
    Deadline.await(
        DevTools.PATIENCE,
        () -> find(script) != null,
        () -> "a worker of " + script + ": " + workers);
    Worker found = find(script);
    if (found != null) {
      browserCall("Target.closeTarget", JsonObject.of("targetId", found.target()));
      Deadline.await(
          DevTools.PATIENCE, () -> !workers.contains(found), () -> "the end of " + found);
    }
  }

  /** How many workers there are that pages share. */
  public int sharedWorkers() {
    return workers.size();
  }

  private @Nullable Worker find(String script) {
    return workers.stream().filter(each -> each.url().endsWith(script)).findFirst().orElse(null);
  }

  /** Shows an empty tab before all others. */
  void showCover() throws Exception {
    String target = cover;
    if (target == null) {
      target =
          browserCall("Target.createTarget", JsonObject.of("url", "about:blank"))
              .getString("targetId");
      cover = target;
    }
    browserCall("Target.activateTarget", JsonObject.of("targetId", target));
  }

  /** Ends a tab, which is told to it as by a person who closes it. */
  void close(Page page) {
    tools
        .send("", "Target.closeTarget", JsonObject.of("targetId", page.target()))
        .exceptionally(gone -> new JsonObject());
    Deadline.await(
        DevTools.PATIENCE,
        () -> !pages.containsKey(page.target()),
        () -> "the end of the tab " + page.target() + "; " + described());
  }

  /** What a failed test says of it. */
  String described() {
    return "the browser is "
        + (process.isAlive() ? "there" : "gone, status " + process.exitValue())
        + ", its DevTools are "
        + (tools.isOpen() ? "open" : "closed");
  }

  private JsonObject browserCall(String method, JsonObject parameters) throws Exception {
    return tools.call("", method, parameters);
  }

  private void hear(String event, JsonObject parameters) {
    switch (event) {
      case "Target.targetCreated", "Target.targetInfoChanged" -> {
        JsonObject info = parameters.getJsonObject("targetInfo");
        if (info.getString("type").equals("shared_worker")) {
          workers.removeIf(each -> each.target().equals(info.getString("targetId")));
          workers.add(new Worker(info.getString("targetId"), info.getString("url")));
        }
      }
      case "Target.targetDestroyed", "Target.targetCrashed" -> {
        String target = parameters.getString("targetId");
        workers.removeIf(each -> each.target().equals(target));
        Page page = pages.get(target);
        if (page != null) {
          page.gone(event);
        }
        if (event.equals("Target.targetDestroyed")) {
          pages.remove(target);
        }
      }
      default -> {
        // nobody has asked for it
      }
    }
  }

  @Override
  public void close() {
    tools.close();
    end(process, profile);
  }

  /** Reads what the browser prints, to its end on a thread of its own, so that it never blocks. */
  private static String debuggerUrl(Process process) {
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    StringBuilder seen = new StringBuilder();
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        seen.append(line).append('\n');
        if (line.startsWith(LISTENING)) {
          Thread drain = new Thread(() -> output.lines().forEach(ignored -> {}), "chromium output");
          drain.setDaemon(true);
          drain.start();
          return line.substring(LISTENING.length()).strip();
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    throw new AssertionError("chromium ended without listening:\n" + seen);
  }

  private static void end(Process process, Path profile) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
    children.forEach(child -> child.onExit().join());
    Deadline.await(
        DevTools.PATIENCE,
        () -> isDeleted(profile),
        () -> "the end of what writes into " + profile);
  }

  /** Not at once where a child that began at the last moment still writes into it. */
  private static boolean isDeleted(Path profile) {
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(file);
      }
      return true;
    } catch (IOException | UncheckedIOException failed) {
      return Files.notExists(profile);
    }
  }
}
