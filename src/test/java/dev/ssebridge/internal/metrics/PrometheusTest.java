package dev.ssebridge.internal.metrics;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.SseBridgeServer;
import dev.ssebridge.metrics.BridgeMeters;
import dev.ssebridge.metrics.Distribution;
import dev.ssebridge.metrics.MeterInfo;
import dev.ssebridge.metrics.MetricsSpi;
import dev.ssebridge.metrics.SseBridgeMetrics;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.SseProbe;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.junit5.VertxExtension;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.VertxPrometheusOptions;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The meters as others read them. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class PrometheusTest {
  private static final String CONFIG =
      "{'routes':{'n':{'path':'/n','address':'n'},"
          + "'rooms':{'path':'/rooms/:room','address':'rooms.{room}'}},"
          + "'publish':{'rooms':{'path':'/rooms/:room','address':'rooms.{room}'}}}";

  private static String served(Vertx vertx, BridgeMeters meters) {
    HttpServer server =
        vertx.createHttpServer().requestHandler(request -> answer(request.response(), meters));
    int port = BridgeFixture.get(server.listen(0, "127.0.0.1")).actualPort();
    HttpResponse<String> response = new HttpCalls(port).text("/metrics");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains(BridgeMeters.TEXT_TYPE);
    return response.body();
  }

  /** What a handler throws, Vert.x logs, and leaves the request without an answer. */
  private static void answer(HttpServerResponse response, BridgeMeters meters) {
    try {
      response.putHeader("content-type", BridgeMeters.TEXT_TYPE).end(meters.text());
    } catch (Throwable thrown) {
      response.setStatusCode(500).end(thrown.toString());
    }
  }

  @Test
  void promtoolIsContentWithWhatIsServed(Vertx vertx) throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG);
        BridgeMeters meters = BridgeMeters.of(vertx).add("a \"b\" \\ c\n", bridge.bridge())) {
      SseProbe probe = bridge.open("/n");
      bridge.publishNumbers("n", 1, 10);
      probe.awaitData("m10");
      String text = served(vertx, meters);
      assertThat(text).contains("bridge=\"a \\\"b\\\" \\\\ c\\n\"").endsWith("\n");
      check(text);
    }
  }

  /** Where it is not installed, the change is checked where everything is. */
  private static void check(String text) throws IOException, InterruptedException {
    boolean installed =
        List.of(System.getenv("PATH").split(":", -1)).stream()
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "promtool")));
    if (!Boolean.parseBoolean(System.getenv("CI"))) {
      assumeTrue(installed, "promtool is not installed (Debian: prometheus)");
    }
    Path file = Files.createTempFile("metrics", ".txt");
    Path output = Files.createTempFile("promtool", ".txt");
    try {
      Files.writeString(file, text);
      Process promtool =
          new ProcessBuilder("promtool", "check", "metrics")
              .redirectInput(file.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean hasEnded = promtool.waitFor(Deadline.PATIENCE.toMillis(), MILLISECONDS);
      promtool.destroyForcibly();
      String said = Files.readString(output);
      assertThat(hasEnded).as("promtool has ended; it said " + said).isTrue();
      assertThat(promtool.exitValue()).as(said).isZero();
      assertThat(said).isEmpty();
    } finally {
      Files.delete(file);
      Files.delete(output);
    }
  }

  @Test
  void aRegistryOfPrometheusShowsTheSameBesideTheMetersOfVertx() throws Exception {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Vertx vertx =
        Vertx.builder()
            .with(
                new VertxOptions()
                    .setMetricsOptions(
                        new MicrometerMetricsOptions()
                            .setEnabled(true)
                            .setPrometheusOptions(new VertxPrometheusOptions().setEnabled(true))))
            .withMetrics(new MicrometerMetricsFactory(registry))
            .build();
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG);
        BridgeMeters meters = BridgeMeters.of(vertx).add(bridge.bridge())) {
      aRegistryShowsTheSame(vertx, registry, bridge, meters);
      assertThat(registry.scrape()).doesNotContain(Meter.PREFIX);
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }

  private static void aRegistryShowsTheSame(
      Vertx vertx, PrometheusMeterRegistry registry, BridgeFixture bridge, BridgeMeters meters)
      throws Exception {
    try (SseBridgeMetrics metrics = new SseBridgeMetrics(vertx, meters)) {
      metrics.bindTo(registry);
      SseProbe probe = bridge.open("/n");
      String pad = "x".repeat(1000);
      for (int i = 0; i < 100; i++) {
        bridge.publish("n", pad + i);
      }
      probe.awaitData(pad + 99);

      String scraped = registry.scrape();
      assertThat(scraped)
          .contains("# TYPE ssebridge_append_to_socket_seconds histogram")
          .contains("ssebridge_append_to_socket_seconds_bucket{route=\"n\",le=\"+Inf\"}")
          .contains("ssebridge_events_delivered_total{route=\"n\"} 100.0")
          .contains("vertx_http_server_active_connections");
      Set<String> own = new TreeSet<>();
      Set<String> theirs = new TreeSet<>();
      meters.text().lines().filter(line -> !line.startsWith("#")).forEach(l -> own.add(series(l)));
      scraped
          .lines()
          .filter(line -> line.startsWith(Meter.PREFIX))
          .forEach(line -> theirs.add(series(line)));
      assertThat(theirs).isEqualTo(own);
      // What was written past the encoders of Vert.x is in its counters all the same.
      Deadline.await(
          () -> bytesOfVertx(registry.scrape()) >= 100 * 1000,
          () -> "bytes written, of Vert.x: " + bytesOfVertx(registry.scrape()));
      assertThatThrownBy(() -> new SseBridgeMetrics(vertx, meters).bindTo(registry))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("one BridgeMeters");
      check(scraped);
    }
  }

  /** Name and labels, in whatever order these are. */
  private static String series(String line) {
    String name = line.substring(0, line.lastIndexOf(' '));
    int brace = name.indexOf('{');
    return brace < 0
        ? name
        : name.substring(0, brace)
            + new TreeSet<>(List.of(name.substring(brace + 1, name.length() - 1).split(",", -1)));
  }

  private static double bytesOfVertx(String scraped) {
    return scraped
        .lines()
        .filter(line -> line.startsWith("vertx_http_server_bytes_written"))
        .filter(line -> line.contains("_sum") || line.contains("_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void anyRegistryOfMicrometerHasTheValuesOfNow(Vertx vertx) {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      anyRegistryShowsThem(vertx, registry, bridge);
      assertThat(registry.getMeters()).isEmpty();
    }
  }

  private static void anyRegistryShowsThem(
      Vertx vertx, SimpleMeterRegistry registry, BridgeFixture bridge) {
    try (SseBridgeMetrics metrics = new SseBridgeMetrics(vertx, bridge.bridge())) {
      metrics.bindTo(registry);
      SseProbe probe = bridge.open("/n");
      bridge.publishNumbers("n", 1, 10);
      probe.awaitData("m10");
      Deadline.await(
          () ->
              registry.get("ssebridge.events.delivered").tag("route", "n").functionCounter().count()
                  == 10,
          () -> "10 events");
      assertThat(
              registry
                  .get("ssebridge.publish.to.append.seconds.bucket")
                  .tags("route", "n", "le", "+Inf")
                  .functionCounter()
                  .count())
          .isEqualTo(10);
      assertThat(registry.get("ssebridge.streams.open").tag("route", "n").gauge().value())
          .isEqualTo(1);
    }
  }

  @Test
  void aTopicPerRequestAddsNoSeries(Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG);
        BridgeMeters meters = BridgeMeters.of(vertx).add(bridge.bridge())) {
      for (int i = 0; i < 2; i++) {
        ask(bridge, i);
      }
      Deadline.await(() -> requests(meters) == 2, () -> "2 requests");
      int before = new Scrape(meters.text()).size();
      for (int i = 2; i < 100; i++) {
        ask(bridge, i);
      }
      Deadline.await(() -> requests(meters) == 100, () -> "100 requests");
      Scrape after = new Scrape(meters.text());
      assertThat(after.size()).isEqualTo(before);
      assertThat(after.has("room-9")).isFalse();
      assertThat(after.of("channels{route=\"rooms\"}")).isEqualTo(100);
    }
  }

  private static void ask(BridgeFixture bridge, int i) {
    SseProbe probe = bridge.open("/rooms/room-" + i, "User-Agent: agent-" + i);
    bridge
        .request(
            "POST",
            "/rooms/room-" + i + "?event=type-" + i,
            "Content-Type: text/plain",
            "Content-Length: 1",
            "X-Forwarded-For: 10.0.0." + i)
        .send("x")
        .awaitEnd();
    probe.awaitData("x");
    probe.close();
  }

  private static double requests(BridgeMeters meters) {
    Scrape scrape = new Scrape(meters.text());
    String series = "publish_requests_total{rule=\"rooms\",status=\"202\"}";
    return scrape.has(series) ? scrape.of(series) : 0;
  }

  @Test
  void whoeverReadsByHandIsToldEachSeriesOnceMeterByMeter(Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG, 2);
        BridgeMeters meters = BridgeMeters.of(vertx).add(bridge.bridge())) {
      List<String> told = new ArrayList<>();
      meters.read(
          new MetricsSpi() {
            @Override
            public void value(MeterInfo meter, List<String> tags, double value) {
              assertThat(tags).hasSameSizeAs(meter.tags());
              told.add(meter.name() + tags);
            }

            @Override
            public void distribution(MeterInfo meter, List<String> tags, Distribution seen) {
              assertThat(tags).hasSameSizeAs(meter.tags());
              assertThat(seen.counts()).hasSize(seen.bounds().length + 1);
              told.add(meter.name() + tags);
            }
          });
      assertThat(told).doesNotHaveDuplicates();
      List<String> names = told.stream().map(each -> each.replaceAll("\\[.*", "")).toList();
      List<String> known =
          BridgeMeters.all().stream().map(MeterInfo::name).collect(Collectors.toList());
      known.retainAll(names);
      assertThat(names.stream().distinct().toList()).isEqualTo(known);
    }
  }

  @Test
  void theSeriesOfARouteGoWithIt(Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG);
        BridgeMeters meters = BridgeMeters.of(vertx).add(bridge.bridge())) {
      assertThat(new Scrape(meters.text()).has("route=\"n\"")).isTrue();
      BridgeFixture.get(bridge.bridge().removeRoute("n"));
      assertThat(new Scrape(meters.text()).has("route=\"n\"")).isFalse();
    }
  }

  @Test
  void bridgesAreToldApartByTheirNames(Vertx vertx) {
    SseBridgeServer other =
        SseBridgeServer.create(
            vertx,
            SseBridgeOptions.read(
                BridgeFixture.json(
                    "{'http':{'port':0,'drain':0},'routes':{'n':{'path':'/n','address':'n'}}}")));
    BridgeFixture.get(other.listen());
    try (BridgeFixture one = BridgeFixture.deploy(vertx, CONFIG);
        BridgeMeters meters =
            BridgeMeters.of(vertx).add("one", one.bridge()).add("other", other.bridge())) {
      one.open("/n");
      Scrape scrape = new Scrape(meters.text());
      assertThat(scrape.of("streams_open{bridge=\"one\",route=\"n\"}")).isEqualTo(1);
      assertThat(scrape.of("streams_open{bridge=\"other\",route=\"n\"}")).isZero();
      assertThatThrownBy(() -> meters.add("one", other.bridge()))
          .isInstanceOf(IllegalArgumentException.class);
      BridgeFixture.get(other.close());
      assertThat(new Scrape(meters.text()).has("other")).isFalse();
    }
  }

  @Test
  void loopsAndLagAreMeasuredWhileSomebodyReads(Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG);
        BridgeMeters meters = BridgeMeters.of(vertx).add(bridge.bridge())) {
      bridge.open("/n");
      Deadline.await(
          () -> {
            Scrape scrape = new Scrape(meters.text());
            return scrape.of("lag_events_bucket{route=\"n\",le=\"0.0\"}") >= 2
                && scrape.of("lag_seconds_count{route=\"n\"}") >= 2
                && scrape.of("loop_delay_seconds_count{loop=\"0\"}") >= 5;
          },
          () -> "looks at lag and loops");
    }
  }
}
