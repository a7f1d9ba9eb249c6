package dev.ssebridge.internal.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.testing.AdminDescription;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import dev.ssebridge.testing.Wire;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.impl.UserContextInternal;
import io.vertx.junit5.VertxExtension;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.mediatype.ContentAnalyserFactory;
import io.vertx.openapi.mediatype.MediaTypePredicate;
import io.vertx.openapi.mediatype.MediaTypeRegistry;
import io.vertx.openapi.mediatype.impl.DefaultMediaTypeRegistration;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin interface on the router of an application, over HTTP. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class MountedAdminTest {
  private static final HttpClient CLIENT = HttpCalls.client();
  private static final String READ = "reader-reader-reader";
  private static final String WRITE = "writer-writer-writer";
  private static final String ANN = "ann-ann-ann-ann-ann";
  private static final String BEN = "ben-ben-ben-ben-ben";

  /** What is read by those who may. */
  private static final List<String> GUARDED =
      List.of("/streams", "/channels", "/sources", "/stats", "/config", "/whoami", "/openapi.json");

  private static final List<String> READ_ONLY =
      Stream.concat(Stream.of("/live", "/ready", "/metrics"), GUARDED.stream()).toList();

  private static final String CONFIG =
      "{'http':{'hosts':['127.0.0.1','localhost']},"
          + "'routes':{'n':{'path':'/n','address':'n','auth':'none'},"
          + "'own':{'path':'/own','address':'own'},"
          + "'rooms':{'path':'/rooms/:room','address':'rooms.{room}','auth':'none'}},"
          + "'admin':{'bodyTimeout':'300ms'},'auth':{'revocations':'revoked','tokens':{"
          + "'reader':{'token':'"
          + READ
          + "','admin':'read'},'writer':{'token':'"
          + WRITE
          + "','admin':'write'},"
          + "'ann':{'token':'"
          + ANN
          + "','subscribe':['own']},'ben':{'token':'"
          + BEN
          + "','subscribe':['own']}}}}";

  private final AdminDescription description = new AdminDescription();
  private final SseProbes probes = new SseProbes();
  private final Vertx vertx;
  private final SseBridge bridge;
  private final int port;

  MountedAdminTest(Vertx vertx) {
    this.vertx = vertx;
    SseBridgeOptions options = new SseBridgeOptions(BridgeFixture.json(CONFIG));
    bridge = SseBridge.create(vertx, options);
    Router router = Router.router(vertx);
    Router admin = Router.router(vertx);
    bridge.mountAdmin(admin);
    router.route("/admin/*").subRouter(admin);
    BridgeFixture.get(bridge.mount(router));
    port =
        BridgeFixture.get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
            .actualPort();
  }

  @AfterEach
  void close() {
    probes.close();
    BridgeFixture.get(bridge.close());
  }

  private HttpResponse<String> ask(String method, String path, String token, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/admin" + path))
            .timeout(Deadline.PATIENCE)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  /** The same, with a look at what is described. */
  private HttpResponse<String> ask(
      String method, String path, String query, String token, String body) throws Exception {
    HttpResponse<String> answer =
        ask(
            method,
            path.replace("{id}", "a-1").replace("{name}", "s").replace("{command}", "pause")
                + query,
            token,
            body);
    description.require(method, path, answer);
    return answer;
  }

  /** The same as it goes over the wire, with what follows the token. */
  private SseProbe wire(String request, String token, String rest) {
    return probes.raw(
        port,
        request
            + " HTTP/1.1\r\nHost: 127.0.0.1:"
            + port
            + "\r\nAuthorization: Bearer "
            + token
            + "\r\n"
            + rest);
  }

  private SseProbe open(String target, String... headers) {
    SseProbe probe = probes.get(port, target, headers);
    probe.awaitOpen();
    return probe;
  }

  private JsonArray streams(String query) throws Exception {
    HttpResponse<String> answer = ask("GET", "/streams", query, READ, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body()).getJsonArray("streams");
  }

  @Test
  void theDescriptionIsOneOfOpenApi() {
    MediaTypeRegistry types =
        MediaTypeRegistry.createDefault()
            .register(
                new DefaultMediaTypeRegistration(
                    MediaTypePredicate.ofExactTypes(
                        "application/problem+json", "text/event-stream"),
                    ContentAnalyserFactory.noop()));
    OpenAPIContract contract =
        BridgeFixture.get(
            OpenAPIContract.builder(vertx)
                .setContract(description.whole())
                .mediaTypeRegistry(types)
                .build());
    assertThat(contract.operations()).hasSizeGreaterThan(15);
  }

  @Test
  void everyOperationIsForWhoIsGrantedSoMuchAndAnswersAsItIsDescribed() throws Exception {
    String[][] rows = {
      // method, path, body, status for who may read, status for who may write
      {"GET", "/streams", "", "200", "200"},
      {"POST", "/streams", "", "403", "400"},
      {"DELETE", "/streams/{id}", "", "403", "404"},
      {"POST", "/revocations", "{\"subject\":\"zoe\"}", "403", "200"},
      {"GET", "/channels", "", "200", "200"},
      {"GET", "/sources", "", "200", "200"},
      {"PUT", "/sources/{name}", "{}", "403", "409"},
      {"DELETE", "/sources/{name}", "", "403", "404"},
      {"POST", "/sources/{name}/{command}", "", "403", "404"},
      {"GET", "/stats", "", "200", "200"},
      {"GET", "/config", "", "200", "200"},
      {"GET", "/whoami", "", "200", "200"},
      {"GET", "/openapi.json", "", "200", "200"},
    };
    for (String[] row : rows) {
      String operation = row[0] + " " + row[1];
      assertThat(ask(row[0], row[1], "", "", row[2]).statusCode()).as(operation).isEqualTo(401);
      assertThat(ask(row[0], row[1], "", "no-such-token-here", row[2]).statusCode())
          .as(operation)
          .isEqualTo(401);
      assertThat(ask(row[0], row[1], "", ANN, row[2]).statusCode()).as(operation).isEqualTo(403);
      assertThat(ask(row[0], row[1], "", READ, row[2]).statusCode())
          .as(operation)
          .isEqualTo(Integer.parseInt(row[3]));
      assertThat(ask(row[0], row[1], "", WRITE, row[2]).statusCode())
          .as(operation)
          .isEqualTo(Integer.parseInt(row[4]));
      assertThat(ask(row[0], row[1], "?nonsense=1", WRITE, row[2]).statusCode())
          .as(operation)
          .isEqualTo(400);
    }
    for (String path : List.of("/live", "/ready", "/metrics")) {
      assertThat(ask("GET", path, "", "", "").statusCode()).as(path).isEqualTo(200);
    }
    assertThat(description.operations())
        .as("but for those of the program alone")
        .containsAll(description.seen())
        .hasSize(description.seen().size() + 3);
    assertThat(ask("POST", "/reload", WRITE, "").statusCode()).isEqualTo(404);
  }

  @Test
  void decisionsAreCounted() throws Exception {
    ask("GET", "/streams", "", READ, "");
    ask("GET", "/streams", "", ANN, "");
    ask("GET", "/streams", "", "", "");
    String metrics = ask("GET", "/metrics", "", "", "").body();
    for (String result : List.of("permitted", "forbidden", "missing")) {
      assertThat(metrics.lines().filter(line -> line.contains("\"admin\"")))
          .as(metrics)
          .anyMatch(line -> line.contains(result) && line.endsWith(" 1"));
    }
  }

  @Test
  void noSecretIsInTheConfigurationThatIsTold() throws Exception {
    String told = ask("GET", "/config", "", READ, "").body();
    assertThat(told).contains("rooms.{room}").doesNotContain(READ, WRITE, ANN, BEN);
    JsonObject all = new JsonObject(told);
    assertThat(all.getJsonObject("http").getString("drain")).as("a default").isEqualTo("5s");
    assertThat(all.getJsonObject("auth").getJsonObject("tokens").getJsonObject("ann"))
        .isEqualTo(
            new JsonObject()
                .put("token", "***")
                .put("subscribe", new JsonArray().add("own"))
                .putNull("publish")
                .putNull("admin")
                .putNull("authorities"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void routesThatAreAddedAndRemovedAreInTheConfigurationWhoeverDidIt(boolean byAnother)
      throws Exception {
    SseBridge who =
        byAnother
            ? SseBridge.create(vertx, new SseBridgeOptions(BridgeFixture.json(CONFIG)))
            : bridge;
    if (byAnother) {
      BridgeFixture.get(who.mount(Router.router(vertx)));
    }
    BridgeFixture.get(who.addRoute("more", new RouteOptions("/more", "more")));
    BridgeFixture.get(who.removeRoute("n"));
    assertThat(
            new JsonObject(ask("GET", "/config", "", READ, "").body())
                .getJsonObject("routes")
                .fieldNames())
        .containsExactlyInAnyOrder("own", "rooms", "more");
    BridgeFixture.get(who.close());
  }

  @Test
  void whatWasAskedForWronglyIsToldAsWhatWasExpected() throws Exception {
    String[][] rows = {
      {"/streams", "?sort=slowest", "opened, lag, age, waiting, delivered, missed"},
      {"/streams", "?limit=0", "1..1000"},
      {"/streams", "?limit=1001", "1..1000"},
      {"/streams", "?limit=x", "1..1000"},
      {"/streams", "?route=a&route=b", "one value"},
      {"/channels", "?sort=lag", "subscribers, events, bytes, rate"},
      {"/channels", "?subject=ann", "route, sort, limit"},
      {"/stats", "?x", "none"},
    };
    for (String[] row : rows) {
      HttpResponse<String> answer = ask("GET", row[0], row[1], READ, "");
      assertThat(answer.statusCode()).as(row[1]).isEqualTo(400);
      for (String word : row[2].split(", ", -1)) {
        assertThat(answer.body()).contains(word);
      }
    }
    HttpResponse<String> method = ask("PATCH", "/streams", WRITE, "");
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.headers().firstValue("allow")).contains("GET, HEAD, POST");
    String large = "{\"subject\":\"" + "x".repeat(70_000) + "\"}";
    assertThat(ask("POST", "/revocations", "", WRITE, large).statusCode()).isEqualTo(413);
    for (String body : List.of("", "[]", "{}", "{\"subject\":1}", "nonsense", "{\"x\":1}")) {
      HttpResponse<String> answer = ask("POST", "/revocations", "", WRITE, body);
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
    }
  }

  @Test
  void aPageOfAnotherSiteChangesNothing() {
    for (String header :
        List.of("Origin: https://evil.example", "Sec-Fetch-Site: cross-site", "Origin: null")) {
      SseProbe probe =
          wire("POST /admin/streams?route=n", WRITE, header + "\r\nContent-Length: 0\r\n\r\n");
      assertThat(probe.status()).as(header).isEqualTo(403);
    }
  }

  @Test
  void aPageOfAnotherSiteReadsNothingEither() {
    SseProbe probe =
        wire(
            "GET /admin/stats",
            READ,
            "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n\r\n");
    assertThat(probe.status()).isEqualTo(403);
  }

  @Test
  void whatProbesByHeadIsAnswered() throws Exception {
    for (String path : READ_ONLY) {
      assertThat(ask("HEAD", path, READ, "").statusCode()).as(path).isEqualTo(200);
    }
    for (String path : GUARDED) {
      HttpHeaders answer = ask("HEAD", path, READ, "").headers();
      HttpHeaders whole = ask("GET", path, READ, "").headers();
      assertThat(answer.firstValue("content-type"))
          .as(path)
          .isEqualTo(whole.firstValue("content-type"));
      assertThat(answer.firstValue("content-length")).as(path).isPresent();
      assertThat(ask("HEAD", path, "", "").statusCode()).as(path).isEqualTo(401);
    }
  }

  @Test
  void whatProbesByHeadGetsAWholeAnswerWithoutABodyOverHttp2() {
    try (SseProbes http2 = new SseProbes(Wire.H2C)) {
      for (String path : READ_ONLY) {
        SseProbe probe =
            http2
                .request(port, "HEAD", "/admin" + path, "authorization: Bearer " + READ)
                .awaitEnd();
        assertThat(probe.status()).as(path).isEqualTo(200);
        assertThat(probe.body()).as(path).isEmpty();
        assertThat(probe.isComplete()).as(path).isTrue();
      }
    }
  }

  @Test
  void aBodyThatComesTooSlowlyIsNotWaitedFor() {
    SseProbe slow = wire("POST /admin/revocations", WRITE, "Content-Length: 10\r\n\r\n{");
    assertThat(slow.status()).isEqualTo(408);
    slow.awaitDisconnect();
  }

  @Test
  void aClientThatSaysMuchOfItselfIsCutShort() throws Exception {
    open("/n", "User-Agent: " + "x".repeat(6000));
    assertThat(streams("?limit=1").getJsonObject(0).getString("userAgent")).hasSize(256);
  }

  @Test
  void answersThatAreNotTakenAreKeptInABoundedNumber() {
    Underway few = new Underway(2);
    Buffer large = Buffer.buffer("x".repeat(32 * 1024 * 1024));
    Router router = Router.router(vertx);
    router.route().handler(few.bounded(context -> Underway.end(context, large)));
    int own = listen(router);
    SseProbe first = probes.raw(own, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    first.stopReading();
    SseProbe second = probes.raw(own, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    second.stopReading();
    Deadline.await(() -> status(own, "/") == 503, () -> "one too many");
    assertThat(probes.get(own, "/").header("retry-after")).isEqualTo("1");
    first.close();
    Deadline.await(() -> status(own, "/") == 200, () -> "room again");
  }

  @Test
  void whatIsStillBeingMadeForSomebodyWhoHasGoneCountsAsWell() {
    Underway few = new Underway(1);
    Promise<Buffer> making = Promise.promise();
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            few.bounded(
                context ->
                    making
                        .future()
                        .onSuccess(made -> Underway.end(context, made))
                        .onComplete(made -> Underway.made(context))));
    int own = listen(router);
    SseProbe gone = probes.raw(own, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    Deadline.await(() -> status(own, "/") == 503, () -> "one too many");
    gone.reset();
    assertThat(status(own, "/")).isEqualTo(503);
    making.complete(Buffer.buffer("made"));
    Deadline.await(() -> status(own, "/") == 200, () -> "room again");
  }

  @Test
  void whoIsRevokedGetsNoFiguresAnyMore() throws Exception {
    SseProbe stats =
        probes.get(
            port, "/admin/stats", "Accept: text/event-stream", "Authorization: Bearer " + READ);
    Deadline.await(() -> !stats.data().isEmpty(), () -> "figures");
    ask("POST", "/revocations", "", WRITE, "{\"subject\":\"reader\"}");
    stats.awaitEnd();
  }

  @Test
  void listenersThatLeaveLeaveTheirPlaces() {
    String read = "Authorization: Bearer " + READ;
    for (int i = 0; i < 2 * StatsPath.MOST_LISTENERS; i++) {
      SseProbe leaving = probes.get(port, "/admin/stats", "Accept: text/event-stream", read);
      if (i % 2 == 0) {
        leaving.reset();
      } else {
        leaving.close();
      }
    }
    Deadline.await(
        () -> probes.get(port, "/admin/stats", "Accept: text/event-stream", read).status() == 200,
        () -> "a place");
  }

  @Test
  void whatIsMountedEndsWithItsBridge() throws Exception {
    SseProbe stats =
        probes.get(
            port, "/admin/stats", "Accept: text/event-stream", "Authorization: Bearer " + READ);
    Deadline.await(() -> !stats.data().isEmpty(), () -> "figures");
    BridgeFixture.get(bridge.close());
    stats.awaitEnd();
    assertThat(ask("GET", "/streams", "", READ, "").statusCode()).isEqualTo(503);
  }

  @Test
  void aClientOfHttp10ThatWouldKeepItsConnectionSeesTheEndOfTheFigures() {
    SseProbe stats =
        probes.raw(
            port,
            "GET /admin/stats HTTP/1.0\r\nConnection: keep-alive\r\nAccept: text/event-stream\r\n"
                + "Authorization: Bearer "
                + READ
                + "\r\n\r\n");
    Deadline.await(() -> !stats.data().isEmpty(), () -> "figures");
    assertThat(stats.header("connection")).isEqualTo("close");
    BridgeFixture.get(bridge.close());
    stats.awaitDisconnect();
  }

  @Test
  void anotherHostThanThoseThatAreNamedIsToldNothing() {
    SseProbe probe =
        probes.raw(
            port,
            "GET /admin/config HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer "
                + READ
                + "\r\n\r\n");
    assertThat(probe.status()).isEqualTo(421);
  }

  @Test
  void aStreamIsToldAndEndedByItsId() throws Exception {
    SseProbe one = open("/rooms/a", "User-Agent: probe one");
    SseProbe other = open("/own", "Authorization: Bearer " + ANN);
    vertx.eventBus().publish("rooms.a", "hello");
    one.awaitData("hello");

    JsonObject found = streams("?route=rooms").getJsonObject(0);
    assertThat(found.getString("userAgent")).isEqualTo("probe one");
    assertThat(found.getString("remote")).isEqualTo("127.0.0.1");
    assertThat(found.getLong("delivered")).isEqualTo(1);
    assertThat(found.getLong("lagEvents")).isZero();
    assertThat(found.getValue("user")).isNull();
    assertThat(found.getJsonArray("channel")).containsExactly("rooms.a");
    JsonObject second = streams("?subject=ann").getJsonObject(0);
    assertThat(second.getString("user")).isEqualTo("ann");

    assertThat(ask("DELETE", "/streams/" + found.getString("id"), WRITE, "").statusCode())
        .isEqualTo(204);
    one.awaitEnd();
    assertThat(ask("DELETE", "/streams/" + found.getString("id"), WRITE, "").statusCode())
        .isEqualTo(404);
    vertx.eventBus().publish("own", "still");
    other.awaitData("still");
  }

  @Test
  void ofAThousandStreamsThoseOfOneUserEndAndTheOthersLoseNothing() throws Exception {
    List<SseProbe> ann = new ArrayList<>();
    List<SseProbe> ben = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      ann.add(probes.get(port, "/own", "Authorization: Bearer " + ANN));
      ben.add(probes.get(port, "/own", "Authorization: Bearer " + BEN));
    }
    ann.forEach(SseProbe::awaitOpen);
    ben.forEach(SseProbe::awaitOpen);

    HttpResponse<String> all = ask("GET", "/streams", "?limit=7", READ, "");
    assertThat(new JsonObject(all.body()).getLong("count")).isEqualTo(1000);
    assertThat(new JsonObject(all.body()).getJsonArray("streams")).hasSize(7);
    HttpResponse<String> ended = ask("POST", "/streams", "?subject=ann", WRITE, "");
    assertThat(ended.body()).isEqualTo("{\"ended\":500}");

    ann.forEach(SseProbe::awaitEnd);
    vertx.eventBus().publish("own", "for ben");
    for (SseProbe each : ben) {
      each.awaitData("for ben");
    }
    assertThat(bridge.openStreams()).isEqualTo(500);
  }

  @Test
  void whoIsRevokedIsEndedAndDoesNotComeBack() throws Exception {
    SseProbe ann = open("/own", "Authorization: Bearer " + ANN);
    SseProbe ben = open("/own", "Authorization: Bearer " + BEN);
    HttpResponse<String> ended = ask("POST", "/revocations", "", WRITE, "{\"subject\":\"ann\"}");
    assertThat(ended.statusCode()).isEqualTo(200);
    ann.awaitEnd();
    assertThat(probes.get(port, "/own", "Authorization: Bearer " + ANN).status()).isEqualTo(401);
    vertx.eventBus().publish("own", "for ben");
    ben.awaitData("for ben");
  }

  @Test
  void theSlowestTenAreTheSlowestTen() throws Exception {
    int slow = 10;
    List<SseProbe> fast = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      fast.add(open("/n", "User-Agent: fast"));
    }
    List<SseProbe> stuck = new ArrayList<>();
    for (int i = 0; i < slow; i++) {
      SseProbe probe = open("/n", "User-Agent: slow");
      probe.stopReading();
      stuck.add(probe);
    }
    String large = "x".repeat(64 * 1024);
    List<Integer> numbers = IntStream.range(0, 200).boxed().toList();
    for (int i : numbers) {
      vertx.eventBus().publish("n", large + i);
      fast.get(0).awaitEvents(i + 1); // so that none is dropped on the way
    }
    fast.forEach(each -> each.awaitEvents(200));
    Deadline.await(
        () -> tenSlowest().stream().allMatch("slow"::equals), () -> "ten: " + tenSlowest());
    for (String order : List.of("age", "waiting")) {
      assertThat(agents(streams("?limit=10&sort=" + order)))
          .as(order)
          .containsOnly("slow")
          .hasSize(slow);
    }
    JsonArray first = streams("?limit=1&sort=lag");
    assertThat(first.getJsonObject(0).getLong("lagEvents")).isPositive();
    assertThat(first.getJsonObject(0).getLong("waitingBytes")).isPositive();
    stuck.forEach(SseProbe::close);
  }

  private List<String> tenSlowest() {
    try {
      return agents(streams("?limit=10&sort=lag"));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> agents(JsonArray streams) {
    List<String> agents = new ArrayList<>();
    streams.forEach(each -> agents.add(((JsonObject) each).getString("userAgent")));
    return agents;
  }

  @Test
  void channelsAreToldWithWhatTheyRetain() throws Exception {
    SseProbe a = open("/rooms/a");
    SseProbe b = open("/rooms/a");
    SseProbe c = open("/rooms/c");
    for (int i = 0; i < 20; i++) {
      vertx.eventBus().publish("rooms.c", "c" + i);
    }
    vertx.eventBus().publish("rooms.a", "a");
    a.awaitData("a");
    b.awaitData("a");
    c.awaitData("c19");

    JsonObject told = new JsonObject(ask("GET", "/channels", "?route=rooms", READ, "").body());
    assertThat(told.getLong("count")).isEqualTo(2);
    JsonObject first = told.getJsonArray("channels").getJsonObject(0);
    assertThat(first.getJsonArray("addresses")).containsExactly("rooms.a");
    assertThat(first.getInteger("subscribers")).isEqualTo(2);
    assertThat(first.getLong("events")).isEqualTo(1);
    assertThat(first.getString("from")).isEqualTo(first.getString("to"));
    JsonObject most =
        new JsonObject(ask("GET", "/channels", "?sort=rate&limit=1", READ, "").body())
            .getJsonArray("channels")
            .getJsonObject(0);
    assertThat(most.getJsonArray("addresses")).containsExactly("rooms.c");
    assertThat(most.getDouble("eventsPerSecond")).isPositive();
    assertThat(most.getLong("bytes")).isPositive();
  }

  @Test
  void figuresComeOnceASecondAsEvents() throws Exception {
    String read = "Authorization: Bearer " + READ;
    SseProbe stats = probes.get(port, "/admin/stats", "Accept: text/event-stream", read);
    Deadline.await(() -> stats.data().size() >= 2, () -> "two: " + stats.data());
    JsonObject figures = new JsonObject(stats.data().get(0));
    assertThat(figures.getJsonObject("routes").fieldNames()).contains("n", "own", "rooms");
    assertThat(figures.getJsonObject("memory").getLong("heapUsed")).isPositive();

    List<SseProbe> more = new ArrayList<>();
    for (int i = 1; i < StatsPath.MOST_LISTENERS; i++) {
      more.add(probes.get(port, "/admin/stats", "Accept: text/event-stream", read));
    }
    more.forEach(each -> assertThat(each.status()).isEqualTo(200));
    SseProbe tooMany = probes.get(port, "/admin/stats", "Accept: text/event-stream", read);
    assertThat(tooMany.status()).isEqualTo(503);
    more.get(0).close();
    Deadline.await(
        () -> probes.get(port, "/admin/stats", "Accept: text/event-stream", read).status() == 200,
        () -> "a free place");
  }

  @Test
  void withoutAuthItIsNotMounted() {
    SseBridge open =
        SseBridge.create(
            vertx,
            new SseBridgeOptions(
                BridgeFixture.json("{'routes':{'n':{'path':'/n','address':'n'}}}")));
    assertThatThrownBy(() -> open.mountAdmin(Router.router(vertx)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("auth");
  }

  @Test
  void whoIsGrantedByTheApplicationsOwnHandlerMayUseIt() throws Exception {
    SseBridge own =
        SseBridge.create(
            vertx,
            new SseBridgeOptions(
                BridgeFixture.json(
                    "{'routes':{'n':{'path':'/n','address':'n'}},"
                        + "'auth':{'router':{'app':{}}},'admin':{'readAuthority':'ops'}}")));
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            context -> {
              JsonObject user = new JsonObject().put("sub", "ann");
              String role = context.request().getHeader("role");
              if (role != null) {
                user.put("permissions", new JsonArray().add(role));
              }
              ((UserContextInternal) context.userContext()).setUser(User.create(user));
              context.next();
            });
    own.mountAdmin(router);
    BridgeFixture.get(own.mount(router));
    int other =
        BridgeFixture.get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
            .actualPort();
    assertThat(probes.get(other, "/streams", "role: ops").status()).isEqualTo(200);
    assertThat(probes.get(other, "/streams", "role: dev").status()).isEqualTo(403);
    assertThat(
            probes
                .raw(
                    other,
                    "POST /streams?route=n HTTP/1.1\r\nHost: localhost\r\nrole: ops\r\nContent-Length: 0\r\n\r\n")
                .status())
        .isEqualTo(403);
    BridgeFixture.get(own.close());
  }

  @Test
  void aLoopThatIsHeldIsToldUntilItGoesOn() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    SseBridge holding =
        SseBridge.create(
            vertx,
            new SseBridgeOptions(
                BridgeFixture.json(
                    "{'routes':{'n':{'path':'/n','address':'n','auth':'none'},"
                        + "'held':{'path':'/held','address':'n','auth':'none'}},"
                        + "'auth':{'router':{'app':{}}},'admin':{'loopTimeout':'200ms'}}")));
    holding.subscribeHandler(
        "held",
        request -> {
          try {
            held.await();
            request.accept();
          } catch (InterruptedException e) {
            request.refuse(503, "interrupted");
          }
        });
    Router streams = Router.router(vertx);
    BridgeFixture.get(holding.mount(streams));
    Router admin = Router.router(vertx);
    holding.mountAdmin(admin);
    int streamsPort = listen(streams);
    int adminPort = listen(admin);
    try {
      probes.get(streamsPort, "/n").awaitOpen();
      assertThat(probes.get(adminPort, "/live").status()).isEqualTo(200);
      SseProbe waiting = probes.get(streamsPort, "/held");

      Deadline.await(() -> status(adminPort, "/live") == 503, () -> "not live");
      assertThat(status(adminPort, "/ready")).isEqualTo(503);
      SseProbe why = probes.get(adminPort, "/live");
      why.awaitEnd();
      assertThat(why.body()).contains("has not answered within 200 ms");

      held.countDown();
      waiting.awaitOpen();
      Deadline.await(() -> status(adminPort, "/ready") == 200, () -> "ready again");
    } finally {
      held.countDown();
      BridgeFixture.get(holding.close());
    }
  }

  /** On a loop of its own. */
  private int listen(Router router) {
    HttpServer server = vertx.createHttpServer().requestHandler(router);
    BridgeFixture.get(
        vertx.deployVerticle(
            new VerticleBase() {
              @Override
              public Future<?> start() {
                return server.listen(0, "127.0.0.1");
              }
            }));
    return server.actualPort();
  }

  private int status(int of, String path) {
    return probes.get(of, path).status();
  }

  @Test
  void aSourceThatTheApplicationHasAddedIsItsOwnToStop() throws Exception {
    SseClientVerticle client = new SseClientVerticle(new SseBridgeOptions());
    BridgeFixture.get(vertx.deployVerticle(client));
    BridgeFixture.get(
        client.addSource("its", new SourceOptions("http://127.0.0.1:" + port + "/n", "copy")));
    HttpResponse<String> answer = ask("POST", "/sources/its/pause", WRITE, "");
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("the application");
    assertThat(ask("POST", "/sources/its/resume", WRITE, "").statusCode()).isEqualTo(204);
    assertThat(ask("GET", "/sources", READ, "").body())
        .contains("\"its\"")
        .doesNotContain("paused");
  }

  @Test
  void whatIsRevokedHereIsToldToOthersAndNotDoneTwice() throws Exception {
    List<Object> told = new CopyOnWriteArrayList<>();
    BridgeFixture.get(
        vertx.eventBus().consumer("revoked", message -> told.add(message.body())).completion());
    try (LogRecorder log = LogRecorder.of("dev.ssebridge.internal.auth.Revocations")) {
      open("/own", "Authorization: Bearer " + ANN);
      HttpResponse<String> ended = ask("POST", "/revocations", "", WRITE, "{\"subject\":\"ann\"}");
      assertThat(ended.body()).isEqualTo("{\"ended\":1}");
      Deadline.await(() -> !told.isEmpty(), () -> "that others are told");
      // A message from elsewhere, behind the own one.
      BridgeFixture.get(
          vertx.eventBus().request("revoked", new JsonObject().put("subject", "nobody")));
      assertThat(log.messages())
          .containsExactly(
              "auth.revocations: streams ended here: 1", "auth.revocations: streams ended here: 0");
    }
    assertThat(told.get(0)).isEqualTo(new JsonObject().put("subject", "ann"));
  }
}
