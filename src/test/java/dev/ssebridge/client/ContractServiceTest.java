package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks of the public contract-test harness, told again against our service. */
@Tag("slow")
class ContractServiceTest {
  private static Vertx vertx = Vertx.vertx();
  private static HttpClient caller = vertx.createHttpClient();
  private static int service;
  private static HttpServer callbackServer = vertx.createHttpServer();
  private static final ConcurrentMap<String, JsonObject> CALLBACKS = new ConcurrentHashMap<>();
  private static final AtomicInteger CLIENTS = new AtomicInteger();

  private UnrulyOrigin origin;
  private final List<String> locations = new ArrayList<>();
  private String client = "";
  private int seen;

  ContractServiceTest() throws Exception {
    origin = UnrulyOrigin.start();
  }

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    caller = vertx.createHttpClient();
    service = await(ContractService.start(vertx, 0, () -> {})).actualPort();
    callbackServer =
        await(
            vertx
                .createHttpServer()
                .requestHandler(ContractServiceTest::callback)
                .listen(0, "127.0.0.1"));
  }

  private static void callback(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              CALLBACKS.put(request.path(), body.toJsonObject());
              request.response().setStatusCode(202).end();
            });
  }

  @AfterAll
  static void stop() throws Exception {
    await(vertx.close());
  }

  @BeforeEach
  void newClient() {
    client = "/c" + CLIENTS.incrementAndGet();
    seen = 0;
  }

  @AfterEach
  void stopClients() throws Exception {
    for (String location : locations) {
      call(HttpMethod.DELETE, location, null);
    }
    origin.close();
  }

  // The service itself.

  @Test
  void tellsItsNameAndCapabilities() throws Exception {
    JsonObject description = await(call(HttpMethod.GET, "/", null).body()).toJsonObject();
    assertThat(description.getJsonArray("capabilities"))
        .contains("bom", "comments", "report", "restart", "x-closed", "x-pause")
        .doesNotContain("event-type-listeners");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{}",
        "{'streamUrl':'http://h/'}",
        "{'streamUrl':'nonsense','callbackUrl':'http://h'}",
        "{'streamUrl':5,'callbackUrl':'http://h'}",
        "{'streamUrl':'http://h/','callbackUrl':'nonsense'}",
        "{'streamUrl':'http://h/','callbackUrl':'http://h','xProxy':'nonsense'}",
        "{'streamUrl':'http://h/','callbackUrl':'http://h','headers':[]}",
        "{'streamUrl':'http://h/','callbackUrl':'http://h','initialDelayMs':-1}"
      })
  void badParametersAreAnsweredWith400(String body) throws Exception {
    assertThat(post("/", body).statusCode()).isEqualTo(400);
  }

  @Test
  void aParameterThatIsNullIsAsGoodAsNone() throws Exception {
    create(
        new JsonObject()
            .putNull("headers")
            .putNull("method")
            .putNull("body")
            .putNull("lastEventId")
            .putNull("xTokens")
            .putNull("xMaxEventBytes")
            .putNull("initialDelayMs"));
    assertThat(origin.next().method()).isEqualTo("GET");
  }

  @Test
  void unknownStreamsAndCommandsAreAnsweredWith404And400() throws Exception {
    String location = create(new JsonObject());
    assertThat(call(HttpMethod.DELETE, "/streams/none", null).statusCode()).isEqualTo(404);
    assertThat(post("/streams/none", "{'command':'restart'}").statusCode()).isEqualTo(404);
    assertThat(post(location, "{'command':'dance'}").statusCode()).isEqualTo(400);
    assertThat(post(location, "{'command':'listen','listen':{'type':'t'}}").statusCode())
        .isBetween(200, 299);
  }

  @Test
  void nothingIsCalledBackAfterADelete() throws Exception {
    String location = create(new JsonObject());
    Peer peer = origin.next().stream().send("data: 1\n\n");
    expectEvent("message", "1", "");
    assertThat(call(HttpMethod.DELETE, location, null).statusCode()).isEqualTo(204);
    peer.awaitClosed();
    assertThat(CALLBACKS.get(client + "/" + (seen + 1))).isNull();
  }

  // Basic parsing.

  static Stream<Arguments> parsing() {
    return Stream.of(
        Arguments.of("data: Hello\n\n", List.of("message|Hello|")),
        Arguments.of("event: greeting\ndata: Hello\n\n", List.of("greeting|Hello|")),
        Arguments.of("id: abc\ndata: Hello\n\n", List.of("message|Hello|abc")),
        Arguments.of("id: a\u0000b\ndata: Hello\n\n", List.of("message|Hello|")),
        Arguments.of("id: 1\ndata: a\n\ndata: b\n\n", List.of("message|a|1", "message|b|1")),
        Arguments.of("id: 1\ndata: a\n\nid\ndata: b\n\n", List.of("message|a|1", "message|b|")),
        Arguments.of("data: x\nid: 2\nevent: t\n\n", List.of("t|x|2")),
        Arguments.of("data: a\nfoo: b\ndata: c\n\n", List.of("message|a\nc|")),
        Arguments.of("data:a\n\ndata:  b\n\n", List.of("message|a|", "message| b|")),
        Arguments.of("data\n\ndata\ndata\n\n", List.of("message||", "message|\n|")),
        Arguments.of("data: \u20ac\ud83d\ude00\n\n", List.of("message|\u20ac\ud83d\ude00|")),
        Arguments.of("\ufeffdata: a\n\n", List.of("message|a|")),
        Arguments.of(
            "data: a\n\n\ufeffdata: b\n\ndata: \ufeff\n\n",
            List.of("message|a|", "message|\ufeff|")));
  }

  @ParameterizedTest
  @MethodSource("parsing")
  void parses(String stream, List<String> events) throws Exception {
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    for (int piece : new int[] {bytes.length, 1, 2}) {
      newClient();
      create(new JsonObject());
      Peer peer = origin.next().chunked();
      for (int at = 0; at < bytes.length; at += piece) {
        peer.chunk(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
      }
      for (String event : events) {
        String[] parts = event.split("\\|", -1);
        expectEvent(parts[0], parts[1], parts[2]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void lineFeeds(String end) throws Exception {
    String stream = "data: a~data: b~~event: t~data: c~~: x~~data: d~id: 1~~".replace("~", end);
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    for (int piece : new int[] {bytes.length, 1, 2}) {
      newClient();
      create(new JsonObject());
      Peer peer = origin.next().stream();
      for (int at = 0; at < bytes.length; at += piece) {
        peer.send(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
      }
      expectEvent("message", "a\nb", "");
      expectEvent("t", "c", "");
      assertThat(next().getString("comment")).isEqualTo(" x");
      expectEvent("message", "d", "1");
    }
  }

  @Test
  void aHundredMessagesStayInOrder() throws Exception {
    create(new JsonObject());
    Peer peer = origin.next().stream();
    for (int number = 0; number < 100; number++) {
      peer.send("data: " + number + "\n\n");
    }
    for (int number = 0; number < 100; number++) {
      expectEvent("message", "" + number, "");
    }
  }

  @Test
  void largeMessagesOfFiveAndTenMebibytes() throws Exception {
    create(new JsonObject());
    byte[] random = new byte[10 << 20];
    new Random(1).nextBytes(random);
    String large = Base64.getEncoder().encodeToString(random);
    String half = large.substring(0, 5 << 20);
    Peer peer = origin.next().chunked();
    peer.chunk("data: " + half + "\n\n");
    peer.chunk("data: " + half).chunk(large.substring(5 << 20) + "\n\n");
    expectEvent("message", half, "");
    expectEvent("message", large, "");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aByteOrderMarkInPiecesIsDropped(int first) throws Exception {
    byte[] stream = "\ufeffdata: a\n\n".getBytes(StandardCharsets.UTF_8);
    create(new JsonObject());
    Peer peer = origin.next().chunked();
    peer.chunk(Arrays.copyOf(stream, first));
    peer.chunk(Arrays.copyOfRange(stream, first, stream.length));
    expectEvent("message", "a", "");
  }

  @Test
  void aCommentIsReportedWhenItsLineEnds() throws Exception {
    create(new JsonObject());
    origin.next().stream().send(":Hello\n");
    assertThat(next()).isEqualTo(new JsonObject().put("kind", "comment").put("comment", "Hello"));
  }

  // HTTP behaviour.

  @Test
  void a204StopsForGood() throws Exception {
    create(new JsonObject().put("initialDelayMs", 0));
    origin.next().answer("204 No Content");
    assertThat(next().getString("kind")).isEqualTo("closed");
    assertThat(origin.poll(200)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirectsAreFollowed(int status) throws Exception {
    create(new JsonObject().put("lastEventId", "7"));
    origin.next().answer(status + " Moved", "Location: /other");
    Peer peer = origin.next();
    assertThat(peer.path()).isEqualTo("/other");
    assertThat(peer.header("last-event-id")).isEqualTo("7");
    peer.stream().send("data: there\n\n");
    expectEvent("message", "there", "7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"301 Moved|", "307 Moved|", "301 Moved|Location: ", "307 Moved|Location:"})
  void redirectsToNowhereAreErrors(String answer) throws Exception {
    create(new JsonObject().put("initialDelayMs", 0));
    String[] parts = answer.split("\\|", -1);
    origin.next().answer(parts[0], parts[1].isEmpty() ? "X: y" : parts[1]);
    assertThat(next().getString("kind")).isEqualTo("error");
  }

  @Test
  void methodBodyAndHeadersAreSent() throws Exception {
    create(
        new JsonObject()
            .put("method", "REPORT")
            .put("body", "{\"hello\": \"world\"}")
            .put(
                "headers", new JsonObject().put("content-type", "application/json").put("a", "b")));
    Peer peer = origin.next();
    assertThat(peer.method()).isEqualTo("REPORT");
    assertThat(peer.body()).isEqualTo("{\"hello\": \"world\"}");
    assertThat(peer.header("content-type")).isEqualTo("application/json");
    assertThat(peer.header("a")).isEqualTo("b");
  }

  // Reconnection.

  @Test
  void aRestartIsNoError() throws Exception {
    String location = create(new JsonObject().put("initialDelayMs", 0));
    origin.next().stream().send("data: Hello\n\n");
    expectEvent("message", "Hello", "");
    post(location, "{'command':'restart'}");
    origin.next().stream().send("data: Thanks\n\n");
    expectEvent("message", "Thanks", "");
  }

  @Test
  void aReadTimeoutIsAnErrorAndANewConnection() throws Exception {
    create(new JsonObject().put("initialDelayMs", 0).put("readTimeoutMs", 300));
    origin.next().stream().send("data: Hello\n\n");
    expectEvent("message", "Hello", "");
    assertThat(next().getString("kind")).isEqualTo("error");
    origin.next();
  }

  @Test
  void anUnfinishedEventAndItsIdAreDiscarded() throws Exception {
    create(new JsonObject().put("initialDelayMs", 0));
    origin.next().stream().send("id: 1\ndata: a\n\nid: 2\ndata: b\n").close();
    expectEvent("message", "a", "1");
    Peer second = origin.next();
    assertThat(second.header("last-event-id")).isEqualTo("1");
    second.stream().send("data: c\n\n");
    expectEvent("message", "c", "1");
  }

  // Our own.

  @Test
  void pauseHoldsEventsBackUntilResume() throws Exception {
    String location = create(new JsonObject());
    Peer peer = origin.next().stream().send("data: 1\n\n");
    expectEvent("message", "1", "");
    post(location, "{'command':'pause'}");
    peer.send("data: 2\n\ndata: 3\n\n");
    TimeUnit.MILLISECONDS.sleep(100);
    assertThat(CALLBACKS.get(client + "/" + (seen + 1))).isNull();
    post(location, "{'command':'resume'}");
    expectEvent("message", "2", "");
    expectEvent("message", "3", "");
  }

  @Test
  void aTooLargeEventIsAnErrorAndItsIdIsNotTaken() throws Exception {
    create(new JsonObject().put("initialDelayMs", 0).put("xMaxEventBytes", 100));
    origin.next().stream().send("id: 1\ndata: a\n\nid: 2\ndata: " + "x".repeat(200));
    expectEvent("message", "a", "1");
    assertThat(next().getString("error")).contains("EVENT_TOO_LARGE");
    assertThat(origin.next().header("last-event-id")).isEqualTo("1");
  }

  @Test
  void everyConnectionSendsItsToken() throws Exception {
    create(
        new JsonObject()
            .put("initialDelayMs", 0)
            .put("xTokens", new JsonArray().add("a").add("b").add("c")));
    Peer first = origin.next();
    assertThat(first.header("authorization")).isEqualTo("Bearer a");
    first.answer("401 Unauthorized");
    Peer second = origin.next();
    assertThat(second.header("authorization")).isEqualTo("Bearer b");
    second.stream().send("data: x\n\n").close();
    assertThat(origin.next().header("authorization")).isEqualTo("Bearer c");
  }

  @Test
  void a404ClosesAndSaysSo() throws Exception {
    create(new JsonObject());
    origin.next().answer("404 Not Found");
    assertThat(next().getString("error")).contains("404");
    assertThat(next().getString("kind")).isEqualTo("closed");
  }

  private String create(JsonObject parameters) throws Exception {
    JsonObject all =
        new JsonObject()
            .put("streamUrl", origin.url("/stream"))
            .put("callbackUrl", "http://127.0.0.1:" + callbackServer.actualPort() + client)
            .put("tag", "x")
            .mergeIn(parameters);
    HttpClientResponse response = call(HttpMethod.POST, "/", all.toBuffer());
    assertThat(response.statusCode()).isEqualTo(201);
    String location = Objects.requireNonNull(response.getHeader("location"));
    locations.add(location);
    return location;
  }

  private static HttpClientResponse post(String path, String json) throws Exception {
    return call(HttpMethod.POST, path, Buffer.buffer(json.replace('\'', '"')));
  }

  private static HttpClientResponse call(HttpMethod method, String path, @Nullable Buffer body)
      throws Exception {
    return await(
        caller
            .request(method, service, "127.0.0.1", path)
            .compose(
                request ->
                    request
                        .send(body == null ? Buffer.buffer() : body)
                        .compose(response -> response.body().map(response))));
  }

  private void expectEvent(String type, String data, String id) {
    JsonObject callback = next();
    assertThat(callback.getString("kind")).as(callback.encode()).isEqualTo("event");
    JsonObject event = callback.getJsonObject("event");
    assertThat(event.getString("data")).isEqualTo(data);
    assertThat(event.getString("type")).isEqualTo(type);
    assertThat(event.getString("id")).isEqualTo(id);
  }

  private JsonObject next() {
    String path = client + "/" + ++seen;
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      JsonObject callback = CALLBACKS.get(path);
      if (callback != null) {
        return callback;
      }
      assertThat(System.nanoTime()).as("call-back %s", path).isLessThan(until);
      Thread.onSpinWait();
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
