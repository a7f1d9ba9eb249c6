package dev.ssebridge.testing.browser;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A page or a worker, as its DevTools see it: runs JavaScript in it, keeps what it has written to
 * its console, which exceptions nobody has caught, and which requests it has made.
 */
public class Session {
  private static final String HTTP = "http";

  private final DevTools tools;
  private final String session;
  private final String target;
  private final Queue<String> console = new ConcurrentLinkedQueue<>();
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private volatile boolean gone;

  Session(DevTools tools, String session, String target) throws Exception {
    this.tools = tools;
    this.session = session;
    this.target = target;
    tools.onSession(session, this::hear);
    call("Runtime.enable", new JsonObject());
    call("Log.enable", new JsonObject());
    call("Network.enable", new JsonObject());
  }

  final String target() {
    return target;
  }

  final DevTools tools() {
    return tools;
  }

  final JsonObject call(String method, JsonObject parameters) throws Exception {
    if (gone) {
      throw new AssertionError(method + " in a page or worker that is gone");
    }
    return tools.call(session, method, parameters);
  }

  /** Sends a request whose answer may never come. */
  final void tell(String method, JsonObject parameters) {
    tools
        .send(session, method, parameters)
        .exceptionally(
            gone -> {
              return new JsonObject(); // as was to be expected
            });
  }

  /** Looks no more into it. A worker that is looked into does not end. */
  public final void detach() throws Exception {
    tools.call("", "Target.detachFromTarget", JsonObject.of("sessionId", session));
    gone("detached");
  }

  /** It has ended: nobody waits for its answers any more. */
  final void gone(String why) {
    gone = true;
    tools.fail(session, why);
  }

  /** Whether it has ended. */
  public final boolean isGone() {
    return gone;
  }

  /** The value of a JavaScript expression, awaited if it is a promise. */
  public final @Nullable Object evaluate(String expression) throws Exception {
    JsonObject result =
        call(
            "Runtime.evaluate",
            JsonObject.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (result.containsKey("exceptionDetails")) {
      throw new AssertionError(
          shortened(expression) + ": " + result.getJsonObject("exceptionDetails"));
    }
    return result.getJsonObject("result").getValue("value");
  }

  /** The value of an expression that is a string. */
  public final String text(String expression) throws Exception {
    return String.valueOf(evaluate(expression));
  }

  /** The value of an expression that is a whole number. */
  public final long number(String expression) throws Exception {
    if (evaluate(expression) instanceof Number number) {
      return number.longValue();
    }
    throw new AssertionError("expected a number: " + expression);
  }

  /** The members of an array, as text. */
  public final List<String> list(String expression) throws Exception {
    return new JsonArray(text("JSON.stringify((" + expression + ").map(each => '' + each))"))
        .stream().map(String::valueOf).collect(Collectors.toList());
  }

  /** Waits until a JavaScript expression is true. */
  public final void await(String condition, Duration patience) throws Exception {
    long end = System.nanoTime() + patience.toNanos();
    while (!Boolean.TRUE.equals(evaluate(condition))) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "not met within " + patience + ": " + condition + "; " + described());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** What a failed test says of it. */
  String described() throws Exception {
    return "console: " + console + ", errors: " + errors;
  }

  /** No request of it reaches anything until it is online again; what is under way fails. */
  public final void offline(boolean offline) throws Exception {
    call(
        "Network.emulateNetworkConditions",
        JsonObject.of(
            "offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
  }

  /** Fails requests for these URLs, in which * stands for anything; with none, no more. */
  public final void block(String... urls) throws Exception {
    JsonArray patterns = new JsonArray();
    for (String url : urls) {
      patterns.add(url);
    }
    call("Network.setBlockedURLs", JsonObject.of("urls", patterns));
  }

  /** What it has written to its console, each line with its level before it. */
  public final List<String> console() {
    return List.copyOf(console);
  }

  /** Exceptions that nobody has caught, and what the console has as an error. */
  public final List<String> errors() {
    return List.copyOf(errors);
  }

  /** The URLs that it has asked for, itself included, each time that it did. */
  public final List<String> requests() {
    return List.copyOf(requests);
  }

  /** Those of them that are not of this origin, as {@code http://127.0.0.1:8080}. */
  public final List<String> requestsBeyond(String origin) {
    List<String> beyond = new ArrayList<>();
    for (String url : requests) {
      if (!url.startsWith("data:")
          && !url.startsWith("blob:")
          && !url.startsWith("about:")
          && !originOf(url).equals(origin)) {
        beyond.add(url);
      }
    }
    return beyond;
  }

  /** Forgets console, errors and requests until now. */
  public final void forget() {
    console.clear();
    errors.clear();
    requests.clear();
  }

  private static String originOf(String url) {
    if (!url.startsWith(HTTP)) {
      return url;
    }
    URI uri = URI.create(url.split("[?#]", 2)[0]);
    return uri.getScheme() + "://" + uri.getAuthority();
  }

  private void hear(DevTools.Event event) {
    JsonObject parameters = event.parameters();
    switch (event.method()) {
      case "Runtime.consoleAPICalled" -> {
        String level = parameters.getString("type");
        String line =
            parameters.getJsonArray("args").stream()
                .map(argument -> written((JsonObject) argument))
                .collect(Collectors.joining(" "));
        console.add(level + ": " + line);
        if (level.equals("error") || level.equals("assert")) {
          errors.add(line);
        }
      }
      case "Runtime.exceptionThrown" -> {
        JsonObject details = parameters.getJsonObject("exceptionDetails");
        JsonObject thrown = details.getJsonObject("exception", new JsonObject());
        errors.add(thrown.getString("description", details.getString("text")));
      }
      case "Log.entryAdded" -> {
        JsonObject entry = parameters.getJsonObject("entry");
        String line = entry.getString("text") + " " + entry.getString("url", "");
        console.add(entry.getString("level") + ": " + line);
        if (entry.getString("level").equals("error")) {
          errors.add(line);
        }
      }
      case "Network.requestWillBeSent" ->
          requests.add(parameters.getJsonObject("request").getString("url"));
      case "Inspector.targetCrashed" -> gone("crashed");
      default -> {
        // nobody has asked for it
      }
    }
  }

  private static String written(JsonObject argument) {
    Object value = argument.getValue("value");
    return value == null ? argument.getString("description", "null") : value.toString();
  }

  private static String shortened(String expression) {
    return expression.length() < 500 ? expression : expression.substring(0, 500) + "..";
  }
}
