package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.EventStream;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever an application does from threads that are not the stream's own. */
@ExtendWith(VertxExtension.class)
@Ways({Way.ROUTED_AUTO, Way.ROUTED_PUBLIC})
class ForeignThreadsTest {
  private static final String NEWS = "{'routes':{'n':{'path':'/n','address':'news'}}}";
  private static final int STREAMS = 200;

  private static Vertx vertx;

  private final Queue<RoutingContext> contexts = new ConcurrentLinkedQueue<>();
  private final Set<String> endThreads = ConcurrentHashMap.newKeySet();

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @Test
  void responsesThatAreEndedByWorkersEndTheirStreamsOnTheirLoops() {
    try (BridgeFixture bridge = remembering()) {
      SseProbe bystander = bridge.open("/n");
      List<SseProbe> ended = open(bridge, STREAMS);
      contexts.remove(); // the bystander's
      long timer = vertx.setPeriodic(1, t -> bridge.publish("news", "x"));
      ended.forEach(probe -> probe.awaitEvents(1));
      List<Future<?>> ends = new ArrayList<>();
      contexts.forEach(
          context -> ends.add(vertx.executeBlocking(() -> context.response().end(), false)));
      ends.forEach(BridgeFixture::get);

      ended.forEach(SseProbe::awaitEnd);
      assertThat(bridge.awaitEnds(STREAMS)).containsOnly(CloseReason.APPLICATION);
      assertThat(endThreads).isNotEmpty().allMatch(name -> name.contains("eventloop"));
      bridge.awaitStreams(1);
      bystander.awaitEvents(bystander.events().size() + 10);
      ended.forEach(probe -> assertThat(probe.body()).endsWith("\n\n"));
      // What follows on the connections is not what was left of the streams.
      ended.forEach(probe -> probe.next().send("GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n"));
      ended.forEach(probe -> assertThat(probe.status()).isEqualTo(404));
      vertx.cancelTimer(timer);
    }
  }

