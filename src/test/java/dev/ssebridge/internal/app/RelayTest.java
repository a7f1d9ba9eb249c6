package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridgeVerticle;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a relay of a bridge that is redeployed again and again. */
class RelayTest {
  private static final int REDEPLOYMENTS = 6;

  /** Each kind with each answer. */
  private static final int ALL_REDEPLOYMENTS = 15;

  private static final int RETAINED = 20;
  private static final int BROWSERS = 3;

  /** What answers where the upstream should be, while it is redeployed; the last just hangs up. */
  private static final List<String> ANSWERS =
      List.of(
          "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\n502",
          "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nback",
          "HTTP/1.1 523 Origin Is Unreachable\r\nContent-Length: 0\r\n\r\n",
          "");

  /** What becomes of the upstream's ids and history. */
  private enum Kind {
    /** It goes on where it was. */
    OLD_IDS,
    /** It goes on, but what it retains does not reach back to where the relay was. */
    OVERFLOWN,
    /** It begins anew. */
    NEW_IDS
  }

  private final List<String> published = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private int number;
  private Upstream upstream = new Upstream();

  @TempDir Path directory;

  @AfterEach
  void closeUpstream() {
    upstream.close();
  }

  @Test
  void itsBrowsersLoseNothingThatWasRetainedAndAreToldOfTheRest() throws Exception {
    redeployAgainAndAgain(REDEPLOYMENTS);
  }

  @Test
  @Tag("heavy")
  void itsBrowsersLoseNothingWhateverAnswersMeanwhile() throws Exception {
    redeployAgainAndAgain(ALL_REDEPLOYMENTS);
  }

  private void redeployAgainAndAgain(int times) throws Exception {
    try (Front front = new Front();
        SseProbes probes = new SseProbes();
        LogRecorder log = LogRecorder.of(Program.class)) {
      front.forward(upstream.port());
      Program program = Program.start(config(front.port()), 2);
      try {
        int port = log.portIn("listening on");
        List<SseProbe> browsers = new ArrayList<>();
        for (int browser = 0; browser < BROWSERS; browser++) {
          SseProbe probe = probes.get(port, "/mirror");
          probe.awaitOpen();
          browsers.add(probe);
        }
        Deadline.await(() -> front.answeredByUpstream(), () -> "a stream for the relay");
        publish(3);
        for (int turn = 0; turn < times; turn++) {
          awaitAll(browsers);
          redeploy(front, Kind.values()[turn % Kind.values().length], turn);
        }
        awaitAll(browsers);
        for (SseProbe browser : browsers) {
          check(browser.events(), times);
        }
      } finally {
        program.stop();
      }
    }
  }

  private void redeploy(Front front, Kind kind, int turn) {
    front.answer(ANSWERS.get(turn % ANSWERS.size()));
    switch (kind) {
      case OLD_IDS -> publish(RETAINED / 2);
      case OVERFLOWN -> {
        // Seven more than it retains: those are gone, and their number is known.
        List<String> all = numbers(RETAINED + 7);
        all.forEach(upstream::publish);
        published.addAll(all.subList(7, all.size()));
        told.add("7");
      }
      case NEW_IDS -> {
        // Only it had these: nobody knows how many they were.
        numbers(5).forEach(upstream::publish);
        upstream.close();
        upstream = new Upstream();
        told.add("null");
        publish(4);
      }
    }
    front.awaitAnswers(2);
    front.forward(upstream.port());
  }

  private void publish(int count) {
    List<String> all = numbers(count);
    published.addAll(all);
    all.forEach(upstream::publish);
  }

