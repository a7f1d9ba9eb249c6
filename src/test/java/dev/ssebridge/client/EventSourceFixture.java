package dev.ssebridge.client;

import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.door.RemoteEventSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** An unruly origin, and sources that follow it and are closed after each test. */
abstract class EventSourceFixture {
  static Vertx vertx = Vertx.vertx();

  UnrulyOrigin origin;
  private final List<EventSource> sources = new ArrayList<>();

  @BeforeAll
  static void startVertx() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void closeVertx() throws Exception {
    await(vertx.close());
  }

  @BeforeEach
  void startOrigin() throws IOException {
    origin = UnrulyOrigin.start();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (EventSource source : sources) {
      await(source.close());
    }
    origin.close();
  }

  /** Options that reconnect at once. */
  EventSourceOptions options() {
    return options(policy -> {});
  }

  /** The same with something else about it. */
  EventSourceOptions options(Consumer<ReconnectPolicy> change) {
    EventSourceOptions options = new EventSourceOptions(origin.url("/stream"));
    options.getReconnect().setRetry(Duration.ZERO);
    return reconnecting(options, change);
  }

  static EventSourceOptions reconnecting(
      EventSourceOptions options, Consumer<ReconnectPolicy> change) {
    change.accept(options.getReconnect());
    return options;
  }

  static EventSourceBuilder builder(EventSourceOptions options) {
    return EventSource.builder(vertx).with(options);
  }

  EventSource source(EventSourceOptions options) {
    return track(EventSource.create(vertx, options));
  }

  EventSource source(EventSourceBuilder builder) {
    return track(builder.build());
  }

  /** Has the source closed after the test. */
  EventSource track(EventSource source) {
    sources.add(source);
    return source;
  }

  /** A connected source, recorded. */
  Recorder follow(EventSourceOptions options) {
    return follow(builder(options));
  }

  /** The same. */
  Recorder follow(EventSourceBuilder builder) {
    EventSource source = source(builder);
    Recorder recorder = Recorder.of(source);
    connect(source);
    return recorder;
  }

  /** Connects; how that goes is up to the test. */
  static void connect(EventSource source) {
    source.connect().onComplete(ignored -> {});
  }

  /** Completes when the context of the source has had a turn. */
  static Future<Void> turn(EventSource source) {
    Promise<Void> turn = Promise.promise();
    ((RemoteEventSource) source).loop().execute(turn::complete);
    return turn.future();
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
