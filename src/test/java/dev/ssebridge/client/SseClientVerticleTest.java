package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What configured sources bring onto the event bus. */
@Tag("slow")
class SseClientVerticleTest {
  private Vertx vertx;
  private UnrulyOrigin origin;
  private @TempDir Path directory;

  SseClientVerticleTest() {
    vertx = Vertx.vertx();
  }

  @BeforeEach
  void start() throws IOException {
    origin = UnrulyOrigin.start();
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    origin.close();
  }

  @Test
  void everyEventBecomesAMessageWithItsTypeIdAndSource() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news.weather.1");
    BlockingQueue<Message<Object>> others = listen("news.message.2");
    follow(new JsonObject().put("address", "news.{type}.{id}"));

    origin.next().stream().send("event: weather\nid: 1\ndata: rain\n\nid: 2\ndata: other\n\n");

    Message<Object> message = take(messages);
    assertThat(message.body()).isEqualTo("rain");
    assertThat(message.headers().get("sse-event")).isEqualTo("weather");
    assertThat(message.headers().get("sse-id")).isEqualTo("1");
    assertThat(message.headers().get("sse-source")).isEqualTo("up");
    Message<Object> other = take(others);
    assertThat(other.body()).isEqualTo("other");
    assertThat(other.headers().get("sse-event")).isEqualTo("message");
  }

  @Test
  void onlyTheTypesAskedForAreTakenButGapsAlways() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    SseClientVerticle verticle = follow(new JsonObject().put("types", new JsonArray().add("a")));

    origin.next().stream()
        .send("event: b\ndata: 1\n\n")
        .send("event: lost\nsse-gap: 7\ndata: {\"missed\":7}\n\n")
        .send("event: a\ndata: 2\n\n");

    Message<Object> gap = take(messages);
    assertThat(gap.headers().get("sse-event")).isEqualTo("sse.gap");
    assertThat(gap.headers().get("sse-gap")).isEqualTo("7");
    assertThat(gap.body()).isEqualTo("{\"missed\":7}");
    assertThat(take(messages).body()).isEqualTo("2");
    JsonObject status = await(verticle.sources()).getJsonObject(0);
    assertThat(status.getLong("gaps")).isEqualTo(1);
    assertThat(status.getLong("missed")).isEqualTo(7);
    assertThat(status.getLong("filtered")).isEqualTo(1);
  }

  @Test
  void jsonIsParsedAndWhatIsNoneGoesToTheDeadLettersWithTheReason() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    BlockingQueue<Message<Object>> dead = listen("dead");
    follow(new JsonObject().put("body", "json").put("deadLetter", "dead"));

    origin.next().stream()
        .send("data: {\"a\":1}\n\nid: 2\ndata: {oops\n\ndata: [1]\n\ndata: 5\n\ndata: null\n\n");

    assertThat(take(messages).body()).isEqualTo(new JsonObject().put("a", 1));
    assertThat(take(messages).body()).isEqualTo(new JsonArray().add(1));
    assertThat(take(messages).body()).isEqualTo(5);
    assertThat(take(messages).body()).isNull();
    Message<Object> letter = take(dead);
    assertThat(letter.body()).isEqualTo("{oops");
    assertThat(letter.headers().get("sse-reason")).contains("JSON");
    assertThat(letter.headers().get("sse-id")).isEqualTo("2");
    assertThat(letter.headers().get("sse-address")).isEqualTo("news");
  }

  @Test
  void aBufferHoldsTheUtf8OfTheData() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    follow(new JsonObject().put("body", "buffer"));
    origin.next().stream().send("data: \u20ac\n\n");
    assertThat(take(messages).body()).isEqualTo(Buffer.buffer("\u20ac"));
  }

  @Test
  void sendGoesToOneConsumerInTurn() throws Exception {
    BlockingQueue<Message<Object>> first = listen("news");
    BlockingQueue<Message<Object>> second = listen("news");
    follow(new JsonObject().put("deliver", "send"));
    origin.next().stream().send("data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n");
    assertThat(take(first).body()).isNotEqualTo(take(second).body());
    assertThat(take(first).body()).isNotEqualTo(take(second).body());
    assertThat(first).isEmpty();
    assertThat(second).isEmpty();
  }

  @Test
  void requestWaitsForTheReplyBeforeTheNextEvent() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    follow(new JsonObject().put("deliver", "request"));
    origin.next().stream().send("data: 1\n\ndata: 2\n\ndata: 3\n\n");
    for (int number = 1; number <= 3; number++) {
      Message<Object> message = take(messages);
      assertThat(message.body()).isEqualTo("" + number);
      assertThat(messages.poll(30, TimeUnit.MILLISECONDS)).isNull();
      message.reply("ok");
    }
  }

  @Test
  void aWindowHasSoManyInFlightAndCommitsInOrder() throws Exception {
    Path cursor = directory.resolve("cursor");
    BlockingQueue<Message<Object>> messages = listen("news");
    follow(
        new JsonObject()
            .put("deliver", "request")
            .put("window", 3)
            .put("cursor", cursor.toString())
            .put("cursorEvery", 0));
    StringBuilder events = new StringBuilder();
    for (int number = 1; number <= 6; number++) {
      events.append("id: ").append(number).append("\ndata: x\n\n");
    }
    origin.next().stream().send(events.toString());
    Message<Object> one = take(messages);
    take(messages).reply("");
    take(messages).reply("");
    assertThat(messages.poll(50, TimeUnit.MILLISECONDS)).as("a fourth").isNull();
    assertThat(cursor).doesNotExist();
    one.reply("");
    assertThat(take(messages).headers().get("sse-id")).isEqualTo("4");
    awaitContent(cursor, "\"3\"");
  }

  @Test
  void aRefusedRequestIsRepeatedAndThenGoesToTheDeadLetters() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    BlockingQueue<Message<Object>> dead = listen("dead");
    follow(new JsonObject().put("deliver", "request").put("attempts", 2).put("deadLetter", "dead"));
    origin.next().stream().send("id: 1\ndata: bad\n\nid: 2\ndata: good\n\n");
    take(messages).fail(1, "not today");
    take(messages).fail(2, "nor now");
    Message<Object> letter = take(dead);
    assertThat(letter.body()).isEqualTo("bad");
    assertThat(letter.headers().get("sse-reason")).contains("2 requests");
    assertThat(messages.poll(50, TimeUnit.MILLISECONDS)).as("before it is confirmed").isNull();
    letter.reply("kept");
    assertThat(take(messages).body()).isEqualTo("good");
  }

  @Test
  void aRequestWithoutAReplyIsRepeatedAndThenGoesToTheDeadLetters() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    BlockingQueue<Message<Object>> dead = listen("dead");
    follow(
        new JsonObject()
            .put("deliver", "request")
            .put("attempts", 2)
            .put("replyTimeout", "100ms")
            .put("deadLetter", "dead"));
    origin.next().stream().send("id: 1\ndata: bad\n\n");
    take(messages);
    take(messages);
    assertThat(take(dead).headers().get("sse-reason")).contains("2 requests");
  }

  @Test
  void thePositionIsKeptAcrossRestarts() throws Exception {
    Path cursor = directory.resolve("cursor");
    JsonObject keys = new JsonObject().put("cursor", cursor.toString()).put("lastEventId", "0");
    BlockingQueue<Message<Object>> messages = listen("news");
    SseClientVerticle verticle = new SseClientVerticle();
    String deployment =
        await(vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config(keys))));
    Peer first = origin.next();
    assertThat(first.header("last-event-id")).isEqualTo("0");
    first.stream().send("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\n\n: x\n");
    take(messages);
    take(messages);
    awaitPosition(verticle, "3");
    await(vertx.undeploy(deployment));
    assertThat(cursor).content().contains("\"3\"");
    deploy(keys, 1);
    assertThat(origin.next().header("last-event-id")).isEqualTo("3");
  }

  @Test
  void aReplyThatComesAfterTheEndCommitsNothing() throws Exception {
    Path cursor = directory.resolve("cursor");
    BlockingQueue<Message<Object>> messages = listen("news");
    String deployment =
        deploy(
            new JsonObject()
                .put("deliver", "request")
                .put("cursor", cursor.toString())
                .put("cursorEvery", 0),
            1);
    origin.next().stream().send("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
    take(messages).reply("");
    Message<Object> second = take(messages);
    awaitContent(cursor, "\"1\"");
    await(vertx.undeploy(deployment));
    second.reply("late");
    assertThat(messages.poll(50, TimeUnit.MILLISECONDS)).isNull();
    assertThat(cursor).content().contains("\"1\"");
  }

  @Test
  void sourcesAreAddedAndStoppedByTheApplicationItself() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    SseClientVerticle verticle = new SseClientVerticle();
    await(vertx.deployVerticle(verticle));
    await(verticle.addSource("a", new SourceOptions(source(new JsonObject()))));
    Peer peer = origin.next().stream().send("data: open now\n\n");
    take(messages);
    assertThatThrownBy(
            () -> await(verticle.addSource("a", new SourceOptions(source(new JsonObject())))))
        .hasMessageContaining("already");
    assertThatThrownBy(() -> new SourceOptions(new JsonObject()))
        .hasMessageContaining("/url: missing");
    assertThat(await(verticle.sources()).getJsonObject(0).getString("state")).isEqualTo("open");
    await(verticle.stopSource("a"));
    peer.awaitClosed();
    assertThat(await(verticle.sources())).isEmpty();
  }

  @Test
  void aCursorThatIsNoneStopsTheStartWithTheNameOfTheFile() throws Exception {
    Path cursor = Files.writeString(directory.resolve("cursor"), "garbage");
    assertThatThrownBy(() -> deploy(new JsonObject().put("cursor", cursor.toString()), 1))
        .hasMessageContaining(cursor.toString());
    assertThat(origin.poll(50)).isNull();
  }

  @Test
  void aStartThatFailsLeavesNoSourceBehind() throws Exception {
    Path garbage = Files.writeString(directory.resolve("garbage"), "garbage");
    JsonObject bad = source(new JsonObject().put("cursor", garbage.toString()));
    JsonObject good = source(new JsonObject().put("cursor", directory.resolve("good").toString()));
    JsonObject config =
        new JsonObject().put("sources", new JsonObject().put("bad", bad).put("good", good));
    assertThatThrownBy(
            () ->
                await(
                    vertx.deployVerticle(
                        new SseClientVerticle(), new DeploymentOptions().setConfig(config))))
        .hasMessageContaining(garbage.toString());
    Peer peer = origin.poll(200);
    if (peer != null) {
      peer.stream().awaitClosed();
    }
  }

  @Test
  void aCursorWithoutItsDirectoryStopsTheStartInsteadOfBeingLost() {
    Path cursor = directory.resolve("missing").resolve("cursor");
    assertThatThrownBy(() -> deploy(new JsonObject().put("cursor", cursor.toString()), 1))
        .hasMessageContaining(cursor.toString())
        .hasMessageContaining("directory");
  }

  @Test
  void twoSourcesDoNotShareACursor() throws Exception {
    JsonObject keys = new JsonObject().put("cursor", directory.resolve("cursor").toString());
    SseClientVerticle verticle = new SseClientVerticle();
    await(vertx.deployVerticle(verticle));
    await(verticle.addSource("a", new SourceOptions(source(keys))));
    keys.put("cursor", directory.resolve(".").resolve("cursor").toString());
    assertThatThrownBy(() -> await(verticle.addSource("b", new SourceOptions(source(keys)))))
        .hasMessageContaining("another source of this process");
    await(verticle.stopSource("a"));
    await(verticle.addSource("b", new SourceOptions(source(keys))));
  }

  @Test
  void anEventWhoseAddressWouldBeEmptyGoesToTheDeadLetters() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("7");
    BlockingQueue<Message<Object>> dead = listen("dead");
    follow(new JsonObject().put("address", "{id}").put("deadLetter", "dead"));
    origin.next().stream().send("data: lost\n\nid: 7\ndata: found\n\n");
    assertThat(take(messages).body()).isEqualTo("found");
    Message<Object> letter = take(dead);
    assertThat(letter.body()).isEqualTo("lost");
    assertThat(letter.headers().get("sse-reason")).contains("{id}");
  }

  @Test
  void credentialsAreReadAgainForEveryConnection() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "one\n");
    deploy(
        new JsonObject()
            .put("retry", 0)
            .put("auth", new JsonObject().put("bearer", "file:" + token)),
        1);
    Peer first = origin.next();
    assertThat(first.header("authorization")).isEqualTo("Bearer one");
    Files.writeString(token, "two");
    first.answer("401 Unauthorized");
    assertThat(origin.next().header("authorization")).isEqualTo("Bearer two");
  }

  @Test
  void instancesShareTheSourcesAndEachIsFollowedOnce() throws Exception {
    JsonObject sources = new JsonObject();
    for (int number = 0; number < 5; number++) {
      sources.put("s" + number, source(new JsonObject()));
    }
    await(
        vertx.deployVerticle(
            SseClientVerticle.class,
            new DeploymentOptions()
                .setInstances(3)
                .setConfig(new JsonObject().put("sources", sources))));
    for (int number = 0; number < 5; number++) {
      origin.next();
    }
    assertThat(origin.poll(100)).isNull();
  }

  @Test
  void sourcesAreAddedStoppedAndListedOverTheEventBus() throws Exception {
    await(
        vertx.deployVerticle(
            new SseClientVerticle(),
            new DeploymentOptions()
                .setConfig(
                    new JsonObject()
                        .put(
                            "control",
                            new JsonObject()
                                .put("sources", "sse.sources")
                                .put(
                                    "allow",
                                    new JsonObject()
                                        .put("hosts", new JsonArray().add("127.0.0.1")))))));
    JsonObject add =
        new JsonObject()
            .put("command", "add")
            .put("name", "late")
            .put("source", source(new JsonObject()));
    await(vertx.eventBus().request("sse.sources", add));
    Peer peer = origin.next().stream();
    assertThatThrownBy(() -> await(vertx.eventBus().request("sse.sources", add)))
        .hasCauseInstanceOf(ReplyException.class)
        .hasMessageContaining("already");
    JsonObject list =
        (JsonObject)
            await(vertx.eventBus().request("sse.sources", new JsonObject().put("command", "list")))
                .body();
    assertThat(list.getJsonArray("sources").getJsonObject(0).getString("name")).isEqualTo("late");
    JsonObject stop = new JsonObject().put("command", "stop").put("name", "late");
    await(vertx.eventBus().request("sse.sources", stop));
    peer.awaitClosed();
    assertThatThrownBy(() -> await(vertx.eventBus().request("sse.sources", stop)))
        .hasMessageContaining("none of this name");
    assertThatThrownBy(() -> await(vertx.eventBus().request("sse.sources", "what")))
        .hasMessageContaining("expected a JSON object");
    JsonObject wrong =
        new JsonObject()
            .put("command", "add")
            .put("name", "wrong")
            .put("source", new JsonObject().put("ulr", "x"));
    assertThatThrownBy(() -> await(vertx.eventBus().request("sse.sources", wrong)))
        .hasMessageContaining("did you mean");
  }

  @Test
  void anEventThatWasHereOrCameTooFarIsDroppedAndCounted() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    SseClientVerticle verticle = new SseClientVerticle();
    await(
        vertx.deployVerticle(
            verticle,
            new DeploymentOptions()
                .setConfig(
                    new JsonObject()
                        .put("federation", new JsonObject().put("name", "a").put("maxHops", 2))
                        .put("sources", new JsonObject().put("up", source(new JsonObject()))))));
    origin.next().stream()
        .send("sse-path: b,a\ndata: loop\n\nsse-path: b,c,d\ndata: far\n\n")
        .send("sse-path: b,c\nsse-origin-id: 77\nid: 1\ndata: good\n\nid: 2\ndata: own\n\n");
    Message<Object> good = take(messages);
    assertThat(good.body()).isEqualTo("good");
    assertThat(good.headers().get("sse-path")).isEqualTo("b,c,a");
    assertThat(good.headers().get("sse-origin-id")).isEqualTo("77");
    Message<Object> own = take(messages);
    assertThat(own.headers().get("sse-path")).isEqualTo("a");
    assertThat(own.headers().get("sse-origin-id")).isEqualTo("2");
    JsonObject status = await(verticle.sources()).getJsonObject(0);
    assertThat(status.getLong("looped")).isEqualTo(1);
    assertThat(status.getLong("tooFar")).isEqualTo(1);
  }

  @Test
  void whatNobodyListensForWaitsForAConsumerAndIsNoAttempt() throws Exception {
    Path cursor = directory.resolve("cursor");
    BlockingQueue<Message<Object>> dead = listen("dead");
    SseClientVerticle verticle =
        follow(
            new JsonObject()
                .put("deliver", "request")
                .put("attempts", 1)
                .put("deadLetter", "dead")
                .put("cursor", cursor.toString())
                .put("cursorEvery", 0));
    origin.next().stream().send("id: 1\ndata: early\n\nid: 2\ndata: next\n\n");
    assertThat(dead.poll(300, TimeUnit.MILLISECONDS)).isNull();
    assertThat(cursor).doesNotExist();
    BlockingQueue<Message<Object>> messages = listen("news");
    Message<Object> early = take(messages);
    assertThat(early.body()).isEqualTo("early");
    early.reply("");
    assertThat(take(messages).body()).isEqualTo("next");
    awaitContent(cursor, "\"1\"");
    assertThat(await(verticle.sources()).getJsonObject(0).getLong("dead")).isZero();
    assertThat(dead).isEmpty();
  }

  @Test
  void aDeadLetterWaitsForItsConsumerAndTheCursorForItsConfirmation() throws Exception {
    Path cursor = directory.resolve("cursor");
    BlockingQueue<Message<Object>> messages = listen("news");
    follow(
        new JsonObject()
            .put("body", "json")
            .put("deadLetter", "dead")
            .put("cursor", cursor.toString())
            .put("cursorEvery", 0));
    origin.next().stream().send("id: 1\ndata: 1\n\nid: 2\ndata: {oops\n\nid: 3\ndata: 3\n\n");
    assertThat(take(messages).body()).isEqualTo(1);
    assertThat(take(messages).body()).isEqualTo(3);
    awaitContent(cursor, "\"1\"");
    BlockingQueue<Message<Object>> dead = listen("dead");
    Message<Object> letter = take(dead);
    assertThat(cursor).content().contains("\"1\"");
    letter.reply("kept");
    awaitContent(cursor, "\"3\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"publish", "send"})
  void whatIsPublishedToNobodyIsCountedApartAndWarnedOf(String deliver) throws Exception {
    try (LogRecorder log = LogRecorder.of("dev.ssebridge.internal.client.Warnings")) {
      SseClientVerticle verticle = follow(new JsonObject().put("deliver", deliver));
      Peer peer = origin.next().stream().send("id: 1\ndata: lost\n\nid: 2\ndata: lost\n\n");
      awaitStatus(verticle, status -> status.getLong("unheard") == 2);
      BlockingQueue<Message<Object>> messages = listen("news");
      peer.send("id: 3\ndata: heard\n\n");
      assertThat(take(messages).body()).isEqualTo("heard");
      JsonObject status = awaitStatus(verticle, s -> s.getLong("handedOver") == 1);
      assertThat(status.getLong("unheard")).isEqualTo(2);
      assertThat(log.messages())
          .filteredOn(line -> line.contains("nobody listens at news"))
          .hasSize(1);
    }
  }

  @Test
  void whatWaitsForAConsumerComesInItsOrder() throws Exception {
    try (LogRecorder log = LogRecorder.of("dev.ssebridge.internal.client.Warnings")) {
      follow(new JsonObject().put("deliver", "request").put("window", 8));
      Peer peer = origin.next().stream();
      List<String> sent = new ArrayList<>();
      for (int id = 1; id <= 20; id++) {
        sent.add("m" + id);
        peer.send("id: " + id + "\ndata: m" + id + "\n\n");
      }
      Deadline.await(
          () -> log.messages().stream().anyMatch(line -> line.contains("nobody listens at news")),
          () -> "a warning");
      BlockingQueue<Message<Object>> messages = listen("news");
      List<Object> got = new ArrayList<>();
      while (got.size() < sent.size()) {
        Message<Object> message = take(messages);
        got.add(message.body());
        message.reply("");
      }
      assertThat(got).isEqualTo(sent);
    }
  }

  @Test
  void repliesOnTheirWayAreAwaitedBeforeTheCursorIsWrittenForTheLastTime() throws Exception {
    Path cursor = directory.resolve("cursor");
    BlockingQueue<Message<Object>> messages = listen("news");
    String deployment =
        deploy(
            new JsonObject()
                .put("deliver", "request")
                .put("window", 2)
                .put("drain", "20s")
                .put("cursor", cursor.toString()),
            1);
    Peer peer = origin.next().stream().send("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
    Message<Object> first = take(messages);
    Message<Object> second = take(messages);
    Future<Void> undeployed = vertx.undeploy(deployment);
    peer.awaitClosed();
    assertThat(undeployed.isComplete()).isFalse();
    first.reply("");
    second.reply("");
    await(undeployed);
    assertThat(cursor).content().contains("\"2\"");
  }

  @Test
  void aSourceThatIsDownSaysSoToItsAddressAndWhenItIsBack() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    SseClientVerticle verticle = follow(new JsonObject().put("retry", 50).put("maxRetry", 50));
    Peer peer = origin.next().stream().send("data: up\n\n");
    assertThat(take(messages).body()).isEqualTo("up");
    peer.reset();
    Message<Object> down = take(messages);
    assertThat(down.headers().get("sse-event")).isEqualTo("sse.source");
    assertThat(down.headers().get("sse-state")).isEqualTo("down");
    assertThat(down.body())
        .isEqualTo(
            new JsonObject()
                .put("source", "up")
                .put("state", "down")
                .put("reason", "network_error"));
    origin.next().answer("503 Not Now");
    JsonObject status = awaitStatus(verticle, s -> s.getInteger("status", 0) == 503);
    assertThat(status.getBoolean("open")).isFalse();
    assertThat(status.getString("reason")).isEqualTo("http_status");
    origin.next().stream().send("data: again\n\n");
    Message<Object> back = take(messages);
    assertThat(back.body()).isEqualTo(new JsonObject().put("source", "up").put("state", "open"));
    assertThat(take(messages).body()).isEqualTo("again");
    assertThat(awaitStatus(verticle, s -> s.getBoolean("open")).getString("reason")).isNull();
  }

  @Test
  void anUpstreamThatEndsEachStreamEmptyIsDownUntilOneBringsSomething() throws Exception {
    try (LogRecorder log = LogRecorder.of("dev.ssebridge.internal.client.Warnings")) {
      BlockingQueue<Message<Object>> messages = listen("news");
      SseClientVerticle verticle = follow(new JsonObject().put("retry", 20).put("maxRetry", 20));
      origin.next().stream().send("data: x\n\n").close();
      assertThat(take(messages).body()).isEqualTo("x");
      origin.next().stream().close();
      awaitStatus(verticle, status -> status.getInteger("failuresInRow") == 1);
      assertThat(messages).isEmpty();
      origin.next().stream().close();
      assertThat(take(messages).body())
          .isEqualTo(
              new JsonObject().put("source", "up").put("state", "down").put("reason", "ended"));
      for (int i = 0; i < 5; i++) {
        origin.next().stream().close();
      }
      Peer peer = origin.next().stream();
      awaitStatus(verticle, status -> status.getBoolean("open"));
      assertThat(messages).isEmpty();
      peer.send("data: y\n\n");
      assertThat(take(messages).body())
          .isEqualTo(new JsonObject().put("source", "up").put("state", "open"));
      assertThat(take(messages).body()).isEqualTo("y");
      assertThat(log.messages())
          .filteredOn(line -> line.contains("2 streams in a row ended without a sign of life"))
          .hasSize(1);
      assertThat(log.messages()).hasSize(1);
    }
  }

  @Test
  void anUpstreamThatBreaksEachStreamAtOnceIsToldOnceAndEvictsNoHistory() throws Exception {
    try (LogRecorder log = LogRecorder.of("dev.ssebridge.internal.client.Warnings")) {
      BlockingQueue<Message<Object>> messages = listen("news");
      SseClientVerticle verticle = follow(new JsonObject().put("retry", 20).put("maxRetry", 20));
      for (int i = 1; i <= 12; i++) {
        origin.next().stream().reset();
        int failed = i;
        awaitStatus(verticle, status -> status.getInteger("failuresInRow") >= failed);
      }
      Peer peer = origin.next().stream();
      awaitStatus(verticle, status -> status.getBoolean("open"));
      peer.send(":\n\n");
      List<String> told = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        told.add(((JsonObject) take(messages).body()).getString("state"));
      }
      assertThat(told).containsExactly("down", "open", "down", "open");
      assertThat(messages).isEmpty();
      assertThat(log.messages().size()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void aSourceOfPostsThatEndsForGoodSaysSo() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    follow(new JsonObject().put("method", "POST"));
    origin.next().stream().send("data: x\n\n").close();
    assertThat(take(messages).body()).isEqualTo("x");
    assertThat(take(messages).body())
        .isEqualTo(
            new JsonObject().put("source", "up").put("state", "closed").put("reason", "ended"));
  }

  @Test
  void aGapAtAnAddressOfItsOwnWaitsForItsConsumerAndHoldsUpNoEvent() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news.message");
    BlockingQueue<Message<Object>> dead = listen("dead");
    SseClientVerticle verticle =
        follow(
            new JsonObject()
                .put("address", "news.{type}")
                .put("deliver", "request")
                .put("window", 8)
                .put("deadLetter", "dead"));
    Peer peer = origin.next().stream().send("event: lost\nsse-gap: 7\ndata: {}\n\ndata: x\n\n");
    Message<Object> next = take(messages);
    assertThat(next.body()).isEqualTo("x");
    next.reply("");
    Message<Object> letter = Objects.requireNonNull(dead.poll(20, TimeUnit.SECONDS));
    assertThat(letter.headers().get("sse-gap")).isEqualTo("7");
    assertThat(letter.headers().get("sse-reason")).contains("nobody listens");
    letter.reply("");
    awaitStatus(verticle, status -> status.getLong("dead") == 1);
    peer.send("event: lost\nsse-gap: 8\ndata: {}\n\ndata: y\n\n");
    take(messages).reply("");
    BlockingQueue<Message<Object>> gaps = listen("news.sse.gap");
    Message<Object> heard = take(gaps);
    assertThat(heard.headers().get("sse-gap")).isEqualTo("8");
    heard.reply("");
    assertThat(dead).isEmpty();
  }

  @Test
  void aGapReachesTheReadersOfEveryTypeOfATemplate() throws Exception {
    SseBridge bridge =
        SseBridge.create(
            vertx,
            SseBridgeOptions.read(
                new JsonObject(
                    """
                    { "routes": { "news": { "path": "/news/:x", "address": "news.{x}" } } }
                    """)));
    BlockingQueue<Message<Object>> message = listen("news.message");
    try {
      await(bridge.mount(Router.router(vertx)));
      follow(new JsonObject().put("address", "news.{type}"));
      Peer peer = origin.next().stream().send("data: x\n\n");
      assertThat(take(message).body()).isEqualTo("x");
      peer.send("event: lost\nsse-gap: 7\ndata: {}\n\n");
      assertThat(take(message).headers().get("sse-gap")).isEqualTo("7");
    } finally {
      await(bridge.close());
    }
  }

  @Test
  void anUpstreamsRetryOfZeroMakesNoHotLoop() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    follow(new JsonObject().put("retry", 0).put("minServerRetry", "300ms"));
    Peer peer = origin.next().stream().send("retry: 0\ndata: x\n\n");
    take(messages);
    for (int i = 0; i < 3; i++) {
      long ended = System.nanoTime();
      peer.close();
      peer = origin.next();
      assertThat(System.nanoTime() - ended).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(290));
      peer.stream().send("data: x\n\n");
      take(messages);
    }
  }

  @Test
  void anUpstreamsHugeRetryDoesNotMeanNever() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    follow(new JsonObject().put("minServerRetry", 0).put("maxServerRetry", "20ms"));
    origin.next().stream().send("retry: 999999999999\ndata: x\n\n").close();
    take(messages);
    origin.next().stream().send("data: y\n\n");
    assertThat(take(messages).body()).isEqualTo("y");
  }

  @Test
  void anAddressWithParametersIsToldWhereverItsEventsWent() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news.a");
    BlockingQueue<Message<Object>> others = listen("news.b");
    follow(new JsonObject().put("address", "news.{type}").put("retry", 50));
    Peer peer = origin.next().stream().send("event: a\ndata: 1\n\n");
    take(messages);
    peer.reset();
    assertThat(take(messages).headers().get("sse-event")).isEqualTo("sse.source");
    assertThat(others).isEmpty();
  }

  @Test
  void thatASourceIsBackIsToldAlsoWhereItWasDeployedAnewMeanwhile() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    // One that would not ask again meanwhile: that request would be taken for one of the next.
    String deployment = deploy(new JsonObject().put("retry", "1h").put("maxRetry", "1h"), 1);
    origin.next().answer("503 Not Now");
    assertThat(take(messages).headers().get("sse-state")).isEqualTo("down");
    await(vertx.undeploy(deployment));
    JsonObject keys = new JsonObject().put("retry", 20).put("maxRetry", 20);
    SseClientVerticle verticle = follow(keys);
    origin.next().stream();
    assertThat(take(messages).headers().get("sse-state")).isEqualTo("open");
    await(verticle.stopSource("up"));
    Message<Object> closed = take(messages);
    assertThat(closed.headers().get("sse-state")).isEqualTo("closed");
    assertThat(closed.body())
        .isEqualTo(
            new JsonObject().put("source", "up").put("state", "closed").put("reason", "closed"));
    await(verticle.addSource("up", new SourceOptions(source(keys))));
    origin.next().stream().send("data: x\n\n");
    assertThat(take(messages).headers().get("sse-state")).isEqualTo("open");
    assertThat(take(messages).body()).isEqualTo("x");
  }

  @Test
  void aGapIsNoCopyOfTheEventWhosePositionItHas() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    SseClientVerticle verticle = follow(new JsonObject());
    String way = "sse-path: far\nsse-first-id: 5\nid: 5\n";
    String gap = "event: sse.gap\nsse-gap: 3\n" + way + "data: {}\n\n";
    String event = way + "data: x\n\n";
    origin.next().stream().send(gap + event + event + gap);
    assertThat(take(messages).headers().get("sse-gap")).isEqualTo("3");
    assertThat(take(messages).body()).isEqualTo("x");
    Message<Object> last = take(messages);
    assertThat(last.headers().get("sse-gap")).isEqualTo("3");
    assertThat(last.headers().get("sse-first-id")).isNull();
    assertThat(awaitStatus(verticle, s -> s.getLong("events") == 4).getLong("duplicate"))
        .isEqualTo(1);
  }

  @Test
  void whatComesAgainAfterTheLastSourceHasGoneIsNoCopy() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    String event = "sse-path: far\nsse-first-id: 5\nid: 5\ndata: x\n\n";
    for (int round = 0; round < 2; round++) {
      String deployment = deploy(new JsonObject(), 1);
      origin.next().stream().send(event + event);
      assertThat(take(messages).body()).isEqualTo("x");
      await(vertx.undeploy(deployment));
      assertThat(messages).isEmpty();
    }
  }

  @Test
  void outagesOfTwoSourcesOfOneNameAreNotTakenForEachOther() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    BlockingQueue<Message<Object>> others = listen("others");
    deploy(new JsonObject().put("retry", "1h").put("maxRetry", "1h"), 1);
    origin.next().answer("503 Not Now");
    assertThat(take(messages).headers().get("sse-state")).isEqualTo("down");
    deploy(new JsonObject().put("address", "others").put("retry", 20).put("maxRetry", 20), 1);
    origin.next().answer("503 Not Now");
    assertThat(take(others).headers().get("sse-state")).isEqualTo("down");
    origin.next().stream().send("data: x\n\n");
    assertThat(take(others).headers().get("sse-state")).isEqualTo("open");
    assertThat(take(others).body()).isEqualTo("x");
    assertThat(messages).isEmpty();
  }

  @Test
  void aCopyTakesThePlaceOfAnEventThatWasNotHandedOver() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    Path cursor = directory.resolve("cursor");
    JsonObject keys = new JsonObject().put("deliver", "request").put("drain", 0);
    SseClientVerticle verticle = new SseClientVerticle();
    await(vertx.deployVerticle(verticle));
    String event = "sse-path: far\nsse-first-id: 5\nid: 5\ndata: x\n\n";
    await(verticle.addSource("one", new SourceOptions(source(keys))));
    origin.next().stream().send(event);
    Message<Object> first = take(messages);
    await(
        verticle.addSource(
            "two",
            new SourceOptions(
                source(keys.copy().put("cursor", cursor.toString()).put("cursorEvery", 0)))));
    origin.next().stream().send(event);
    Deadline.await(() -> duplicates(verticle) == 1, () -> "a copy");
    assertThat(cursor)
        .as("it is not done with")
        .satisfiesAnyOf(
            file -> assertThat(file).doesNotExist(),
            file -> assertThat(file).content().doesNotContain("5"));
    await(verticle.stopSource("one"));
    first.reply("too late");
    take(messages).reply("done");
    awaitContent(cursor, "\"5\"");
  }

  private static long duplicates(SseClientVerticle verticle) {
    try {
      return await(verticle.sources()).stream()
          .mapToLong(source -> ((JsonObject) source).getLong("duplicate"))
          .sum();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void byOptionNobodyIsToldOfOutages() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    follow(new JsonObject().put("outages", "silent").put("retry", 20));
    origin.next().answer("503 Not Now");
    origin.next().stream().send("data: x\n\n");
    assertThat(take(messages).body()).isEqualTo("x");
  }

  @Test
  void whatOnlyBridgesMayTellIsDroppedAndCountedWhereAnUpstreamSendsIt() throws Exception {
    BlockingQueue<Message<Object>> messages = listen("news");
    SseClientVerticle verticle = new SseClientVerticle();
    JsonObject routes =
        new JsonObject(
            """
            { "a": { "path": "/a", "address": "news", "gapType": "lost" },
              "b": { "path": "/b", "address": "other", "gapType": "mine" } }
            """);
    await(
        vertx.deployVerticle(
            verticle,
            new DeploymentOptions().setConfig(config(new JsonObject()).put("routes", routes))));
    origin.next().stream()
        .send("event: sse.gap\ndata: {}\n\nevent: sse.source\ndata: {}\n\n")
        .send("event: lost\ndata: x\n\nevent: sse.x\u0007y\ndata: {}\n\n")
        .send("event: mine\ndata: 1\n\nevent: ssex\ndata: 2\n\n");
    assertThat(take(messages).body()).isEqualTo("1");
    assertThat(take(messages).body()).isEqualTo("2");
    assertThat(awaitStatus(verticle, s -> true).getLong("reserved")).isEqualTo(4);
  }

  @Test
  void anEventIsNeverSentToAnAddressOfTheBridgesOwn() throws Exception {
    BlockingQueue<Message<Object>> dead = listen("dead");
    BlockingQueue<Message<Object>> replies = listen("__vertx.reply.7");
    follow(new JsonObject().put("address", "{type}").put("deadLetter", "dead"));
    origin.next().stream()
        .send("event: dead\ndata: forged\n\nevent: __vertx.reply.7\ndata: forged\n\n");
    for (int letter = 0; letter < 2; letter++) {
      assertThat(take(dead).headers().get("sse-reason")).contains("one of the bridge's own");
    }
    assertThat(replies).isEmpty();
  }

  private static JsonObject awaitStatus(SseClientVerticle verticle, Predicate<JsonObject> wanted)
      throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      JsonObject status = await(verticle.sources()).getJsonObject(0);
      if (wanted.test(status)) {
        return status;
      }
      assertThat(System.nanoTime()).as("%s", status).isLessThan(until);
    }
  }

  private SseClientVerticle follow(JsonObject keys) throws Exception {
    SseClientVerticle verticle = new SseClientVerticle();
    await(vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config(keys))));
    return verticle;
  }

  private String deploy(JsonObject keys, int instances) throws Exception {
    return await(
        vertx.deployVerticle(
            SseClientVerticle.class,
            new DeploymentOptions().setInstances(instances).setConfig(config(keys))));
  }

  private JsonObject config(JsonObject keys) {
    return new JsonObject().put("sources", new JsonObject().put("up", source(keys)));
  }

  private JsonObject source(JsonObject keys) {
    JsonObject source = new JsonObject().put("url", origin.url("/")).put("address", "news");
    if ("request".equals(keys.getString("deliver"))) {
      source.put("drain", "100ms"); // what a test has not replied to is not waited for at its end
    }
    return source.mergeIn(keys);
  }

  private BlockingQueue<Message<Object>> listen(String address) throws Exception {
    BlockingQueue<Message<Object>> messages = new LinkedBlockingQueue<>();
    await(vertx.eventBus().consumer(address, messages::add).completion());
    return messages;
  }

  private static Message<Object> take(BlockingQueue<Message<Object>> messages) throws Exception {
    return Objects.requireNonNull(messages.poll(20, TimeUnit.SECONDS), "no message came");
  }

  /** The last message is there before what comes behind it is read. */
  private static void awaitPosition(SseClientVerticle verticle, String id) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!id.equals(await(verticle.sources()).getJsonObject(0).getString("lastEventId"))) {
      assertThat(System.nanoTime()).as("position %s", id).isLessThan(until);
    }
  }

  private static void awaitContent(Path file, String content) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!Files.exists(file) || !Files.readString(file).contains(content)) {
      assertThat(System.nanoTime()).as("%s in %s", content, file).isLessThan(until);
      Thread.onSpinWait();
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