  private List<String> numbers(int count) {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add("e" + ++number);
    }
    return numbers;
  }

  private void awaitAll(List<SseProbe> browsers) {
    String newest = published.get(published.size() - 1);
    browsers.forEach(browser -> browser.awaitData(newest));
  }

  private void check(List<ServerSentEvent> events, int times) {
    List<String> data = new ArrayList<>();
    List<String> gaps = new ArrayList<>();
    List<String> states = new ArrayList<>();
    for (ServerSentEvent event : events) {
      String text = String.valueOf(event.data());
      switch (String.valueOf(event.type())) {
        case "sse.gap" -> gaps.add(String.valueOf(new JsonObject(text).getValue("missed")));
        case "sse.source" -> states.add(new JsonObject(text).getString("state"));
        default -> data.add(text);
      }
    }
    assertThat(data).isEqualTo(published);
    assertThat(gaps).isEqualTo(told);
    assertThat(states).hasSize(2 * times).startsWith("down", "open", "down", "open");
    assertThat(Set.copyOf(states)).containsExactlyInAnyOrder("down", "open");
  }

  private ConfigFile config(int front) throws IOException {
    JsonObject source =
        new JsonObject()
            .put("url", "http://127.0.0.1:" + front + "/news")
            .put("address", "mirror")
            .put("retry", 20)
            .put("maxRetry", 100)
            .put("minServerRetry", 0)
            .put("maxRefusedRetry", 100)
            .put("cursor", directory.resolve("cursor").toString());
    JsonObject config =
        new JsonObject()
            .put("http", new JsonObject().put("port", 0).put("drain", 0))
            .put("limits", new JsonObject().put("retained", "16MiB"))
            .put(
                "routes",
                new JsonObject()
                    .put("m", new JsonObject().put("path", "/mirror").put("address", "mirror")))
            .put("sources", new JsonObject().put("up", source));
    return ConfigFile.read(
        Files.writeString(directory.resolve("bridge.json"), config.encodePrettily()));
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** A bridge with a Vert.x of its own: a new one knows nothing of what was before. */
  private static final class Upstream implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final SseBridgeVerticle bridge = new SseBridgeVerticle();
    private final SseProbes probes = new SseProbes();
    private final SseProbe witness;

    Upstream() {
      JsonObject route =
          new JsonObject()
              .put("path", "/news")
              .put("address", "news")
              .put("retry", 30)
              .put("history", new JsonObject().put("events", RETAINED));
      JsonObject config =
          new JsonObject()
              .put("http", new JsonObject().put("port", 0).put("drain", 0))
              .put("routes", new JsonObject().put("news", route));
      get(vertx.deployVerticle(bridge, new DeploymentOptions().setConfig(config)));
      witness = probes.get(port(), "/news");
      witness.awaitOpen();
    }

    int port() {
      return bridge.actualPort();
    }

    /** Returns when it is retained. */
    void publish(String data) {
      vertx.eventBus().publish("news", data);
      witness.awaitData(data);
    }

    @Override
    public void close() {
      probes.close();
      get(vertx.close());
    }
  }

  /** Stands in front of the upstream, as a load balancer does: lets through, or answers itself. */
  private static final class Front implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answers = new AtomicInteger();
    private volatile boolean answered;
    private volatile int target;
    private volatile String answer = "";

    Front() throws IOException {
      start(this::accept);
    }

    int port() {
      return server.getLocalPort();
    }

    /** Whether something has come from the upstream, such as the head of a stream. */
    boolean answeredByUpstream() {
      return answered;
    }

    void forward(int port) {
      target = port;
    }

    /** Hangs up on everybody, and answers so from now on. */
    void answer(String text) {
      answer = text;
      answers.set(0);
      target = 0;
      sockets.forEach(Front::close);
      sockets.clear();
    }

    void awaitAnswers(int count) {
      Deadline.await(() -> answers.get() >= count, () -> count + " tries of the relay");
    }

    private void accept() {
      while (!server.isClosed()) {
        try {
          Socket socket = server.accept();
          sockets.add(socket);
          start(() -> serve(socket));
        } catch (IOException closed) {
          return;
        }
      }
    }

    private void serve(Socket client) {
      int port = target;
      try {
        if (port == 0) {
          readHead(client.getInputStream());
          client.getOutputStream().write(answer.getBytes(UTF_8));
          answers.incrementAndGet();
          close(client);
          return;
        }
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(behind);
        start(() -> pipe(client, behind));
        byte[] first = behind.getInputStream().readNBytes(1);
        client.getOutputStream().write(first);
        answered = first.length == 1;
        pipe(behind, client);
      } catch (IOException gone) {
        close(client);
      }
    }

    private static void readHead(InputStream in) throws IOException {
      int ends = 0;
      for (int b = in.read(); b >= 0; b = in.read()) {
        ends = b == '\n' ? ends + 1 : b == '\r' ? ends : 0;
        if (ends == 2) {
          return;
        }
      }
    }

    private static void pipe(Socket from, Socket to) {
      byte[] buffer = new byte[8192];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          out.write(buffer, 0, count);
        }
      } catch (IOException gone) {
        // Both ends are closed below.
      }
      close(from);
      close(to);
    }

    private static void start(Runnable task) {
      Thread thread = new Thread(task, "front");
      thread.setDaemon(true);
      thread.start();
    }

    private static void close(Socket socket) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
      sockets.forEach(Front::close);
    }
  }
}
