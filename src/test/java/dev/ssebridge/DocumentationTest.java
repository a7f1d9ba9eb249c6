package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.client.EventSource;
import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.EventStreams;
import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.format.EventDecoder;
import dev.ssebridge.format.EventEncoder;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.format.SseTypes;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.fanout.Start;
import dev.ssebridge.metrics.BridgeMeters;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.EventCodec;
import dev.ssebridge.spi.GapReason;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.TimeoutHandler;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the README and the pages to what works: every example in them is compiled, loaded or run
 * here, and every link leads somewhere.
 */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class DocumentationTest {
  private static final Path BASE = Path.of(System.getProperty("project.basedir", "."));
  private static final Path PAGES = Path.of("src/site/markdown");
  private static final Pattern BLOCK = Pattern.compile("```(\\w*)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern INLINE_CODE = Pattern.compile("`[^`\n]*`");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern SSE_NAME = Pattern.compile("`(sse[-.][a-z-]+)`");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  private static final Pattern CLASS_NAME =
      Pattern.compile("`((?:[A-Z][a-z]+){2,})(?:\\.[a-z]\\w*)?`");

  /** Where the examples in Java stand. */
  private static final List<String> TESTS =
      List.of(
          "DocumentationTest.java",
          "SecurityPageTest.java",
          "client/ClientExamplesTest.java",
          "internal/admin/ConsoleFilesTest.java",
          "internal/admin/MountedAdminTest.java",
          "internal/bridge/MayHaveMissedTest.java");

  private static final EventCodec ISO_DATES =
      message ->
          message.body() instanceof LocalDate date ? ServerSentEvent.of(date.toString()) : null;

  private static final JsonPointer CONTENT = JsonPointer.from("/choices/0/delta/content");

  /**
   * An example of a page.
   *
   * @param place the page and the line that it begins at
   */
  private record Example(String place, String text) {}

  /** The README, and the pages that it is the door to. */
  static List<String> pages() throws IOException {
    List<String> pages = new ArrayList<>(List.of("README.md"));
    try (Stream<Path> files = Files.list(BASE.resolve(PAGES))) {
      files.map(file -> PAGES.resolve(file.getFileName()).toString()).sorted().forEach(pages::add);
    }
    return pages;
  }

  static List<String> linkingPages() throws IOException {
    List<String> pages = new ArrayList<>(pages());
    pages.addAll(List.of("CONTRIBUTING.md", "CHANGELOG.md"));
    return pages;
  }

  @Test
  void thereAreExamplesOfEachKind() throws IOException {
    int java = 0;
    int json = 0;
    int curl = 0;
    for (String page : pages()) {
      java += examples(page, "java").size();
      json += examples(page, "json").size();
      curl += curls(page).size();
    }
    assertThat(java).isGreaterThan(15);
    assertThat(json).isGreaterThan(2);
    assertThat(curl).isGreaterThan(8);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyJavaExampleStandsInATestAndIsCompiled(String page) throws IOException {
    StringBuilder source = new StringBuilder();
    for (String test : TESTS) {
      source.append(Files.readString(BASE.resolve("src/test/java/dev/ssebridge/" + test)));
    }
    String compiled = squeezed(source.toString());
    for (Example example : examples(page, "java")) {
      assertThat(compiled).as(example.place()).contains(squeezed(example.text()));
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyJsonExampleIsAConfiguration(String page) throws IOException {
    for (Example example : examples(page, "json")) {
      assertThatCode(() -> BridgeConfig.read(new JsonObject(example.text())))
          .as(example.place())
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyCurlExampleRunsAgainstTheDefaultConfiguration(
      String page, Vertx vertx, @TempDir Path directory) throws Exception {
    List<Example> commands = curls(page);
    if (commands.isEmpty()) {
      return;
    }
    assumeTrue(isThere("curl"), "curl is not on the path");
    JsonObject config = new JsonObject(Files.readString(BASE.resolve("conf/bridge.json")));
    config.getJsonObject("http").put("port", 0);
    config.remove("demo");
    Watched verticle = new Watched();
    vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config)).await();

    Map<Example, Path> streams = new LinkedHashMap<>();
    List<Process> running = new ArrayList<>();
    try {
      for (Example command : commands) {
        String line = command.text().replace(":8080", ":" + verticle.actualPort());
        Path output = directory.resolve("output" + (streams.size() + 1));
        Process process = start(line.replace("curl ", "curl -sS --max-time 20 "), output);
        running.add(process);
        if (line.contains("curl -N")) {
          streams.put(command, output);
          // Whoever publishes before the stream is open publishes to nobody.
          awaitThat(() -> verticle.openStreams() == streams.size(), command.place());
        } else {
          assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(command.place()).isTrue();
          String text = Files.readString(output);
          assertThat(text).as(command.place()).doesNotContain("\"status\"");
          assertThat(process.exitValue()).as(command.place() + ": " + text).isZero();
        }
      }
      for (Map.Entry<Example, Path> stream : streams.entrySet()) {
        awaitThat(
            () -> Files.readString(stream.getValue()).contains("data: "), stream.getKey().place());
        assertThat(Files.readString(stream.getValue())).startsWith("retry: ");
      }
    } finally {
      for (Process process : running) {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("linkingPages")
  void everyLinkLeadsSomewhere(String page) throws IOException {
    String text = withoutCode(Files.readString(BASE.resolve(page)));
    Matcher link = LINK.matcher(text);
    while (link.find()) {
      String target = link.group(1);
      if (target.matches("[a-z]+:.*")) {
        continue;
      }
      String place = place(page, text, link.start()) + ": " + target;
      int hash = target.indexOf('#');
      Path from = BASE.resolve(page);
      String file = hash < 0 ? target : target.substring(0, hash);
      Path to = file.isEmpty() ? from : from.resolveSibling(file).normalize();
      assertThat(to).as(place).exists();
      if (hash >= 0) {
        assertThat(anchors(to)).as(place).contains(target.substring(hash + 1));
      }
    }
  }

  @Test
  void theReadmeLinksEveryPage() throws IOException {
    String readme = Files.readString(BASE.resolve("README.md"));
    for (String page : pages()) {
      if (!page.equals("README.md")) {
        assertThat(readme).contains("(" + page + ")");
      }
    }
  }

  @Test
  void everyHeaderAndTypeThatThePagesNameIsAConstant() throws Exception {
    Set<String> constants = new TreeSet<>(Set.of("sse-receipt")); // means nothing to others
    for (Class<?> type : List.of(SseHeaders.class, SseTypes.class)) {
      for (Field field : type.getFields()) {
        constants.add((String) field.get(null));
      }
    }
    Set<String> named = new TreeSet<>();
    for (String page : pages()) {
      Matcher name = SSE_NAME.matcher(Files.readString(BASE.resolve(page)));
      while (name.find()) {
        named.add(name.group(1));
      }
    }
    assertThat(named).hasSizeGreaterThan(20);
    assertThat(constants).containsAll(named);
  }

  @Test
  void whatAChangeMustPassIsWhatTheReadmeSays() throws IOException {
    String test = "mvn -B -ntp verify";
    assertThat(Files.readString(BASE.resolve(".ci/run")).lines()).contains(test);
    assertThat(examples("README.md", "sh").stream().map(Example::text)).contains(test + "\n");
  }

  @Test
  void theBridgeExamplesWork(Vertx vertx) throws Exception {
    List<String> log = new CopyOnWriteArrayList<>();
    Router router = Router.router(vertx);
    SseBridge bridge =
        SseBridge.create(
            vertx,
            new SseBridgeOptions()
                .addRoute("news", new RouteOptions("/news/:topic", "news.{topic}")));
    bridge.mount(router);
    vertx.eventBus().publish("news.sports", new JsonObject().put("goal", 1));
    router.get("/stats").handler(context -> context.json(bridge.stats()));
    router
        .get("/ready")
        .handler(
            context ->
                bridge
                    .health()
                    .onSuccess(
                        health ->
                            context
                                .response()
                                .setStatusCode(health.isReady() ? 200 : 503)
                                .end(health.toString())));
    BridgeMeters meters = BridgeMeters.of(vertx).add(bridge);
    router
        .get("/metrics")
        .handler(
            context ->
                context
                    .response()
                    .putHeader("content-type", BridgeMeters.TEXT_TYPE)
                    .end(meters.text()));
    SseBridgeOptions options =
        new SseBridgeOptions()
            .addRoute(
                "days",
                new RouteOptions("/days", "days")
                    .setHistory(new HistoryOptions().setAge(Duration.ofMinutes(10)))
                    .setHeartbeat(Duration.ofSeconds(10)))
            .addPublish("days", new PublishOptions("/days", "days").setMaxBody(1024));
    SseBridge custom =
        SseBridge.create(vertx, options)
            .codec(
                message ->
                    message.body() instanceof LocalDate date
                        ? ServerSentEvent.of("day", date.toString())
                        : null)
            .gapHandler(gap -> log.add(gap.stream().remote() + " missed " + gap.missed()))
            .closeHandler(closed -> log.add(closed.route() + ": " + closed.reason()));
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
    vertx.eventBus().publish("news.sports", new JsonObject().put("goal", 2));
    await(log, "message: {\"goal\":2}");
    // Counted behind the write.
    awaitThat(() -> news(bridge).getLong("deliveredEvents") == 1, "a delivery counted");
    assertThat(news(bridge).getInteger("openStreams")).isEqualTo(1);
    bridge.close().await();

    vertx.eventBus().registerDefaultCodec(LocalDate.class, new LocalDateCodec());
    follow(vertx, "http://127.0.0.1:" + port + "/days", log);
    vertx.eventBus().publish("days", LocalDate.of(2026, 11, 24));
    await(log, "day: 2026-11-24");
    custom.close().await();
    await(log, "days: DRAINED");
  }

  /**
   * Whose a ticket is.
   *
   * @param name of the owner
   * @param plan that they have
   * @param until when it is good
   */
  private record Owner(String name, String plan, Instant until) {}

  /** Knows tickets. */
  private static final class Tickets {
    Future<@Nullable Owner> check(String ticket) {
      return Future.succeededFuture(
          ticket.equals("7") ? new Owner("ann", "old", Instant.now().plusSeconds(60)) : null);
    }
  }

  @Test
  void theExamplesOfStreamsWork(Vertx vertx) throws Exception {
    List<String> log = new CopyOnWriteArrayList<>();
    Tickets tickets = new Tickets();
    SseBridge bridge =
        SseBridge.create(
            vertx,
            new SseBridgeOptions()
                .addRoute("rooms", new RouteOptions("/events", "rooms.{room}"))
                .addRoute("inbox", new RouteOptions("/inbox", "nobody")));
    bridge.subscribeHandler(
        "inbox",
        request -> {
          String ticket = request.request().getParam("ticket");
          tickets
              .check(ticket == null ? "" : ticket)
              .onFailure(request::fail)
              .onSuccess(
                  owner -> {
                    if (owner == null) {
                      request.refuse(401, "this ticket is not known");
                    } else {
                      request
                          .address("user." + owner.name())
                          .endAt(owner.until())
                          .attribute("plan", owner.plan())
                          .accept();
                    }
                  });
        });
    Router router = Router.router(vertx);
    Router rooms = Router.router(vertx);
    bridge.mount(rooms);
    router.route("/rooms/:room/*").subRouter(rooms);
    int port =
        vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").await().actualPort();
    String url = "http://127.0.0.1:" + port + "/rooms/blue/";

    follow(vertx, url + "events", log);
    vertx.eventBus().publish("rooms.blue", "hello");
    await(log, "message: hello");
    follow(vertx, url + "inbox?ticket=7", log);
    vertx.eventBus().publish("user.ann", "yours");
    await(log, "message: yours");
    bridge
        .streams()
        .onSuccess(
            open -> {
              for (StreamInfo stream : open) {
                if ("old".equals(stream.attributes().get("plan"))) {
                  bridge.sendTo(stream.id(), ServerSentEvent.of("notice", "please renew"));
                  bridge.endStream(stream.id());
                }
              }
            });
    await(log, "notice: please renew");
    bridge.close().await();
  }

  private static JsonObject news(SseBridge bridge) {
    return bridge.stats().getJsonObject("routes").getJsonObject("news");
  }

  @Test
  void theExamplesOfPublishingWork(Vertx vertx) throws Exception {
    List<String> log = new CopyOnWriteArrayList<>();
    SseBridge checked =
        SseBridge.create(
            vertx,
            new SseBridgeOptions()
                .addRoute("days", new RouteOptions("/days", "days"))
                .addRoute("rooms", new RouteOptions("/rooms/:room", "rooms.{room}"))
                .addPublish("days", new PublishOptions("/days", "days"))
                .addPublish("rooms", new PublishOptions("/rooms/:room", "rooms.{room}")));
    checked.publishHandler(
        "rooms",
        request -> {
          String room = request.parameters().get("room");
          if (!(request.body() instanceof JsonObject message)) {
            request.refuse(422, "expected a JSON object");
            return;
          }
          message.put("room", room); // what is changed in place is published as it is then
          request.setType("chat");
          mayWrite(room)
              .onComplete(may -> request.accept(), no -> request.refuse(403, "not your room"));
        });
    Router router = Router.router(vertx);
    checked.mount(router).await();
    HttpServer server = vertx.createHttpServer().requestHandler(router);
    int port = server.listen(0, "127.0.0.1").await().actualPort();
    String base = "http://127.0.0.1:" + port;

    follow(vertx, base + "/days", log);
    vertx.eventBus().registerDefaultCodec(Goal.class, new GoalCodec());
    vertx.eventBus().publish("days", new Goal("north", 12)); // data: {"team":"north","minute":12}
    await(log, "message: {\"team\":\"north\",\"minute\":12}");
    vertx
        .eventBus()
        .<JsonObject>consumer("days", message -> log.add(message.body().getString("day")));
    assertThat(post(base + "/days", "{\"day\": \"monday\"}")).isEqualTo(202);
    await(log, "monday");
    await(log, "message: {\"day\": \"monday\"}");

    follow(vertx, base + "/rooms/a", log);
    assertThat(post(base + "/rooms/a", "{\"say\":1}")).isEqualTo(202);
    await(log, "chat: {\"say\":1,\"room\":\"a\"}");
    assertThat(post(base + "/rooms/b", "{\"say\":1}")).isEqualTo(403);
    assertThat(post(base + "/rooms/a", "1")).isEqualTo(422);
    checked.close().await();
  }

  private static Future<Void> mayWrite(@Nullable String room) {
    return "a".equals(room) ? Future.succeededFuture() : Future.failedFuture("not " + room);
  }

  private static int post(String url, String json) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Deadline.PATIENCE)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    return HttpCalls.client().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  record Goal(String team, int minute) {}

  static class GoalCodec implements MessageCodec<Goal, Goal> {
    @Override
    public void encodeToWire(Buffer buffer, Goal goal) {
      Buffer json =
          new JsonObject().put("team", goal.team()).put("minute", goal.minute()).toBuffer();
      buffer.appendInt(json.length()).appendBuffer(json);
    }

    @Override
    public Goal decodeFromWire(int position, Buffer buffer) {
      int begin = position + 4;
      JsonObject json = buffer.slice(begin, begin + buffer.getInt(position)).toJsonObject();
      return new Goal(json.getString("team"), json.getInteger("minute"));
    }

    @Override
    public Goal transform(Goal goal) {
      return goal;
    }

    @Override
    public String name() {
      return "goal";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }

  private static void follow(Vertx vertx, String url, List<String> log) {
    EventSource source = EventSource.create(vertx, url);
    source.handler(event -> log.add(event.effectiveType() + ": " + event.data()));
    source.connect();
    // Whoever publishes before the stream is open publishes to nobody.
    source.connect().await();
  }

  @Test
  void theLanguageModelExampleWorks(Vertx vertx) {
    List<String> log = new CopyOnWriteArrayList<>();
    StringBuilder text = new StringBuilder();
    String key = "k1";
    String url = "http://127.0.0.1:" + languageModel(vertx, key) + "/v1/chat";
    EventSource answer =
        EventSource.builder(vertx)
            .once()
            .until(event -> "[DONE]".equals(event.data()))
            .with(
                new EventSourceOptions(url)
                    .setMethod(HttpMethod.POST)
                    .addHeader("authorization", "Bearer " + key)
                    .addHeader("content-type", "application/json")
                    .setRequestBody(
                        new JsonObject().put("stream", true).put("prompt", "Say hello").encode()))
            .build();
    answer.on("message", event -> text.append(CONTENT.queryJson(event.json())));
    answer.endHandler(end -> log.add(text.toString()));
    answer.connect().onFailure(failure -> log.add(failure.getMessage()));
    await(log, "Hello, world!");
    assertThat(log).containsExactly("Hello, world!");
  }

  @Test
  void theLanguageModelExampleWorksForAThreadThatWaits(Vertx vertx) {
    StringBuilder text = new StringBuilder();
    String key = "k1";
    String url = "http://127.0.0.1:" + languageModel(vertx, key) + "/v1/chat";
    EventSource answer =
        EventSource.builder(vertx)
            .once()
            .until(event -> "[DONE]".equals(event.data()))
            .with(
                new EventSourceOptions(url)
                    .setMethod(HttpMethod.POST)
                    .addHeader("authorization", "Bearer " + key)
                    .setRequestBody(new JsonObject().put("stream", true).encode()))
            .build();
    answer.iterator().forEachRemaining(event -> text.append(CONTENT.queryJson(event.json())));
    assertThat(text).hasToString("Hello, world!");
  }

  /** A server that streams the words of an answer as those of language models do. */
  private static int languageModel(Vertx vertx, String key) {
    String words =
        """
        data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}

        data: {"choices":[{"index":0,"delta":{"content":", "}}]}

        data: {"choices":[{"index":0,"delta":{"content":"world!"}}]}

        data: [DONE]

        """;
    return vertx
        .createHttpServer()
        .requestHandler(
            request ->
                request
                    .body()
                    .onSuccess(
                        body -> {
                          boolean known =
                              ("Bearer " + key).equals(request.getHeader("authorization"))
                                  && body.toJsonObject().getBoolean("stream");
                          request
                              .response()
                              .setStatusCode(known ? 200 : 401)
                              .putHeader("content-type", "text/event-stream")
                              .end(known ? words : "");
                        }))
        .listen(0, "127.0.0.1")
        .await()
        .actualPort();
  }

  @Test
  void theExamplesOfSourcesWork(Vertx vertx) {
    List<String> log = new CopyOnWriteArrayList<>();
    JsonObject config =
        new JsonObject(
            """
            { "control": { "sources": "sources", "allow": { "hosts": ["127.0.0.1:9090"] } } }
            """);
    SseBridgeOptions options = SseBridgeOptions.read(config);
    vertx.deployVerticle(
        () -> new SseClientVerticle(options), new DeploymentOptions().setInstances(2));
    JsonObject list = new JsonObject().put("command", "list");
    awaitThat(
        () -> vertx.eventBus().<JsonObject>request("sources", list).await() != null, "the sources");

    vertx
        .eventBus()
        .<JsonObject>request(
            "sources",
            new JsonObject(
                """
                { "command": "add", "name": "x", "source": { "url": "http://127.0.0.1:9090/a", "address": "a" } }
                """))
        .onFailure(refused -> log.add(refused.getMessage()));
    awaitThat(
        () -> {
          Message<JsonObject> reply = vertx.eventBus().<JsonObject>request("sources", list).await();
          return reply.body().getJsonArray("sources").size() == 1;
        },
        "the source");
    assertThat(log).isEmpty();
  }

  @Test
  void theVerticleThatIsConfiguredWorks(Vertx vertx) {
    List<String> log = new CopyOnWriteArrayList<>();
    JsonObject config =
        new JsonObject(
            """
            { "http": { "port": 0 }, "routes": { "days": { "path": "/days", "address": "days" } } }
            """);
    Dates verticle = new Dates();
    vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config)).await();
    vertx.eventBus().registerDefaultCodec(LocalDate.class, new LocalDateCodec());
    follow(vertx, "http://127.0.0.1:" + verticle.actualPort() + "/days", log);
    vertx.eventBus().publish("days", LocalDate.of(2026, 11, 24));
    await(log, "message: 2026-11-24");
  }

  private static final class Dates extends SseBridgeVerticle {
    @Override
    protected void configure(SseBridge bridge, Router router) {
      bridge.codec(ISO_DATES);
      router.get("/health").handler(context -> context.end("up"));
    }
  }

  /** What the page about embedding says of handlers that do not fit a stream. */
  @Test
  void aTimeoutHandlerCutsAStream(Vertx vertx) {
    List<String> log = new CopyOnWriteArrayList<>();
    JsonObject config =
        new JsonObject(
            """
            { "routes": { "days": { "path": "/days", "address": "days" } } }
            """);
    Router router = Router.router(vertx);
    router.route().handler(TimeoutHandler.create(200));
    SseBridge bridge =
        SseBridge.create(vertx, SseBridgeOptions.read(config))
            .closeHandler(closed -> log.add("closed: " + closed.reason()));
    bridge.mount(router).await();
    int port =
        vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").await().actualPort();
    follow(vertx, "http://127.0.0.1:" + port + "/days", log);
    await(log, "closed: APPLICATION");
    bridge.close().await();
  }

  @Test
  void theDecodingExampleWorks(Vertx vertx) {
    List<String> log = new CopyOnWriteArrayList<>();
    io.vertx.core.http.HttpClient client = vertx.createHttpClient();
    client
        .request(HttpMethod.POST, talker(vertx), "127.0.0.1", "/")
        .onSuccess(
            request ->
                // Here, on its loop: the body may come before anybody else is told of the response.
                request
                    .send("hello")
                    .onSuccess(
                        response -> {
                          EventStreams.decode(response)
                              .handler(event -> log.add("read: " + event.data()));
                        }));
    await(log, "read: [DONE]");
    assertThat(log).containsExactly("read: hello", "read: [DONE]");
    client.close().await();
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
    SseBridgeOptions options = new SseBridgeOptions().setHttp(new HttpOptions().setPort(0));
    vertx.deployVerticle(
        () -> new SseBridgeVerticle(options), new DeploymentOptions().setInstances(2));
    List<String> log = new CopyOnWriteArrayList<>();
    SseBridgeServer server = SseBridgeServer.create(vertx, options);
    server.listen().onSuccess(listening -> log.add("port " + listening.actualPort()));
    awaitThat(() -> log.contains("port " + server.actualPort()), "the port");
    server.close().await();
    HttpServerOptions tuned =
        new HttpServerOptions().setTcpKeepAlive(true).setSendBufferSize(65536);
    SseBridgeServer own = SseBridgeServer.create(vertx, options, tuned);
    own.listen().compose(listening -> listening.close()).await();
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

  /** What the page about embedding says of verticles that are not of the ordinary model. */
  @Test
  void onAWorkerBodiesArePublishedAndStreamsOpened(Vertx vertx) {
    JsonObject config =
        new JsonObject(
            """
            {
              "routes": { "days": { "path": "/days", "address": "days" } },
              "publish": { "days": { "path": "/days", "address": "days" } }
            }
            """);
    List<String> log = new CopyOnWriteArrayList<>();
    vertx.eventBus().<String>consumer("days", message -> log.add(message.body()));
    AtomicInteger port = new AtomicInteger();
    vertx
        .deployVerticle(
            () ->
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    Router router = Router.router(vertx);
                    return SseBridge.create(vertx, SseBridgeOptions.read(config))
                        .mount(router)
                        .compose(
                            v ->
                                vertx
                                    .createHttpServer()
                                    .requestHandler(router)
                                    .listen(0, "127.0.0.1"))
                        .onSuccess(server -> port.set(server.actualPort()));
                  }
                },
            new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
        .await();

    assertThat(status(vertx, HttpMethod.POST, port.get())).isEqualTo(202);
    await(log, "today");
    assertThat(status(vertx, HttpMethod.GET, port.get())).as("embedding.md says so").isEqualTo(200);
  }

  private static int status(Vertx vertx, HttpMethod method, int port) {
    io.vertx.core.http.HttpClient client = vertx.createHttpClient();
    return client
        .request(method, port, "127.0.0.1", "/days")
        .compose(
            request ->
                method.equals(HttpMethod.POST)
                    ? request.putHeader("content-type", "text/plain").send("today")
                    : request.send())
        .map(HttpClientResponse::statusCode)
        .eventually(client::close)
        .await();
  }

  /** Names that are made of two words, as those of nearly all classes are. */
  @Test
  void everyClassOfTheDesignExists() throws IOException {
    Set<String> files;
    try (Stream<Path> all = Files.walk(BASE.resolve("src"))) {
      files = all.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
    String design = Files.readString(BASE.resolve(PAGES).resolve("design.md"));
    CLASS_NAME
        .matcher(design)
        .results()
        .map(name -> name.group(1) + ".java")
        .forEach(file -> assertThat(files).contains(file));
  }

  @Test
  void everyReasonIsExplained() throws IOException {
    String protocol = Files.readString(BASE.resolve(PAGES).resolve("protocol.md"));
    for (GapReason reason : GapReason.values()) {
      assertThat(protocol).contains("\n| `" + reason.word() + "` |");
    }
    for (Start.Outcome outcome : Start.Outcome.values()) {
      assertThat(protocol).contains("`" + outcome.word() + "`:");
    }
    String embedding = Files.readString(BASE.resolve(PAGES).resolve("embedding.md"));
    for (CloseReason reason : CloseReason.values()) {
      assertThat(embedding).contains("`" + reason.word() + "`");
    }
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

  /** The bridge's own server, as far as a test has to look into it. */
  private static final class Watched extends SseBridgeVerticle {
    private volatile @Nullable SseBridge bridge;

    @Override
    protected void configure(SseBridge made, Router router) {
      bridge = made;
    }

    int openStreams() {
      SseBridge known = bridge;
      return known == null ? 0 : known.openStreams();
    }
  }

  private static List<Example> examples(String page, String language) throws IOException {
    String text = Files.readString(BASE.resolve(page));
    return BLOCK
        .matcher(text)
        .results()
        .filter(found -> found.group(1).equals(language))
        .map(found -> new Example(place(page, text, found.start(2)), found.group(2)))
        .toList();
  }

  /** Each command of its own. */
  private static List<Example> curls(String page) throws IOException {
    List<Example> commands = new ArrayList<>();
    for (Example example : examples(page, "sh")) {
      example
          .text()
          .lines()
          .filter(line -> line.contains("curl"))
          .filter(line -> !line.contains(":9180")) // of the admin port: AdminPortTest runs them
          .forEach(line -> commands.add(new Example(example.place() + ": " + line, line)));
    }
    return commands;
  }

  private static String place(String page, String text, int index) {
    return page + ":" + (1 + text.substring(0, index).chars().filter(c -> c == '\n').count());
  }

  /** The names that headings have as targets of links, as they are made on code-hosting sites. */
  private static List<String> anchors(Path file) throws IOException {
    return HEADING
        .matcher(withoutBlocks(Files.readString(file)))
        .results()
        .map(
            heading ->
                heading
                    .group(1)
                    .strip()
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .toList();
  }

  private static String withoutBlocks(String markdown) {
    return BLOCK.matcher(markdown).replaceAll(block -> block.group().replaceAll("[^\n]", ""));
  }

  private static String withoutCode(String markdown) {
    return INLINE_CODE.matcher(withoutBlocks(markdown)).replaceAll("");
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }

  private static void await(List<String> log, String line) {
    awaitThat(() -> log.contains(line), line + " in " + log);
  }

  /** Something that may fail while it is not so yet. */
  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void awaitThat(Condition condition, String what) {
    Deadline.await(
        () -> {
          try {
            return condition.holds();
          } catch (Exception notYet) {
            return false;
          }
        },
        () -> what);
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

  private static Process start(String command, Path output) throws IOException {
    return new ProcessBuilder("bash", "-c", command).redirectOutput(output.toFile()).start();
  }
}
