package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.fanout.Channel;
import dev.ssebridge.internal.fanout.EventFilter;
import dev.ssebridge.internal.fanout.FanoutLoop;
import dev.ssebridge.internal.fanout.Start;
import dev.ssebridge.internal.fanout.Subscriber;
import dev.ssebridge.internal.fanout.Subscription;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.socket.StreamSink;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.spi.CloseReason;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.BitSet;

/** A request that was counted: whatever happens, it is counted off again exactly once. */
final class StreamOpening {
  private static final System.Logger LOG = System.getLogger(StreamOpening.class.getName());

  private final Serving serving;
  private Wish wish;
  private final BridgeRequest context;
  private final BoundChannel bound;
  private boolean released;
  private boolean listens;

  StreamOpening(Serving serving, Wish wish, BoundChannel bound) {
    this.serving = serving;
    this.wish = wish;
    this.context = wish.context();
    this.bound = bound;
  }

  /** Nothing is lost between the answer and the first message: the consumers come first. */
  void whenReady() {
    if (bound.ready().succeeded()) {
      openOrFail();
      return;
    }
    Context loop = Vertx.currentContext();
    bound
        .ready()
        .onComplete(
            ready ->
                loop.runOnContext(
                    v -> {
                      if (ready.succeeded()) {
                        openOrFail();
                      } else {
                        notReady(ready.cause());
                      }
                    }));
  }

  /** An EventSource would give up for good on an error. */
  private void notReady(Throwable cause) {
    LOG.log(
        Level.ERROR,
        "route " + serving.route().name() + ": the event bus cannot be listened to",
        cause);
    release();
    Refusal.send(
        context.request(), serving.route().config(), "the event bus cannot be listened to");
  }

  private void openOrFail() {
    orFail(this::findAndOpen);
  }

  private void orFail(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      release();
      serving.fail(context, e);
    }
  }

  private void findAndOpen() {
    Future<Start.From> found = bound.find(wish.from());
    if (found == null) {
      open();
      return;
    }
    Context loop = Vertx.currentContext();
    found.onComplete(from -> loop.runOnContext(v -> orFail(() -> openAt(from))));
  }

  private void openAt(AsyncResult<Start.From> from) {
    if (from.succeeded()) {
      wish = wish.withFrom(from.result());
      open();
    } else {
      release();
      String reason = PrintableText.of(String.valueOf(from.cause().getMessage()));
      Refusal.send(context.request(), serving.route().config(), reason);
    }
  }

  private void open() {
    HttpServerResponse response = context.response();
    if (response.closed() || response.ended()) {
      release();
      return;
    }
    if (response.headWritten()) {
      throw new IllegalStateException(
          "route "
              + serving.route().name()
              + ": expected a response without a head, a handler before has sent it");
    }
    if (serving.closed().getAsBoolean() || !serving.listener().gate().enter()) {
      // The route may have been taken away while this waited for a channel, or for a history.
      release();
      serving.refuseClosed(context.request());
      return;
    }
    try {
      stream();
    } finally {
      serving.listener().gate().leave();
    }
  }

  private void stream() {
    Channel channel = bound.channel();
    if (HttpMethod.HEAD.equals(context.request().method())) {
      Start here = channel.start(Start.NOW, serving.hub()::isLive);
      StreamHead.set(
          context.request(), serving.listener().name(), channel.log().positionOf(here.cursor()));
      release();
      context.response().end();
      return;
    }
    boolean heapOnly = bound.isHeapOnly() && !(wish.from() instanceof Start.Now);
    Start start =
        heapOnly
            ? channel.startInHeap(wish.from(), serving.hub()::isLive)
            : channel.start(wish.from(), serving.hub()::isLive);
    StreamHead.set(context.request(), start, serving.listener().name());
    if (heapOnly) {
      StreamHead.heapOnly(context.request());
    }
    FanoutLoop loop = serving.hub().fanout(Vertx.currentContext());
    LoopStreams streams = serving.streams().on(loop);
    OpenStream open = new OpenStream(serving, streams, wish, this);
    StreamSink sink = StreamSink.of(context.request(), serving.writer().get());
    Subscription subscription = subscription(loop, open);
    Channel.Opening opening = channel.subscribe(loop, start, subscription, sink);
    Subscriber subscriber = opening.subscriber();
    sink.attach(subscriber);
    StreamHead.closeDelimited(context.request(), context::onHead);
    open.onOpened(subscriber);
    Instant end = wish.endAt();
    if (end != null && millisUntil(end) <= 0) {
      subscriber.close(
          wish.reasonOfEnd(), RetryBlock.jittered(subscription.retryMillis(), loop.random()));
    }
    opening.open();
    if (serving.listener().isToldDown(open.store())) {
      subscriber.send(StoreNotice.of(false)); // who was there before has been told
    }
    listen();
    if (serving.closed().getAsBoolean()) {
      // The route may have been taken away before this stream was among those that then end.
      subscriber.close(CloseReason.DRAINED);
    }
  }

  /** From its first byte on, so that one who sends because of it finds the stream there. */
  private void listen() {
    if (!released) {
      listens = true;
      serving.hub().listened().came(wish.addresses());
    }
  }

  private Subscription subscription(FanoutLoop loop, OpenStream open) {
    RouteConfig config = serving.route().config();
    long age = config.maxAge() == null ? 0 : jittered(loop, config.maxAge().toMillis());
    Instant end = wish.endAt();
    long left = end == null ? Long.MAX_VALUE : millisUntil(end);
    boolean endsFirst = end != null && (age == 0 || left < age);
    return new Subscription(
        filter(),
        config.maxEvents() == null ? Long.MAX_VALUE : config.maxEvents(),
        endsFirst ? Math.max(1, left) : age,
        endsFirst ? wish.reasonOfEnd() : CloseReason.MAX_AGE,
        jittered(loop, config.retry().toMillis()),
        open);
  }

  private EventFilter filter() {
    String label = wish.label();
    EventFilter ofAddresses = ofAddresses();
    return label == null ? ofAddresses : ofAddresses.labelled(label);
  }

  private EventFilter ofAddresses() {
    if (wish.addresses().size() == wish.offered().size()) {
      return EventFilter.ALL;
    }
    BitSet indexes = new BitSet(wish.offered().size());
    wish.addresses().forEach(address -> indexes.set(wish.offered().indexOf(address)));
    return EventFilter.of(indexes);
  }

  /** Counts it off. */
  void release() {
    if (released) {
      return;
    }
    released = true;
    if (listens) {
      serving.hub().listened().left(wish.addresses());
    }
    serving.route().leave(bound);
    serving.route().release(wish.remote());
    bound.channel().release();
  }

  /** Up to a fifth more, so that those who came together do not come back together. */
  private static long jittered(FanoutLoop loop, long millis) {
    return millis + loop.random().nextLong(millis / 5 + 1);
  }

  private long millisUntil(Instant end) {
    return Wish.millisUntil(end, serving.hub().clock().getAsLong());
  }
}
