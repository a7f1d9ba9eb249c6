package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import io.vertx.core.http.HttpServer;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;

/** A subscriber reads a source. */
@Tag("slow")
class EventSourcePublisherTest extends EventSourceFixture {
  private final Subscriber subscriber = new Subscriber();

  /** Asks for nothing by itself, and keeps what it is told. */
  private static final class Subscriber implements Flow.Subscriber<ServerSentEvent> {
    final CompletableFuture<Flow.Subscription> subscribed = new CompletableFuture<>();
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscribed.complete(subscription);
    }

    @Override
    public void onNext(ServerSentEvent event) {
      told.add(String.valueOf(event.data()));
    }

    @Override
    public void onError(Throwable failure) {
      told.add(failure.getClass().getSimpleName());
    }

    @Override
    public void onComplete() {
      told.add("complete");
    }

    Flow.Subscription subscription() throws Exception {
      return subscribed.get(20, TimeUnit.SECONDS);
    }

    @Nullable String next() throws Exception {
      return told.poll(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void asManyComeAsAreWantedAndTheEndIsTold() throws Exception {
    EventSource source = track(EventSource.once(vertx, options()));
    source.publisher().subscribe(subscriber);
    Flow.Subscription subscription = subscriber.subscription();
    origin.next().stream().send("data: 1\n\ndata: 2\n\ndata: 3\n\n").close();
    subscription.request(1);
    assertThat(subscriber.next()).isEqualTo("1");
    await(turn(source));
    assertThat(subscriber.told).isEmpty();
    subscription.request(3); // one more, so that what follows is looked for
    assertThat(subscriber.next()).isEqualTo("2");
    assertThat(subscriber.next()).isEqualTo("3");
    assertThat(subscriber.next()).isEqualTo("complete");
    subscription.request(1);
    subscription.cancel();
    await(turn(source));
    assertThat(subscriber.told).isEmpty();
  }

  @Test
  void cancelClosesTheSource() throws Exception {
    EventSource source = source(options());
    source.publisher().subscribe(subscriber);
    Peer peer = origin.next().stream();
    subscriber.subscription().cancel();
    peer.awaitClosed();
    await(source.close());
    assertThat(source.state()).isEqualTo(EventSourceState.CLOSED);
    assertThat(subscriber.told).isEmpty();
  }

  @Test
  void aFailureIsTold() throws Exception {
    track(EventSource.once(vertx, options())).publisher().subscribe(subscriber);
    subscriber.subscription().request(1);
    origin.next().answer("404 Not Found");
    assertThat(subscriber.next()).isEqualTo("EventSourceException");
  }

  @Test
  void aSecondSubscriberAndOneBesideAnIteratorAreRefused() throws Exception {
    EventSource source = source(options());
    source.publisher().subscribe(new Subscriber());
    source.publisher().subscribe(subscriber);
    assertThat(subscriber.subscription()).isNotNull();
    assertThat(subscriber.next()).isEqualTo("IllegalStateException");
    EventSource iterated = source(options());
    EventIterator events = iterated.iterator();
    Subscriber late = new Subscriber();
    iterated.publisher().subscribe(late);
    assertThat(late.next()).isEqualTo("IllegalStateException");
    events.close();
  }

  @Test
  void aSubscriberThatThrowsHasCancelled() throws Exception {
    EventSource source = source(options());
    BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    source.exceptionHandler(failures::add);
    source
        .publisher()
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(2);
              }

              @Override
              public void onNext(ServerSentEvent event) {
                throw new IllegalStateException("no more");
              }

              @Override
              public void onError(Throwable failure) {
                failures.add(new AssertionError("told of a failure", failure));
              }

              @Override
              public void onComplete() {
                failures.add(new AssertionError("told of the end"));
              }
            });
    Peer peer = origin.next().stream().send("data: 1\n\ndata: 2\n\n");
    peer.awaitClosed();
    await(source.close());
    assertThat(failures).hasSize(1);
    assertThat(failures.poll()).hasMessageContaining("no more");
  }

  /** The checks of reactive streams themselves, which are written for TestNG. */
  private final class Rules extends FlowPublisherVerification<ServerSentEvent> {
    private final int port;

    Rules(int port) {
      super(new TestEnvironment(2000, 100), 2000);
      this.port = port;
    }

    @Override
    public long maxElementsFromPublisher() {
      return 10_000;
    }

    @Override
    public Flow.Publisher<ServerSentEvent> createFlowPublisher(long elements) {
      String url = "http://127.0.0.1:" + port + "/?" + Math.min(elements, 10_000);
      return track(EventSource.once(vertx, new EventSourceOptions(url))).publisher();
    }

    @Override
    public Flow.Publisher<ServerSentEvent> createFailedFlowPublisher() {
      EventSource source = source(options());
      source.iterator().close();
      return source.publisher();
    }
  }

  @TestFactory
  Stream<DynamicTest> itHoldsTheRulesOfReactiveStreams() throws Exception {
    HttpServer server =
        await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        request
                            .response()
                            .putHeader("content-type", "text/event-stream")
                            .end("data: x\n\n".repeat(Integer.parseInt(request.query()))))
                .listen(0, "127.0.0.1"));
    Rules rules = new Rules(server.actualPort());
    return Arrays.stream(Rules.class.getMethods())
        .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
        .map(
            method ->
                DynamicTest.dynamicTest(
                    method.getName(),
                    () -> {
                      rules.setUp();
                      try {
                        method.invoke(rules);
                      } catch (InvocationTargetException e) {
                        Throwable cause = Objects.requireNonNull(e.getCause());
                        throw cause instanceof SkipException
                            ? new TestAbortedException(cause.getMessage())
                            : cause;
                      }
                    }));
  }
}
