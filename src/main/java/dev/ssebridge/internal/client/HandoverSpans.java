package dev.ssebridge.internal.client;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A span for each event of a source that is handed over, from then until it is done with. It
 * belongs to the trace that came with the event, and the span of the message belongs to it. Only on
 * the context of the source.
 */
final class HandoverSpans {
  private static final String OPERATION = "hand over";

  private final VertxTracer<Object, Object> tracer;
  private final VertxLoop loop;
  private final TagExtractor<BusMessage> tags;

  private HandoverSpans(VertxTracer<Object, Object> tracer, VertxLoop loop, String source) {
    this.tracer = tracer;
    this.loop = loop;
    this.tags = new Tags(source);
  }

  /** Those of a source, or null where nothing is traced. */
  @SuppressWarnings("unchecked") // what a tracer gives goes back to no other
  static @Nullable HandoverSpans of(VertxLoop loop, String source) {
    VertxTracer<?, ?> tracer = loop.context().owner().tracer();
    return tracer == null
        ? null
        : new HandoverSpans((VertxTracer<Object, Object>) tracer, loop, source);
  }

  /** Hands over within a span. */
  Future<Void> around(BusMessage message, Function<BusMessage, Future<Void>> handing) {
    ContextInternal own = loop.context().duplicate(); // spans of others go on beside it
    Object span =
        tracer.receiveRequest(
            own,
            SpanKind.MESSAGING,
            TracingPolicy.ALWAYS,
            message,
            OPERATION,
            message.headers(),
            tags);
    ContextInternal before = own.beginDispatch();
    try {
      return handing
          .apply(message)
          .onComplete(done -> tracer.sendResponse(own, null, span, null, TagExtractor.empty()));
    } finally {
      own.endDispatch(before);
    }
  }

  /**
   * What is said of it.
   *
   * @param source the name of the source
   */
  private record Tags(String source) implements TagExtractor<BusMessage> {
    @Override
    public int len(BusMessage message) {
      return 2;
    }

    @Override
    public String name(BusMessage message, int index) {
      return index == 0 ? "message_bus.destination" : "ssebridge.source";
    }

    @Override
    public String value(BusMessage message, int index) {
      return index == 0 ? message.address() : source;
    }
  }
}
