package dev.ssebridge.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.StreamInfo;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import io.vertx.core.spi.observability.HttpResponse;
import io.vertx.junit5.VertxExtension;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What access logs and metrics are told of a stream. */
@ExtendWith(VertxExtension.class)
@Ways
class BytesWrittenTest {
  private static final String NEWS =
      "{'routes':{'n':{'path':'/n','address':'news','maxEvents':50}}}";

  private static BridgeFixture remembering(Vertx vertx) {
    return BridgeFixture.withHandlers(
        vertx,
        NEWS,
        1,
        bridge ->
            bridge.subscribeHandler(
                asked -> asked.attribute("response", asked.request().response()).accept()));
  }

  private static HttpServerResponse responseOf(StreamInfo stream) {
    return (HttpServerResponse) Objects.requireNonNull(stream.attributes().get("response"));
  }

  @Test
  void aResponseCountsAllBytesOfItsStream(Vertx vertx) {
    try (BridgeFixture bridge = remembering(vertx)) {
      Queue<Long> counts = new ConcurrentLinkedQueue<>();
      bridge.onEnd(closed -> counts.add(responseOf(closed).bytesWritten()));
      SseProbe probe = bridge.open("/n");
      SseProbe other = bridge.open("/n");
      for (int i = 1; i <= 50; i++) {
        bridge.publish("news", "m" + i);
        probe.awaitEvents(i);
      }
      probe.awaitEnd();
      other.awaitEnd();
      Deadline.await(() -> counts.size() == 2, () -> "two ends");
      assertThat(counts).containsExactlyInAnyOrder(probe.bodyBytes(), other.bodyBytes());
    }
  }

  @Test
  void aResponseOverHttp2CountsThemToo(Vertx vertx) {
    try (BridgeFixture bridge = remembering(vertx)) {
      Queue<Long> counts = new ConcurrentLinkedQueue<>();
      bridge.onEnd(closed -> counts.add(responseOf(closed).bytesWritten()));
      HttpClient client =
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setProtocolVersion(HttpVersion.HTTP_2)
                  .setHttp2ClearTextUpgrade(false));
      AtomicLong received = new AtomicLong();
      BridgeFixture.get(
          client
              .request(HttpMethod.GET, bridge.port(), "localhost", "/n")
              .compose(
                  request -> {
                    request
                        .response()
                        .onSuccess(r -> r.handler(bytes -> received.addAndGet(bytes.length())));
                    return request.send();
                  }));
      bridge.awaitStreams(1);
      bridge.publishNumbers("news", 1, 50);
      Deadline.await(() -> counts.size() == 1, () -> "the end");
      Deadline.await(
          () -> received.get() == counts.element(), () -> counts + " bytes, got " + received);
      BridgeFixture.get(client.close());
    }
  }

  @Test
  void metricsAreToldAllBytesOfAStream() {
    Queue<Long> counts = new ConcurrentLinkedQueue<>();
    Vertx measured =
        Vertx.builder()
            .withMetrics(options -> new Counting(counts))
            .with(new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true)))
            .build();
    try (BridgeFixture bridge = BridgeFixture.deploy(measured, NEWS)) {
      SseProbe probe = bridge.open("/n");
      for (int i = 1; i <= 50; i++) {
        bridge.publish("news", "m" + i);
        probe.awaitEvents(i);
      }
      probe.awaitEnd();
      Deadline.await(() -> counts.contains(probe.bodyBytes()), () -> probe.bodyBytes() + " bytes");
    }
    BridgeFixture.get(measured.close());
  }

  /** Metrics that remember how many bytes each response had. */
  private record Counting(Queue<Long> counts) implements VertxMetrics {
    @Override
    public HttpServerMetrics<?, ?> createHttpServerMetrics(
        HttpServerConfig config, SocketAddress tcp, SocketAddress udp) {
      return new HttpServerMetrics<Object, Object>() {
        @Override
        public void responseEnd(Object metric, HttpResponse response, long bytes) {
          counts.add(bytes);
        }
      };
    }
  }
}
