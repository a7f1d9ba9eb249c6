package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.WriterMode;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpServerConfig;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.metrics.TransportMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import io.vertx.core.transport.Transport;
import io.vertx.junit5.VertxExtension;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** That tests which run on several ways do so. */
@ExtendWith(VertxExtension.class)
@Ways
class WritersTest {
  private static final Set<Class<?>> WRITERS = Set.of(RawWriter.class, PublicWriter.class);

  /** Vert.x counts the bytes of a write while it is made, so the stack shows who makes it. */
  @Test
  void anOrdinaryStreamIsServedAndWrittenAsTheWayOfTheTestSays() {
    Queue<Class<?>> seen = new ConcurrentLinkedQueue<>();
    Vertx vertx =
        Vertx.builder()
            .with(new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true)))
            .withMetrics(options -> new WhoWrites(seen))
            .build();
    Queue<Boolean> routed = new ConcurrentLinkedQueue<>();
    try (BridgeFixture bridge =
        BridgeFixture.withHandlers(
            vertx,
            "{'routes':{'n':{'path':'/n','address':'news'}}}",
            1,
            one ->
                one.subscribeHandler(
                    request -> {
                      routed.add(request.routingContext() != null);
                      request.accept();
                    }))) {
      SseProbe probe = bridge.open("/n");
      bridge.publish("news", "x".repeat(100_000));
      probe.awaitEvents(1);
      Deadline.await(() -> !seen.isEmpty(), () -> "a write");
      assertThat(seen)
          .containsOnly(
              Way.current().writer() == WriterMode.AUTO ? RawWriter.class : PublicWriter.class);

      probe.close();
      bridge.awaitEnds(1);
      assertThat(routed).containsExactly(Way.current().isRouted());
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }

  @Test
  void whatIsNeededOfVertxIsThereAndWhereItIsNotOneLineSaysWhatDoesNotHold() {
    assertThat(Internals.warning(SocketState.canSeeChannels(), WrittenBytes.isKnown())).isNull();
    assertThat(Internals.warning(false, false)).contains("http.requestTimeout", "http.stalled");
    assertThat(Internals.warning(true, false)).contains("the public way");
  }

  @Test
  void testsRunOnTheNativeTransportWhereThereIsOne(Vertx vertx) {
    Transport nativeOne = Transport.nativeTransport();
    assertThat(vertx.isNativeTransportEnabled())
        .isEqualTo(nativeOne != null && nativeOne.available());
  }

  private record WhoWrites(Queue<Class<?>> seen)
      implements VertxMetrics, HttpServerMetrics<Object, Object>, TransportMetrics<Object> {
    @Override
    public HttpServerMetrics<?, ?> createHttpServerMetrics(
        HttpServerConfig config, SocketAddress tcp, SocketAddress quic) {
      return this;
    }

    @Override
    public TransportMetrics<?> createTcpServerMetrics(
        TcpServerConfig config, String protocol, SocketAddress address) {
      return this;
    }

    @Override
    public void bytesWritten(Object socket, SocketAddress remote, long count) {
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
          .walk(
              frames ->
                  frames
                      .<Class<?>>map(StackWalker.StackFrame::getDeclaringClass)
                      .filter(WRITERS::contains)
                      .findFirst())
          .ifPresent(seen::add);
    }
  }
}
