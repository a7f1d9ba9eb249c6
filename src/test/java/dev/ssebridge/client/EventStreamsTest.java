package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.streams.ReadStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes in, events out, from whatever the bytes come. */
class EventStreamsTest extends EventSourceFixture {

  /** Bytes in the hands of the test. */
  private static final class Bytes implements ReadStream<Buffer> {
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Throwable> exceptionHandler;
    private @Nullable Handler<Void> endHandler;
    private boolean paused;

    @Override
    public Bytes exceptionHandler(@Nullable Handler<Throwable> value) {
      exceptionHandler = value;
      return this;
    }

    @Override
    public Bytes handler(@Nullable Handler<Buffer> value) {
      handler = value;
      return this;
    }

    @Override
    public Bytes pause() {
      paused = true;
      return this;
    }

    @Override
    public Bytes resume() {
      paused = false;
      return this;
    }

    @Override
    public Bytes fetch(long amount) {
      return resume();
    }

    @Override
    public Bytes endHandler(@Nullable Handler<Void> value) {
      endHandler = value;
      return this;
    }

    void send(String text) {
      if (handler != null) {
        handler.handle(Buffer.buffer(text));
      }
    }

    void end() {
      if (endHandler != null) {
        endHandler.handle(null);
      }
    }

    void fail(Throwable cause) {
      if (exceptionHandler != null) {
        exceptionHandler.handle(cause);
      }
    }
  }

  private final Bytes bytes = new Bytes();
  private final List<String> log = new ArrayList<>();

  private ReadStream<ServerSentEvent> listen(ReadStream<ServerSentEvent> events) {
    return events
        .exceptionHandler(failure -> log.add("failed: " + failure.getMessage()))
        .endHandler(end -> log.add("end"))
        .handler(event -> log.add(event.id() + " " + event.effectiveType() + " " + event.data()));
  }

  @Test
  void client24EventsComeWhateverTheChunksAndTheUnfinishedOneDoesNot() {
    listen(EventStreams.decode(bytes));
    String text = "\ufeffid: 1\ndata: a\u00e9\r\n\r\n: x\nevent: t\ndata: b\n\ndata: never\n";
    for (int i = 0; i < text.length(); i++) {
      bytes.send(text.substring(i, i + 1));
    }
    assertThat(log).containsExactly("1 message a\u00e9", "1 t b");
    bytes.end();
    bytes.end();
    assertThat(log).endsWith("1 t b", "end").hasSize(3);
  }

  @Test
  void client24NothingIsReadBeforeThereIsAHandlerNorLost() {
    ReadStream<ServerSentEvent> events = EventStreams.decode(bytes);
    assertThat(bytes.paused).isTrue();
    bytes.send("data: a\n\n");
    bytes.end();
    listen(events);
    assertThat(log).containsExactly("null message a", "end");
  }

