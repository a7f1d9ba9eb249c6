package dev.ssebridge.testing.browser;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connection to a browser's DevTools: requests with their answers, and events. Sessions of
 * pages and workers share it. Events arrive on the loop of the socket, in their order.
 */
final class DevTools implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int MOST_BYTES = 64 << 20;

  private final WebSocketClient client; // Vert.x closes one that nobody refers to
  private final WebSocket socket;
  private final AtomicInteger count = new AtomicInteger();
  private final Map<Integer, Pending> pending = new ConcurrentHashMap<>();
  private final Map<String, Consumer<Event>> sessions = new ConcurrentHashMap<>();
  private final List<BiConsumer<String, JsonObject>> ofBrowser = new CopyOnWriteArrayList<>();

  /**
   * What a session tells of itself.
   *
   * @param method its name in the protocol
   * @param parameters of it
   */
  record Event(String method, JsonObject parameters) {}

  private record Pending(String session, CompletableFuture<JsonObject> answer) {}

  private DevTools(WebSocketClient client, WebSocket socket) {
    this.client = client;
    this.socket = socket;
    socket.textMessageHandler(this::receive);
  }

  static DevTools connect(Vertx vertx, String url) throws Exception {
    WebSocketClient client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxFrameSize(MOST_BYTES).setMaxMessageSize(MOST_BYTES));
    WebSocket socket =
        client
            .connect(new WebSocketConnectOptions().setAbsoluteURI(url).setAllowOriginHeader(false))
            .toCompletionStage()
            .toCompletableFuture()
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return new DevTools(client, socket);
  }

  /** Whether the browser still listens. */
  boolean isOpen() {
    return !socket.isClosed();
  }

  /** Hears the events of the browser itself, which are of no session. */
  void onBrowser(BiConsumer<String, JsonObject> handler) {
    ofBrowser.add(handler);
  }

  /** Hears the events of a session. */
  void onSession(String session, Consumer<Event> handler) {
    sessions.put(session, handler);
  }

  /** What is asked of this session and has no answer yet, gets none. */
  void fail(String session, String why) {
    pending
        .values()
        .forEach(
            each -> {
              if (each.session().equals(session)) {
                each.answer().completeExceptionally(new AssertionError(why));
              }
            });
  }

  /** Sends a request, and leaves it to its answer; the session is empty for the browser itself. */
  CompletableFuture<JsonObject> send(String session, String method, JsonObject parameters) {
    int id = count.incrementAndGet();
    JsonObject request = JsonObject.of("id", id, "method", method, "params", parameters);
    if (!session.isEmpty()) {
      request.put("sessionId", session);
    }
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    pending.put(id, new Pending(session, answer));
    socket.writeTextMessage(request.encode()).onFailure(answer::completeExceptionally);
    return answer.whenComplete((result, failed) -> pending.remove(id));
  }

  /** Sends a request and waits for its answer. */
  JsonObject call(String session, String method, JsonObject parameters) throws Exception {
    try {
      return send(session, method, parameters).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new AssertionError(method + ": " + failed.getCause().getMessage(), failed.getCause());
    } catch (TimeoutException silent) {
      throw new AssertionError(method + ": no answer within " + PATIENCE, silent);
    }
  }

  private void receive(String text) {
    JsonObject message = new JsonObject(text);
    Integer id = message.getInteger("id");
    if (id == null) {
      tell(message);
      return;
    }
    @Nullable Pending asked = pending.get(id);
    if (asked == null) {
      return; // its session is gone
    }
    if (message.containsKey("error")) {
      asked
          .answer()
          .completeExceptionally(new AssertionError(message.getJsonObject("error").encode()));
    } else {
      asked.answer().complete(message.getJsonObject("result"));
    }
  }

  private void tell(JsonObject message) {
    String method = message.getString("method");
    JsonObject parameters = message.getJsonObject("params", new JsonObject());
    @Nullable String session = message.getString("sessionId");
    if (session == null) {
      ofBrowser.forEach(each -> each.accept(method, parameters));
      return;
    }
    @Nullable Consumer<Event> handler = sessions.get(session);
    if (handler != null) {
      Objects.requireNonNull(handler).accept(new Event(method, parameters));
    }
  }

  @Override
  public void close() {
    client.close().onFailure(Throwable::printStackTrace);
  }
}
