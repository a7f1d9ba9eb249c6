package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What whoever sends commands over the event bus may do, and what not. */
class SourceControlTest {
  private static final String ADDRESS = "sse.sources";

  // As many loops as instances, however few cores there are.
  private Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(4));
  private UnrulyOrigin origin;
  private @TempDir Path directory;

  SourceControlTest() throws IOException {
    origin = UnrulyOrigin.start();
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    origin.close();
  }

  @BeforeEach
  void writeSecret() throws IOException {
    Files.writeString(directory.resolve("token"), "s3cret");
    Files.writeString(directory.resolve("other"), "0ther");
    Files.createDirectory(directory.resolve("cursors"));
  }

  @Test
  void nothingMayBeUsedThatIsNotNamed() throws Exception {
    deploy(allow().put("hosts", new JsonArray().add("localhost").add("127.0.0.1:9")), 1);
    refused(403, "/url: expected a host that control.allow.hosts names", source());
    refused(
        403,
        "/proxy: expected a host",
        source().put("url", "http://localhost/").put("proxy", "http://10.0.0.1:3128"));
    JsonObject local = source().put("url", "http://LOCALHOST:" + origin.port() + "/");
    refused(
        403,
        "/auth: expected a secret that control.allow.secrets names",
        local.copy().put("auth", bearer("file:" + directory.resolve("other"))));
    refused(
        403,
        "/auth: expected a secret",
        local.copy().put("auth", bearer("file:" + directory + "/./token")));
    refused(403, "/auth: expected a secret", local.copy().put("auth", bearer("env:HOME")));
    refused(
        403,
        "/ca: expected a file that control.allow.secrets names",
        source().put("url", "https://localhost/").put("ca", directory.resolve("other").toString()));
    for (String file : Set.of("cursor", "cursors/../token", "cursors/a/b", "cursors")) {
      refused(403, "/cursor: expected a file", local.copy().put("cursor", directory + "/" + file));
    }
    assertThat(origin.poll(100)).isNull();

    await(
        add(
            "x",
            local
                .put("auth", bearer("file:" + directory.resolve("token")))
                .put("cursor", directory + "/cursors/x")));
    Peer peer = origin.next();
    assertThat(peer.header("authorization")).isEqualTo("Bearer s3cret");
  }

  @Test
  void withoutAListNothingMayBeAddedAtAll() throws Exception {
    deploy(new JsonObject(), 1);
    refused(403, "control.allow.hosts", source());
  }

  @Test
  void aServerCannotLeadASourceToAHostThatIsNotNamed() throws Exception {
    try (UnrulyOrigin other = UnrulyOrigin.start()) {
      deploy(allow().put("hosts", new JsonArray().add("127.0.0.1:" + origin.port())), 1);
      await(add("x", source().put("retry", 10).put("maxRetry", 10)));
      for (int answer = 0; answer < 3; answer++) {
        origin.next().answer("302 Found", "Location: " + other.url("/"));
      }
      assertThat(other.poll(100)).isNull();
    }
  }

  @Test
  void whatIsWrittenInASourceStandsForNothingElse() throws Exception {
    deploy(allow(), 1);
    await(
        add(
            "x",
            source()
                .put(
                    "headers",
                    new JsonObject()
                        .put("x-a", "env:HOME")
                        .put("x-b", "file:" + directory.resolve("other"))
                        .put("x-c", "${HOME}"))));
    Peer peer = origin.next();
    assertThat(peer.header("x-a")).isEqualTo("env:HOME");
    assertThat(peer.header("x-b")).startsWith("file:");
    assertThat(peer.header("x-c")).isEqualTo("${HOME}");
  }

  @Test
  void namesAndAddressesAreCheckedAsInTheConfiguration() throws Exception {
    SseClientVerticle verticle = deploy(allow(), 1);
    for (String name : Set.of("", "a b", "a\nb", "../x", "x".repeat(65), "\u00e4")) {
      assertThat(failure(add(name, source())).failureCode()).as(name).isEqualTo(400);
      assertThat(catchThrowable(() -> await(verticle.addSource(name, new SourceOptions(source())))))
          .hasMessageContaining("/name: expected 1..64");
    }
    for (String address : Set.of(ADDRESS, "{type}", "sse.{id}", "sse{type}s", "{source}.sources")) {
      assertThat(failure(add("sse", source().put("address", address))).getMessage())
          .contains("which is control.sources");
      assertThat(
              catchThrowable(
                  () ->
                      await(
                          verticle.addSource(
                              "sse", new SourceOptions(source().put("address", address))))))
          .hasMessageContaining("which is control.sources");
    }
    refused(400, "/deadLetter", source().put("deadLetter", ADDRESS));
    await(add("other", source().put("address", "{source}.sources")));
  }

  @Test
  void listsAndFailuresShowNeitherCredentialsNorQueries() throws Exception {
    deploy(allow(), 1);
    await(
        add(
            "x",
            source()
                .put("url", origin.url("/a?token=s3cret#s3cret"))
                .put("method", "POST")
                .put("requestBody", "s3cret")
                .put("auth", bearer("file:" + directory.resolve("token")))
                .put("headers", new JsonObject().put("x-key", "s3cret"))));
    origin.next().answer("503 s3cret", "x-s3cret: s3cret");
    String list = command(new JsonObject().put("command", "list")).encode();
    assertThat(list).contains(origin.url("/a")).doesNotContain("s3cret").doesNotContain("token");
    for (JsonObject wrong :
        Set.of(
            source().put("url", "http://u:s3cret@127.0.0.1/"),
            source().put("url", "http://10.0.0.1/?s3cret"),
            source().put("proxy", "http://u:s3cret@10.0.0.1"),
            source().put("proxy", "https://u:s3cret@127.0.0.1"),
            source().put("headers", new JsonObject().put("a", "s3cret\n")))) {
      assertThat(failure(add("y", wrong)).getMessage()).doesNotContain("s3cret");
    }
  }

  @Test
  void noMoreSourcesThanAreWanted() throws Exception {
    deploy(allow(), new JsonObject().put("maxSources", 3), 1);
    for (int number = 0; number < 3; number++) {
      await(add("s" + number, source()));
    }
    assertThat(failure(add("s3", source())).failureCode()).isEqualTo(503);
    await(stop("s1"));
    await(add("s3", source()));
  }

  @Test
  void whatWasAddedSurvivesARestartAndWhatWasStoppedDoesNot() throws Exception {
    Path file = directory.resolve("persist");
    JsonObject persist = new JsonObject().put("persist", file.toString());
    deploy(allow(), persist, 2);
    JsonObject source = source().put("headers", new JsonObject().put("x-key", "s3cret"));
    await(add("a", source.copy().put("cursor", directory + "/cursors/a").put("cursorEvery", 0)));
    origin.next().stream().send("id: 7\n\n");
    await(add("b", source.copy().put("url", origin.url("/b"))));
    assertThat(origin.next().path()).isEqualTo("/b");
    await(stop("b"));
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!command(new JsonObject().put("command", "list")).encode().contains("\"7\"")) {
      assertThat(System.nanoTime()).isLessThan(until);
    }
    await(vertx.close());

    vertx = Vertx.vertx();
    deploy(allow(), persist, 2);
    Peer back = origin.next();
    assertThat(back.path()).isEqualTo("/");
    assertThat(back.header("last-event-id")).isEqualTo("7");
    assertThat(back.header("x-key")).isEqualTo("s3cret");
    assertThat(names()).containsExactly("a");
  }

  @Test
  void whatIsNoLongerAllowedIsNotAddedAgain() throws Exception {
    Path file = directory.resolve("persist");
    JsonObject persist = new JsonObject().put("persist", file.toString());
    deploy(allow(), persist, 1);
    await(add("a", source()));
    await(add("b", source().put("url", "http://localhost:" + origin.port() + "/")));
    await(vertx.close());

    vertx = Vertx.vertx();
    deploy(allow().put("hosts", new JsonArray().add("localhost")), persist, 1);
    assertThat(names()).containsExactly("b");
  }

  @Test
  void whatCannotBeAddedAgainIsKeptForTheNextStartAndCanBeStopped() throws Exception {
    Path file = directory.resolve("persist");
    JsonObject persist = new JsonObject().put("persist", file.toString());
    deploy(allow(), persist, 1);
    JsonObject source = source().put("cursor", directory + "/cursors/a");
    await(add("a", source));
    await(add("b", source.copy().put("cursor", directory + "/cursors/b")));
    await(vertx.close());

    Path away = directory.resolve("away");
    Files.move(directory.resolve("cursors"), away);
    vertx = Vertx.vertx();
    deploy(allow(), persist, 1);
    assertThat(names()).isEmpty();
    await(add("c", source()));
    await(stop("b"));
    assertThat(failure(stop("b")).failureCode()).isEqualTo(404);
    await(vertx.close());

    Files.move(away, directory.resolve("cursors"));
    vertx = Vertx.vertx();
    deploy(allow(), persist, 1);
    assertThat(names()).containsExactlyInAnyOrder("a", "c");
  }

  @Test
  void oneThatIsAddedTakesNothingFromOthers() throws Exception {
    deploy(allow(), 1);
    await(add("up", source()));
    String address = source().getString("address");
    refused(
        400,
        "/sources/up/address: expected an address that cannot be",
        source().put("address", "z").put("deadLetter", address));
    refused(400, "/address: expected", source().put("address", "z").put("deadLetter", "z"));
    refused(
        403,
        "/headers/Host: expected none of",
        source().put("headers", new JsonObject().put("Host", "admin.internal")));
    refused(
        403,
        "/drain: expected at most 60s",
        source().put("deliver", "request").put("address", "z").put("drain", "61s"));
  }

  @Test
  void aFileThatCannotBeTakenStopsTheStartAndOneThatCannotBeWrittenRefusesTheSource()
      throws Exception {
    Path file = Files.writeString(directory.resolve("persist"), "[]");
    JsonObject persist = new JsonObject().put("persist", file.toString());
    assertThat(catchThrowable(() -> deploy(allow(), persist, 1)))
        .hasMessageContaining("control.persist " + file)
        .hasMessageContaining("repair or remove it");
    Files.delete(file);

    deploy(allow(), persist, 1);
    Files.createDirectories(directory.resolve("persist~new").resolve("in the way"));
    assertThat(failure(add("a", source())).failureCode()).isEqualTo(500);
    assertThat(names()).isEmpty();
  }

  @Test
  void aCommandIsCarriedOutOnceAndTheSourcesAreSpread() throws Exception {
    int instances = 4;
    deploy(allow(), instances);
    JsonObject add =
        new JsonObject().put("command", "add").put("name", "p").put("source", source());
    vertx.eventBus().publish(ADDRESS, add);
    origin.next();
    assertThat(origin.poll(200)).isNull();

    Set<String> threads = ConcurrentHashMap.newKeySet();
    for (int number = 0; number < instances; number++) {
      await(vertx.eventBus().consumer("at." + number, message -> {}).completion());
      await(add("s" + number, source().put("address", "at." + number)));
    }
    vertx
        .eventBus()
        .<Object>addOutboundInterceptor(
            delivery -> {
              if (delivery.message().address().startsWith("at.")) {
                threads.add(Thread.currentThread().getName());
              }
              delivery.next();
            });
    Set<Peer> peers = new HashSet<>();
    for (int number = 0; number < instances; number++) {
      peers.add(origin.next().stream().send("data: x\n\n"));
    }
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (threads.size() < instances - 1) {
      assertThat(System.nanoTime()).as("%s", threads).isLessThan(until);
      peers.forEach(peer -> peer.send("data: x\n\n"));
      Thread.onSpinWait();
    }
  }

  private JsonObject source() {
    return new JsonObject().put("url", origin.url("/")).put("address", "news");
  }

  private static JsonObject bearer(String reference) {
    return new JsonObject().put("bearer", reference);
  }

  private JsonObject allow() {
    return new JsonObject()
        .put("hosts", new JsonArray().add("127.0.0.1").add("localhost"))
        .put("secrets", new JsonArray().add("file:" + directory.resolve("token")))
        .put("cursors", new JsonArray().add(directory + "/cursors/"));
  }

  private SseClientVerticle deploy(JsonObject allow, int instances) throws Exception {
    JsonObject withSecrets = allow().mergeIn(allow);
    return deploy(allow.isEmpty() ? allow : withSecrets, new JsonObject(), instances);
  }

  private SseClientVerticle deploy(JsonObject allow, JsonObject control, int instances)
      throws Exception {
    JsonObject config =
        new JsonObject()
            .put(
                "control",
                new JsonObject().put("sources", ADDRESS).put("allow", allow).mergeIn(control));
    SseClientVerticle[] first = new SseClientVerticle[1];
    await(
        vertx.deployVerticle(
            () -> {
              first[0] = new SseClientVerticle();
              return first[0];
            },
            new DeploymentOptions()
                .setThreadingModel(ThreadingModel.EVENT_LOOP)
                .setInstances(instances)
                .setConfig(config)));
    return Objects.requireNonNull(first[0]);
  }

  private Future<JsonObject> add(String name, JsonObject source) {
    return send(
        new JsonObject().put("command", "add").put("name", name).put("source", source.copy()));
  }

  private Future<JsonObject> stop(String name) {
    return send(new JsonObject().put("command", "stop").put("name", name));
  }

  private Future<JsonObject> send(JsonObject command) {
    return vertx.eventBus().<JsonObject>request(ADDRESS, command).map(reply -> reply.body());
  }

  private JsonObject command(JsonObject command) throws Exception {
    return await(send(command));
  }

  private Set<String> names() throws Exception {
    Set<String> names = new HashSet<>();
    for (Object source : command(new JsonObject().put("command", "list")).getJsonArray("sources")) {
      names.add(((JsonObject) source).getString("name"));
    }
    return names;
  }

  private void refused(int code, String message, JsonObject source) throws Exception {
    ReplyException failure = failure(add("x", source));
    assertThat(failure.getMessage()).contains(message);
    assertThat(failure.failureCode()).isEqualTo(code);
  }

  private static ReplyException failure(Future<?> future) throws Exception {
    return Objects.requireNonNull((ReplyException) catchThrowable(() -> await(future)).getCause());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