  @Test
  void http2ResponsesThatAreEndedByWorkersEndTheirStreamsOnTheirLoops() {
    try (BridgeFixture bridge = remembering()) {
      SseProbe bystander = bridge.open("/n");
      HttpClient client =
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setProtocolVersion(HttpVersion.HTTP_2)
                  .setHttp2ClearTextUpgrade(false));
      AtomicInteger over = new AtomicInteger();
      for (int i = 0; i < 50; i++) {
        HttpClientRequest request =
            BridgeFixture.get(client.request(HttpMethod.GET, bridge.port(), "localhost", "/n"));
        Future<HttpClientResponse> response =
            request.response().onSuccess(r -> r.endHandler(v -> over.incrementAndGet()));
        BridgeFixture.get(request.send().compose(sent -> response));
      }
      bridge.awaitStreams(51);
      long timer = vertx.setPeriodic(1, t -> bridge.publish("news", "x"));
      contexts.remove();
      contexts.forEach(context -> vertx.executeBlocking(() -> context.response().end(), false));

      Deadline.await(() -> over.get() == 50, () -> "50 ends, there are " + over);
      assertThat(bridge.awaitEnds(50)).containsOnly(CloseReason.APPLICATION);
      assertThat(endThreads).isNotEmpty().allMatch(name -> name.contains("eventloop"));
      bystander.awaitEvents(bystander.events().size() + 10);
      vertx.cancelTimer(timer);
      BridgeFixture.get(client.close());
    }
  }

  @Test
  void aBridgeAndItsRoutesAreClosedFromAnyThread() throws InterruptedException {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'n':{'path':'/n','address':'news'},'o':{'path':'/o','address':'other'}}}")) {
      bridge.onEnd(closed -> endThreads.add(Thread.currentThread().getName()));
      SseProbe one = bridge.open("/n");
      SseProbe bystander = bridge.open("/o");
      Thread route = new Thread(() -> BridgeFixture.get(bridge.bridge().removeRoute("n")));
      route.start();
      route.join();
      one.awaitEnd();
      bridge.publishNumbers("other", 1, 3);
      bystander.awaitEvents(3);

      BridgeFixture.get(
          vertx.executeBlocking(() -> BridgeFixture.get(bridge.bridge().close().map(1)), false));
      bystander.awaitEnd();
      assertThat(endThreads).isNotEmpty().allMatch(name -> name.contains("eventloop"));
    }
  }

  @Test
  void requestsThatWorkersAndThreadsPassOnAreServedOnTheirLoops() {
    String config =
        "{'routes':{'n':{'path':'/n','address':'news'}},"
            + "'publish':{'n':{'path':'/n','address':'news'}}}";
    try (BridgeFixture bridge =
        BridgeFixture.withRouter(vertx, config, ForeignThreadsTest::passOnElsewhere)) {
      List<SseProbe> probes = open(bridge, 20);
      for (int i = 1; i <= 20; i++) {
        SseProbe post = bridge.request("POST", "/n", "Content-Length: 2").send("m" + i % 10);
        assertThat(post.status()).isEqualTo(202);
      }
      probes.forEach(probe -> assertThat(probe.awaitEvents(20)).hasSize(20));
      bridge.onEnd(closed -> endThreads.add(Thread.currentThread().getName()));
      probes.forEach(SseProbe::reset);
      bridge.awaitEnds(20);
      Deadline.await(() -> !endThreads.isEmpty(), () -> "the end handler");
      assertThat(endThreads).isNotEmpty().allMatch(name -> name.contains("eventloop"));
    }
  }

  @Test
  void anEventStreamIsUsedFromAnyThreadAndTellsOnItsContext() {
    Queue<EventStream> opened = new ConcurrentLinkedQueue<>();
    Queue<Boolean> onContext = new ConcurrentLinkedQueue<>();
    try (BridgeFixture bridge =
        BridgeFixture.withRouter(
            vertx,
            NEWS,
            router ->
                router
                    .get("/own")
                    .handler(
                        context -> {
                          Context own = vertx.getOrCreateContext();
                          EventStream stream = EventStream.open(context);
                          stream.closeHandler(
                              v -> onContext.add(Context.isOnEventLoopThread() && own != null));
                          opened.add(stream);
                        }))) {
      for (int round = 0; round < 20; round++) {
        SseProbe probe = bridge.get("/own");
        Deadline.await(() -> !opened.isEmpty(), () -> "a stream");
        EventStream stream = opened.remove();
        boolean worker = round % 2 == 0;
        Runnable use =
            () -> {
              IntStream.range(0, 100).forEach(i -> stream.send("m" + i));
              stream.close();
            };
        if (worker) {
          BridgeFixture.get(
              vertx.executeBlocking(
                  () -> {
                    use.run();
                    return 1;
                  }));
        } else {
          new Thread(use).start();
        }
        probe.awaitEnd();
        assertThat(probe.data()).isEqualTo(IntStream.range(0, 100).mapToObj(i -> "m" + i).toList());
      }
      Deadline.await(() -> onContext.size() == 20, () -> "20 ends");
      assertThat(onContext).containsOnly(true);
    }
  }

  private BridgeFixture remembering() {
    BridgeFixture bridge =
        BridgeFixture.withRouter(
            vertx,
            NEWS,
            router ->
                router
                    .route("/n")
                    .handler(
                        context -> {
                          contexts.add(context);
                          context.next();
                        }));
    bridge.onEnd(closed -> endThreads.add(Thread.currentThread().getName()));
    return bridge;
  }

  private static List<SseProbe> open(BridgeFixture bridge, int count) {
    List<SseProbe> probes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      probes.add(bridge.get("/n"));
    }
    probes.forEach(SseProbe::awaitOpen);
    return probes;
  }

  /** By turns from a worker and from a thread that Vert.x does not know. */
  private static void passOnElsewhere(Router router) {
    AtomicInteger turn = new AtomicInteger();
    router
        .route()
        .handler(
            context -> {
              context.request().pause();
              if (turn.incrementAndGet() % 2 == 0) {
                vertx.executeBlocking(
                    () -> {
                      context.next();
                      return null;
                    });
              } else {
                new Thread(context::next).start();
              }
            });
  }
}
