package dev.ssebridge.internal.web;

import static java.util.Objects.requireNonNull;

import dev.ssebridge.SubscribeRequest;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.browser.Chromium;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A bridge, and on the same origin the page client and empty pages whose URLs name the tab: so the
 * bridge can say which tab a stream belongs to. Routes that the configuration needs: any, at {@code
 * /t}.
 */
final class ModuleSite implements AutoCloseable {
  /** A route with a history that no test outgrows, and back soon. */
  static final String ROUTES =
      "'routes':{'t':{'path':'/t','address':'t','retry':'200ms',"
          + "'history':{'events':100000,'bytes':'64MiB'}}},"
          + "'publish':{'t':{'path':'/t','address':'t'}}";

  private static final String TAB = "tab";

  static final String MODULE = "/dev/ssebridge/web/sse-bridge.js";

  private final BridgeFixture bridge;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile String host = "127.0.0.1";
  private volatile int door; // 0: its own
  private volatile Refusal refusal = context -> false;

  /** Answers a request for the stream in the place of the bridge, or does not. */
  interface Refusal {
    boolean refuse(RoutingContext context);
  }

  private ModuleSite(Vertx vertx, String config) {
    bridge =
        BridgeFixture.withRouter(
            vertx,
            config,
            this::prepare,
            bridge ->
                bridge.subscribeHandler(request -> request.attribute(TAB, tab(request)).accept()));
  }

  static ModuleSite deploy(Vertx vertx, String config) {
    return new ModuleSite(vertx, config);
  }

  private static String tab(SubscribeRequest request) {
    String referer = String.valueOf(request.request().getHeader("referer"));
    return referer.substring(referer.lastIndexOf('/') + 1);
  }

  private void prepare(Router router) {
    router
        .get("/tab/:name")
        .handler(
            context ->
                context
                    .response()
                    .putHeader("content-type", "text/html; charset=utf-8")
                    .end("<!doctype html><html lang=en><title>tab</title><body>tab"));
    router
        .get("/strict/:name")
        .handler(
            context -> {
              context
                  .response()
                  .putHeader("content-security-policy", "default-src 'self'; worker-src 'none'")
                  .putHeader("content-type", "text/html; charset=utf-8")
                  .end("<!doctype html><html lang=en><title>tab</title><body>tab");
            });
    router.get("/sse-bridge.js").handler(ModuleSite::sendModule);
    router.get("/t").handler(this::note);
  }

  /** The page client as the program serves it. */
  static void sendModule(RoutingContext context) {
    try (InputStream module = ModuleSite.class.getResourceAsStream(MODULE)) {
      context
          .response()
          .putHeader("content-type", "text/javascript; charset=utf-8")
          .end(Buffer.buffer(requireNonNull(module, MODULE).readAllBytes()));
    } catch (IOException e) {
      context.fail(e);
    }
  }

  private void note(RoutingContext context) {
    requests.incrementAndGet();
    if (!refusal.refuse(context)) {
      context.next();
    }
  }

  /** The name by which pages reach it from now on, which the browser must know. */
  ModuleSite under(String name) {
    host = name;
    return this;
  }

  /** Pages reach it through something that listens at this port from now on. */
  void through(int port) {
    door = port;
  }

  /** Answers requests for the stream like this from now on. */
  void refuse(Refusal how) {
    refusal = how;
  }

  String origin() {
    return "http://" + host + ":" + (door == 0 ? bridge.port() : door);
  }

  BridgeFixture bridge() {
    return bridge;
  }

  /** Opens a tab with this name. */
  Tab open(Chromium browser, String name) throws Exception {
    return new Tab(browser.newPage(), origin(), name).open();
  }

  /** Opens a tab in which these globals are not there. */
  Tab openWithout(Chromium browser, String name, String... globals) throws Exception {
    Tab tab = new Tab(browser.newPage(), origin(), name);
    for (String global : globals) {
      tab.page().initScript(Tab.without(global));
    }
    return tab.open();
  }

  /** The names of the tabs that have the streams that are open; a worker has that of its script. */
  List<String> holders() {
    return BridgeFixture.get(bridge.bridge().streams()).stream()
        .map(stream -> String.valueOf(stream.attributes().get(TAB)))
        .collect(Collectors.toList());
  }

  /** The tab that has the only stream; waits until there is one alone. */
  String onlyHolder() {
    List<String> last = new ArrayList<>();
    Deadline.await(
        () -> {
          last.clear();
          last.addAll(holders());
          return last.size() == 1;
        },
        () -> "one stream, there are " + last);
    return last.get(0);
  }

  /** How many requests for the stream there were. */
  int requests() {
    return requests.get();
  }

  /** Publishes texts that end in these numbers, the last one included. */
  void publish(int from, int to) {
    bridge.publishNumbers("t", from, to);
  }

  @Override
  public void close() {
    bridge.close();
  }

  /** An array of JavaScript. */
  static String array(String... texts) {
    return new JsonArray(Arrays.asList(texts)).encode();
  }
}
