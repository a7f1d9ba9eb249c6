package dev.ssebridge;

import static dev.ssebridge.testing.BridgeFixture.get;
import static dev.ssebridge.testing.BridgeFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tracer of Vert.x sees of a bridge and of a source that follows it. */
@Tag("slow")
class TracingTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";
  private static final String SERVER =
      """
      {'http':{'port':0,'drain':0},'routes':{'n':{'path':'/n','address':'news'}},
       'publish':{'n':{'path':'/n','address':'news'}}}
      """;

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final SdkTracerProvider spans =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build();
  private final OpenTelemetrySdk telemetry =
      OpenTelemetrySdk.builder()
          .setTracerProvider(spans)
          .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
          .build();
  private final List<Vertx> all = new ArrayList<>();
  private final SseProbes probes = new SseProbes();
  private final Queue<Message<Object>> heard = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    probes.close();
    all.forEach(vertx -> get(vertx.close()));
    spans.close();
  }

  private Vertx traced() {
    return opened(Vertx.builder().withTracer(new OpenTelemetryTracingFactory(telemetry)).build());
  }

  private Vertx opened(Vertx vertx) {
    all.add(vertx);
    return vertx;
  }

  private static int serve(Vertx vertx) {
    SseBridgeServer server = SseBridgeServer.create(vertx, SseBridgeOptions.read(json(SERVER)));
    return get(server.listen()).actualPort();
  }

  /** A source whose events go to the address {@code here}. */
  private void follow(Vertx vertx, int port, String mode) {
    String config =
        "{'federation':{'name':'other'},'sources':{'up':{'url':'http://127.0.0.1:"
            + port
            + "/n','address':'here','outages':'silent','deliver':"
            + "'"
            + mode
            + "'}}}";
    SseClientVerticle client = new SseClientVerticle(SseBridgeOptions.read(json(config)));
    get(vertx.deployVerticle(client));
    Deadline.await(
        () -> get(client.sources()).encode().contains("\"state\":\"open\""),
        () -> "an open source");
  }

  private void hear(Vertx vertx) {
    get(
        vertx
            .eventBus()
            .consumer(
                "here",
                message -> {
                  heard.add(message);
                  if (message.replyAddress() != null) {
                    message.reply("taken");
                  }
                })
            .completion());
  }

  private SpanData await(String what, Predicate<SpanData> wanted) {
    Deadline.await(() -> exporter.getFinishedSpanItems().stream().anyMatch(wanted), () -> what);
    return exporter.getFinishedSpanItems().stream().filter(wanted).findFirst().orElseThrow();
  }

  private static Predicate<SpanData> is(String name, SpanKind kind) {
    return span -> span.getName().equals(name) && span.getKind() == kind;
  }

  private SpanData childOf(SpanData parent, String name, SpanKind kind) {
    return await(
        name + " within " + parent,
        is(name, kind).and(span -> span.getParentSpanId().equals(parent.getSpanId())));
  }

  private void post(int port, String... more) {
    List<String> headers = new ArrayList<>(List.of(more));
    headers.add("Content-Type: text/plain");
    headers.add("Content-Length: 2");
    SseProbe posted =
        probes.request(port, "POST", "/n", headers.toArray(String[]::new)).send("hi").awaitEnd();
    assertThat(posted.status()).isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(strings = {"publish", "send", "request"})
  void aTraceGoesFromTheRequestOverBothEventBusesToWhoeverListensThere(String mode) {
    Vertx near = traced();
    Vertx far = traced();
    int port = serve(near);
    hear(far);
    follow(far, port, mode);
    post(port, "traceparent: " + PARENT, "tracestate: vendor=1");

    SpanData request = await("the request", is("POST", SpanKind.SERVER));
    assertThat(request.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    SpanData published = childOf(request, "publish", SpanKind.CLIENT);
    childOf(published, "publish", SpanKind.SERVER);
    SpanData handedOver = childOf(published, "hand over", SpanKind.CONSUMER);
    assertThat(handedOver.getAttributes().get(AttributeKey.stringKey("ssebridge.source")))
        .isEqualTo("up");
    assertThat(handedOver.getAttributes().get(AttributeKey.stringKey("message_bus.destination")))
        .isEqualTo("here");
    String name = mode.equals("publish") ? "publish" : "send";
    SpanData sent = childOf(handedOver, name, SpanKind.CLIENT);
    SpanData taken = childOf(sent, name, SpanKind.SERVER);
    if (mode.equals("request")) {
      assertThat(handedOver.getEndEpochNanos()).isGreaterThanOrEqualTo(taken.getStartEpochNanos());
    }
    for (SpanData span : List.of(request, published, handedOver, sent, taken)) {
      assertThat(span.getTraceId()).isEqualTo(TRACE);
    }
    Message<Object> message = heard.element();
    assertThat(message.headers().get("traceparent"))
        .isEqualTo("00-" + TRACE + "-" + sent.getSpanId() + "-01");
    assertThat(message.headers().get("tracestate")).isEqualTo("vendor=1");
  }

  @Test
  void anEventWithoutATraceBeginsOneWhereItIsHandedOver() {
    Vertx near = opened(Vertx.vertx());
    Vertx far = traced();
    int port = serve(near);
    hear(far);
    follow(far, port, "publish");
    post(port, "traceparent: " + PARENT);
    SpanData handedOver = await("the hand-over", is("hand over", SpanKind.CONSUMER));
    assertThat(handedOver.getTraceId()).isNotEqualTo(TRACE);
    assertThat(handedOver.getParentSpanContext().isValid()).isFalse();
    childOf(handedOver, "publish", SpanKind.CLIENT);
  }

  @Test
  void oneWithoutATracerBetweenPassesOnWhatCame() {
    Vertx near = traced();
    Vertx far = opened(Vertx.vertx());
    int port = serve(near);
    hear(far);
    follow(far, port, "publish");
    post(port, "traceparent: " + PARENT);
    Deadline.await(() -> !heard.isEmpty(), () -> "the message");
    assertThat(heard.element().headers().get("traceparent")).startsWith("00-" + TRACE + "-");
  }

  @Test
  void whatIsNoTraceIsNotPassedOn() {
    Vertx near = traced();
    Vertx far = opened(Vertx.vertx());
    int port = serve(near);
    hear(far);
    follow(far, port, "publish");
    near.eventBus()
        .publish(
            "news",
            "x",
            new DeliveryOptions().addHeader("traceparent", "a").addHeader("tracestate", "b"));
    Deadline.await(() -> !heard.isEmpty(), () -> "the message");
    assertThat(heard.element().headers().names()).doesNotContain("traceparent", "tracestate");
  }

  @Test
  void aSubscribeIsASpanUntilTheStreamEnds() {
    Vertx near = traced();
    int port = serve(near);
    SseProbe stream = probes.get(port, "/n", "traceparent: " + PARENT);
    stream.awaitOpen();
    post(port);
    stream.awaitData("hi");
    await("the request to publish", is("POST", SpanKind.SERVER));
    assertThat(exporter.getFinishedSpanItems()).noneMatch(is("GET", SpanKind.SERVER));
    stream.close();
    SpanData subscribed = await("the stream", is("GET", SpanKind.SERVER));
    assertThat(subscribed.getTraceId()).isEqualTo(TRACE);
    // What is published belongs to no stream that gets it.
    await("the message", is("publish", SpanKind.SERVER));
    assertThat(exporter.getFinishedSpanItems())
        .filteredOn(span -> span.getTraceId().equals(TRACE))
        .containsExactly(subscribed);
  }

  @Test
  void theTraceIsInTheEventWhereItIsTracedOnly() {
    int traced = serve(traced());
    int untraced = serve(opened(Vertx.vertx()));
    SseProbe with = probes.get(traced, "/n");
    SseProbe without = probes.get(untraced, "/n");
    with.awaitOpen();
    without.awaitOpen();
    post(traced, "traceparent: " + PARENT);
    post(untraced, "traceparent: " + PARENT);
    with.awaitData("hi");
    without.awaitData("hi");
    assertThat(with.body()).contains("\ntraceparent: 00-" + TRACE + "-");
    assertThat(without.body()).doesNotContain("trace");
  }
}