  @Test
  void client24TheBytesArePausedWhileNothingIsWanted() {
    ReadStream<ServerSentEvent> events = listen(EventStreams.decode(bytes));
    assertThat(bytes.paused).isFalse();
    events.pause();
    assertThat(bytes.paused).isTrue();
    events.fetch(1);
    assertThat(bytes.paused).isFalse();
    bytes.send("data: a\n\ndata: b\n\ndata: c\n\n");
    assertThat(bytes.paused).isTrue();
    assertThat(log).containsExactly("null message a");
    events.fetch(1);
    bytes.end();
    assertThat(log).hasSize(2).doesNotContain("end");
    events.fetch(1);
    assertThat(log).containsExactly("null message a", "null message b", "null message c", "end");
    assertThatThrownBy(() -> events.fetch(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void client24TheEndDoesNotWaitForDemandWhenThereIsNoFurtherEvent() {
    ReadStream<ServerSentEvent> events = listen(EventStreams.decode(bytes));
    events.pause();
    bytes.send(": only a comment\n\n");
    bytes.end();
    assertThat(log).containsExactly("end");
  }

  @Test
  void client24AnEventThatIsTooLargeIsAFailureAfterThoseBeforeIt() {
    ReadStream<ServerSentEvent> events =
        listen(EventStreams.decode(bytes, new EventDecoderOptions().setMaxEventBytes(20)));
    bytes.send("data: a\n\ndata: " + "x".repeat(30));
    assertThat(log).hasSize(3).startsWith("null message a").endsWith("end");
    assertThat(log.get(1)).startsWith("failed: ").contains("20");
    assertThat(bytes.paused).isTrue();
    bytes.send("data: late\n\n");
    bytes.end();
    events.fetch(5);
    assertThat(log).hasSize(3);
  }

  @Test
  void client24AFailureOfTheBytesIsToldAfterWhatCameBeforeItAndIsTheEnd() {
    ReadStream<ServerSentEvent> events = listen(EventStreams.decode(bytes));
    events.pause();
    bytes.send("data: a\n\n");
    bytes.fail(new IllegalStateException("broken"));
    assertThat(log).isEmpty();
    events.resume();
    assertThat(log).containsExactly("null message a", "failed: broken", "end");
  }

  @Test
  void client24WhatAHandlerThrowsStopsNothingAndItMayPauseAndResume() {
    ReadStream<ServerSentEvent> events = EventStreams.decode(bytes);
    listen(events)
        .handler(
            event -> {
              log.add(String.valueOf(event.data()));
              events.pause();
              events.resume();
              throw new IllegalStateException("boom");
            });
    bytes.send("data: a\n\ndata: b\n\n");
    bytes.end();
    assertThat(log).containsExactly("a", "b", "end");
  }

  @Test
  void client24AResponseIsDecodedWithBackpressureDownToItsSocket() throws Exception {
    int count = 50_000;
    BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    AtomicInteger seen = new AtomicInteger();
    HttpClient client = vertx.createHttpClient();
    Future<ReadStream<ServerSentEvent>> asked =
        client
            .request(HttpMethod.GET, origin.port(), "127.0.0.1", "/stream")
            .compose(request -> request.send())
            .map(response -> EventStreams.decode(response));
    Peer peer = origin.next().chunked();
    ReadStream<ServerSentEvent> events = await(asked);
    events.endHandler(end -> ends.add("end"));
    events.exceptionHandler(failure -> ends.add(String.valueOf(failure)));
    CountDownLatch first = new CountDownLatch(1);
    events.handler(
        event -> {
          if (!("" + seen.incrementAndGet()).equals(event.id())) {
            ends.add("expected " + seen.get() + ", got " + event.id());
          }
          events.pause();
          first.countDown();
        });
    Thread sender =
        new Thread(
            () -> {
              for (int number = 1; number <= count; number++) {
                String event = "id: " + number + "\ndata: " + "x".repeat(400) + "\n\n";
                if (!peer.trySend(chunkOf(event))) {
                  return;
                }
              }
              peer.end();
            });
    sender.start();
    assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
    sender.join(300);
    assertThat(sender.isAlive()).as("20 MB fit into no socket").isTrue();
    assertThat(seen.get()).isEqualTo(1);
    events.handler(
        event -> {
          if (!("" + seen.incrementAndGet()).equals(event.id())) {
            ends.add("expected " + seen.get() + ", got " + event.id());
          }
        });
    events.resume();
    assertThat(ends.poll(20, TimeUnit.SECONDS)).isEqualTo("end");
    assertThat(seen.get()).isEqualTo(count);
    sender.join();
    await(client.close());
  }

  private static byte[] chunkOf(String text) {
    return (Integer.toHexString(text.length()) + "\r\n" + text + "\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void client24HandlersAreCalledOnOneContextWhoeverAsksForMore(boolean fromWithin)
      throws Exception {
    int count = 20_000;
    Context context = vertx.getOrCreateContext();
    Promise<ReadStream<ServerSentEvent>> made = Promise.promise();
    BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    AtomicInteger wrong = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    context.runOnContext(
        ignored -> {
          ReadStream<ServerSentEvent> events = EventStreams.decode(bytes);
          events.endHandler(end -> ends.add("end"));
          events.pause();
          events.handler(
              event -> {
                if (Vertx.currentContext() != context || !context.isEventLoopContext()) {
                  wrong.incrementAndGet();
                }
                if (seen.incrementAndGet() % 100 == 0 && fromWithin) {
                  events.fetch(100);
                }
              });
          StringBuilder text = new StringBuilder();
          for (int number = 0; number < count; number++) {
            text.append("data: ").append(number).append("\n\n");
          }
          bytes.send(text.toString());
          bytes.end();
          made.complete(events);
        });
    ReadStream<ServerSentEvent> events = await(made.future());
    if (fromWithin) {
      events.fetch(100);
    } else {
      for (int round = 0; round < count / 10; round++) {
        events.fetch(10);
      }
    }
    assertThat(ends.poll(20, TimeUnit.SECONDS)).isEqualTo("end");
    assertThat(seen.get()).isEqualTo(count);
    assertThat(wrong.get()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = ThreadingModel.class,
      names = {"EVENT_LOOP", "WORKER"})
  void client24ItWorksInEveryKindOfVerticle(ThreadingModel model) throws Exception {
    BlockingQueue<String> out = new LinkedBlockingQueue<>();
    Future<String> deployed =
        vertx.deployVerticle(
            () ->
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    return vertx
                        .createHttpClient()
                        .request(HttpMethod.GET, origin.port(), "127.0.0.1", "/stream")
                        .compose(request -> request.send())
                        .onSuccess(
                            response ->
                                EventStreams.decode(response)
                                    .endHandler(end -> out.add("end"))
                                    .handler(event -> out.add(String.valueOf(event.data()))));
                  }
                },
            new DeploymentOptions().setThreadingModel(model));
    origin.next().stream().send("data: a\n\ndata: b\n\n").close();
    await(deployed);
    assertThat(out.poll(20, TimeUnit.SECONDS)).isEqualTo("a");
    assertThat(out.poll(20, TimeUnit.SECONDS)).isEqualTo("b");
    assertThat(out.poll(20, TimeUnit.SECONDS)).isEqualTo("end");
  }
}
