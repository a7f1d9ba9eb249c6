package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A headless Chromium with one page, driven over the DevTools protocol. Every method blocks the
 * test that calls it, for a limited time. Closing it ends the process.
 */
final class Chromium implements AutoCloseable {
  static final Path BINARY = Path.of("/usr/bin/chromium");

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String LISTENING = "DevTools listening on ";
  private static final int MOST_BYTES = 64 << 20;

  private final Process process;
  private final Path profile;
  private final WebSocketClient client; // Vert.x closes one that nobody refers to
  private final WebSocket socket;
  private final AtomicInteger count = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonObject>> pending = new ConcurrentHashMap<>();
  private @Nullable String session;

  private Chromium(Process process, Path profile, WebSocketClient client, WebSocket socket) {
    this.process = process;
    this.profile = profile;
    this.client = client;
    this.socket = socket;
    socket.textMessageHandler(this::receive);
  }

  /** Starts a browser with an empty profile and an empty page, and maybe more options. */
  static Chromium start(Vertx vertx, String... options) throws Exception {
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
                "--user-data-dir=" + profile,
                "--remote-debugging-port=0"));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    WebSocketClient client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxFrameSize(MOST_BYTES).setMaxMessageSize(MOST_BYTES));
    try {
      String url =
          CompletableFuture.supplyAsync(() -> debuggerUrl(process)).get(30, TimeUnit.SECONDS);
      Chromium chromium = new Chromium(process, profile, client, connect(client, url));
      chromium.attach();
      return chromium;
    } catch (Exception | AssertionError failed) {
      end(process, profile);
      throw failed;
    }
  }

  /** Loads a page and waits until it is there. */
  void open(String url) throws Exception {
    JsonObject result = call("Page.navigate", new JsonObject().put("url", url));
    if (result.containsKey("errorText")) {
      throw new AssertionError(url + ": " + result.getString("errorText"));
    }
    await("document.readyState === 'complete' && location.href === '" + url + "'", PATIENCE);
  }

  /** The value of a JavaScript expression, awaited if it is a promise. */
  @Nullable Object evaluate(String expression) throws Exception {
    JsonObject result =
        call(
            "Runtime.evaluate",
            new JsonObject()
                .put("expression", expression)
                .put("returnByValue", true)
                .put("awaitPromise", true));
    if (result.containsKey("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result.getJsonObject("exceptionDetails"));
    }
    return result.getJsonObject("result").getValue("value");
  }

  /** The texts of all elements that a selector finds. */
  List<String> texts(String selector) throws Exception {
    Object texts =
        evaluate(
            "JSON.stringify([...document.querySelectorAll('"
                + selector
                + "')]"
                + ".map(element => element.textContent.trim()))");
    List<String> list = new ArrayList<>();
    new JsonArray(String.valueOf(texts)).forEach(text -> list.add((String) text));
    return list;
  }

  /** Waits until a JavaScript expression is true. */
  void await(String condition, Duration patience) throws Exception {
    long end = System.nanoTime() + patience.toNanos();
    while (!Boolean.TRUE.equals(evaluate(condition))) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "not met within "
                + patience
                + ": "
                + condition
                + "; page: "
                + evaluate("document.body.innerText"));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Writes a picture of the page, PNG. */
  void screenshot(Path file, int width, int height, boolean dark) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        JsonObject.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    call(
        "Emulation.setEmulatedMedia",
        new JsonObject(
            "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\""
                + (dark ? "dark" : "light")
                + "\"}]}"));
    String png = call("Page.captureScreenshot", new JsonObject()).getString("data");
    Files.write(file, Base64.getDecoder().decode(png));
  }

  @Override
  public void close() throws IOException {
    client.close().onFailure(Throwable::printStackTrace);
    end(process, profile);
  }

  private void attach() throws Exception {
    String target =
        call("Target.createTarget", JsonObject.of("url", "about:blank")).getString("targetId");
    session =
        call("Target.attachToTarget", JsonObject.of("targetId", target, "flatten", true))
            .getString("sessionId");
  }

  private JsonObject call(String method, JsonObject parameters) throws Exception {
    int id = count.incrementAndGet();
    JsonObject request = JsonObject.of("id", id, "method", method, "params", parameters);
    if (session != null) {
      request.put("sessionId", session);
    }
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    pending.put(id, answer);
    socket.writeTextMessage(request.encode()).onFailure(answer::completeExceptionally);
    return answer.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private void receive(String text) {
    JsonObject message = new JsonObject(text);
    Integer id = message.getInteger("id");
    CompletableFuture<JsonObject> answer = id == null ? null : pending.remove(id);
    if (answer == null) {
      return; // an event of the protocol, which nobody has asked for
    }
    if (message.containsKey("error")) {
      answer.completeExceptionally(new AssertionError(message.getJsonObject("error").encode()));
    } else {
      answer.complete(message.getJsonObject("result"));
    }
  }

  private static WebSocket connect(WebSocketClient client, String url) throws Exception {
    return client
        .connect(new WebSocketConnectOptions().setAbsoluteURI(url).setAllowOriginHeader(false))
        .toCompletionStage()
        .toCompletableFuture()
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
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

  private static void end(Process process, Path profile) throws IOException {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
    children.forEach(child -> child.onExit().join());
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
