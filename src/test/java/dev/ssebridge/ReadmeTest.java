package dev.ssebridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.client.EventSource;
import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.EventStreams;
import dev.ssebridge.format.EventDecoder;
import dev.ssebridge.format.EventEncoder;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.config.BridgeConfig;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Holds the README to what works: every example in it is compiled, loaded or run here. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class ReadmeTest {
  private static final Path BASE = Path.of(System.getProperty("project.basedir", "."));
  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);

  @Test
  void everyJavaExampleStandsInThisFileAndIsCompiled() throws IOException {
    String source =
        squeezed(Files.readString(BASE.resolve("src/test/java/dev/ssebridge/ReadmeTest.java")));
    List<String> examples = blocks("java");
    assertThat(examples).hasSizeGreaterThan(5);
    for (String example : examples) {
      assertThat(source).contains(squeezed(example));
    }
  }

  @Test
  void everyJsonExampleIsAConfiguration() throws IOException {
    List<String> examples = blocks("json");
    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      assertThat(BridgeConfig.read(new JsonObject(example))).isNotNull();
    }
  }

  @Test
  void everyCurlExampleRunsAgainstTheDefaultConfiguration(Vertx vertx) throws Exception {
    assumeTrue(isThere("curl"), "curl is not on the path");
    JsonObject config = new JsonObject(Files.readString(BASE.resolve("conf/bridge.json")));
    config.getJsonObject("http").put("port", 0);
    SseBridgeVerticle verticle = new SseBridgeVerticle();
    vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config)).await();

    List<String> commands =
        blocks("sh").stream().flatMap(String::lines).filter(line -> line.contains("curl")).toList();
    assertThat(commands).hasSizeGreaterThan(6);
    List<Process> running = new ArrayList<>();
    for (String command : commands) {
      boolean streams = command.contains("curl -N");
      Process process = start(command, verticle.actualPort(), streams);
      if (streams) {
        running.add(process);
      } else {
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(output).as(command).doesNotContain("\"status\"");
        assertThat(process.exitValue()).as(command).isZero();
      }
    }
    for (Process process : running) {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(output).startsWith("retry: ").contains("data: ");
    }
  }

  @Test
  void theBridgeExamplesWork(Vertx vertx) throws Exception {
    List<String> log = new CopyOnWriteArrayList<>();
    Router router = Router.router(vertx);
    SseBridge bridge =
        SseBridge.create(
            vertx,
            new JsonObject(
                """
                { "routes": { "news": { "path": "/news/:topic", "address": "news.{topic}" } } }
                """));
    bridge.mount(router);
    router.get("/stats").handler(context -> context.json(bridge.stats()));
    JsonObject config =
        new JsonObject(
            """
            { "routes": { "days": { "path": "/days", "address": "days" } } }
            """);
    SseBridge custom =
        SseBridge.create(vertx, config)
            .codec(body -> body instanceof LocalDate date ? date.toString() : null)
            .closeHandler(closed -> log.add(closed.route() + ": " + closed.reason().word()));
    custom.mount(router);
    router
        .get("/ticks")
        .handler(
            context -> {
              EventStream stream = EventStream.open(context).heartbeat(Duration.ofSeconds(15));
              stream.closeHandler(v -> log.add("gone"));
              stream.send(ServerSentEvent.builder().id("1").type("tick").data("tock").build());
              stream.comment("that was all").compose(v -> stream.close());
            });
    HttpServer server =
        vertx
            .createHttpServer()
            .connectionHandler(bridge.connectionHandler())
            .requestHandler(router);
    int port = server.listen(0, "127.0.0.1").await().actualPort();

    follow(vertx, "http://127.0.0.1:" + port + "/ticks", log);
    await(log, "tick: tock");
    await(log, "gone");
    follow(vertx, "http://127.0.0.1:" + port + "/news/sports", log);
    vertx.eventBus().publish("news.sports", new JsonObject().put("goal", 1));
    await(log, "message: {\"goal\":1}");
    JsonObject news = bridge.stats().getJsonObject("routes").getJsonObject("news");
    assertThat(news.getLong("deliveredEvents")).isEqualTo(1);
    assertThat(news.getInteger("openStreams")).isEqualTo(1);
    bridge.close().await();

    vertx.eventBus().registerDefaultCodec(LocalDate.class, new LocalDateCodec());
    follow(vertx, "http://127.0.0.1:" + port + "/days", log);
    vertx.eventBus().publish("days", LocalDate.of(2026, 11, 24));
    await(log, "message: 2026-11-24");
    custom.close().await();
    await(log, "days: drained");
  }

  private static void follow(Vertx vertx, String url, List<String> log) {
    EventSource source = EventSource.create(vertx, url);
    source.handler(event -> log.add(event.effectiveType() + ": " + event.data()));
    source.connect();
    // Whoever publishes before the stream is open publishes to nobody.
    source.connect().await();
  }

  @Test
  void theOneShotExampleWorks(Vertx vertx) {
    List<String> log = new CopyOnWriteArrayList<>();
    String url = "http://127.0.0.1:" + talker(vertx) + "/";
    EventSource answer =
        EventSource.once(
            vertx,
            EventSourceOptions.builder(url)
                .method(HttpMethod.POST)
                .header("content-type", "application/json")
                .body(Buffer.buffer("{\"stream\": true}"))
                .until(event -> "[DONE]".equals(event.data()))
                .build());
    answer.handler(event -> log.add("said: " + event.data()));
    answer.endHandler(end -> log.add("that was all"));
    answer.connect().onFailure(failure -> log.add(failure.getMessage()));
    await(log, "that was all");
    assertThat(log).containsExactly("said: {\"stream\": true}", "that was all");
  }

  @Test
  void theDecodingExampleWorks(Vertx vertx) {
    List<String> log = new CopyOnWriteArrayList<>();
    vertx
        .createHttpClient()
        .request(HttpMethod.POST, talker(vertx), "127.0.0.1", "/")
        .compose(request -> request.send("hello"))
        .onSuccess(
            response -> {
              EventStreams.decode(response).handler(event -> log.add("read: " + event.data()));
            });
    await(log, "read: [DONE]");
    assertThat(log).containsExactly("read: hello", "read: [DONE]");
  }

  /** A server that says what it was told, and that it is done. */
  private static int talker(Vertx vertx) {
    return vertx
        .createHttpServer()
        .requestHandler(
            request ->
                request
                    .body()
                    .onSuccess(
                        body ->
                            request
                                .response()
                                .putHeader("content-type", "text/event-stream")
                                .end("data: " + body + "\n\ndata: [DONE]\n\n")))
        .listen(0, "127.0.0.1")
        .await()
        .actualPort();
  }

  @Test
  void theVerticleExampleWorks(Vertx vertx) {
    JsonObject config = new JsonObject().put("http", new JsonObject().put("port", 0));
    vertx.deployVerticle(
        SseBridgeVerticle::new, new DeploymentOptions().setConfig(config).setInstances(2));
  }

  @Test
  void theFormatExampleWorks() {
    byte[] bytes = EventEncoder.encode(ServerSentEvent.builder().id("7").data("a\nb").build());
    List<ServerSentEvent> received = new ArrayList<>();
    EventDecoder decoder = EventDecoder.create(received::add);
    decoder.decode(bytes, 0, bytes.length);

    assertThat(received.get(0).data()).isEqualTo("a\nb");
    assertThat(decoder.lastEventId()).isEqualTo("7");
  }

  /** Takes a date over the local bus. */
  private static final class LocalDateCodec implements MessageCodec<LocalDate, LocalDate> {
    @Override
    public void encodeToWire(Buffer buffer, LocalDate date) {
      throw new UnsupportedOperationException("local only");
    }

    @Override
    public LocalDate decodeFromWire(int position, Buffer buffer) {
      throw new UnsupportedOperationException("local only");
    }

    @Override
    public LocalDate transform(LocalDate date) {
      return date;
    }

    @Override
    public String name() {
      return "local-date";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }

  private static List<String> blocks(String language) throws IOException {
    Matcher matcher = BLOCK.matcher(Files.readString(BASE.resolve("README.md")));
    return matcher
        .results()
        .filter(found -> found.group(1).equals(language))
        .map(found -> found.group(2))
        .collect(Collectors.toList());
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }

  private static void await(List<String> log, String line) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!log.contains(line)) {
      assertThat(System.nanoTime()).as("waiting for %s in %s", line, log).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static boolean isThere(String program) {
    try {
      return new ProcessBuilder(program, "--version")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(10, TimeUnit.SECONDS);
    } catch (IOException missing) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Process start(String command, int port, boolean streams) throws IOException {
    String local = command.replace(":8080", ":" + port).replace("curl ", "curl -sS ");
    String bounded = streams ? local.replace("curl ", "curl --max-time 2 ") : local;
    return new ProcessBuilder("bash", "-c", bounded).start();
  }
}
