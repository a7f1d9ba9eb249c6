package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.fanout.AddressFilter;
import dev.ssebridge.internal.fanout.Channel;
import dev.ssebridge.internal.fanout.FanoutLoop;
import dev.ssebridge.internal.fanout.Start;
import dev.ssebridge.internal.fanout.Subscriber;
import dev.ssebridge.internal.fanout.Subscription;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.socket.ConnectionGate;
import dev.ssebridge.internal.socket.ConnectionGate.Sharing;
import dev.ssebridge.internal.socket.StreamSink;
import dev.ssebridge.spi.CloseReason;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** A request that was counted: whatever happens, it is counted off again exactly once. */
final class StreamOpening {
  private static final System.Logger LOG = System.getLogger(StreamOpening.class.getName());

  private final Serving serving;
  private final BridgeRequest context;
  private final BoundChannel bound;
  private final String remote;
  private final Start.From from;
  private final AddressFilter filter;
  private boolean released;

  StreamOpening(
      Serving serving,
      BridgeRequest context,
      BoundChannel bound,
      String remote,
      Start.From from,
      AddressFilter filter) {
    this.serving = serving;
    this.context = context;
    this.bound = bound;
    this.remote = remote;
    this.from = from;
    this.filter = filter;
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
    try {
      open();
    } catch (RuntimeException e) {
      release();
      serving.fail(context, e);
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
    if (!serving.listener().gate().enter()) {
      release();
      Refusal.send(context.request(), serving.route().config(), SubscribeHandler.SHUTTING_DOWN);
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
      Start here = channel.start(new Start.Now(), serving.hub()::isLive);
      StreamHead.set(
          context.request(), serving.listener().name(), channel.log().positionOf(here.cursor()));
      release();
      context.response().end();
      return;
    }
    Start start = channel.start(from, serving.hub()::isLive);
    StreamHead.set(context.request(), start, serving.listener().name());
    FanoutLoop loop = serving.hub().fanout(Vertx.currentContext());
    RouteConfig config = serving.route().config();
    long retry = config.retry().toMillis();
    OpenStream open = new OpenStream(loop);
    Subscription subscription =
        new Subscription(
            filter,
            config.maxEvents() == null ? Long.MAX_VALUE : config.maxEvents(),
            config.maxAge() == null ? 0 : jittered(loop, config.maxAge().toMillis()),
            jittered(loop, retry),
            open::onClose);
    StreamSink sink = StreamSink.of(context.request(), serving.writer());
    Channel.Opening opening = channel.subscribe(loop, start, subscription, sink);
    Subscriber subscriber = opening.subscriber();
    open.subscriber = subscriber;
    sink.attach(subscriber);
    StreamHead.closeDelimited(context.request(), context::onHead);
    context.onEnd(cleanly -> onResponseEnded(subscriber, cleanly));
    serving.streams().add(loop, subscriber, serving.route().name());
    open.onOpened();
    opening.open();
    if (serving.closed().getAsBoolean()) {
      // The route may have been taken away before this stream was among those that then end.
      subscriber.close(CloseReason.DRAINED);
    }
  }

  /** Not by the bridge, which would have closed the subscriber first. */
  private void onResponseEnded(Subscriber subscriber, boolean cleanly) {
    StreamHead.endConnection(context.request());
    // Of a response that another thread ends, the stream of HTTP/2 may be gone before it says so.
    if (cleanly || context.response().ended()) {
      subscriber.close(CloseReason.APPLICATION);
    } else {
      subscriber.gone();
    }
  }

  private void release() {
    if (released) {
      return;
    }
    released = true;
    serving.route().release(bound, remote);
    bound.channel().release();
  }

  /** Up to a fifth more, so that those who came together do not come back together. */
  private static long jittered(FanoutLoop loop, long millis) {
    return millis + loop.random().nextLong(millis / 5 + 1);
  }

  /** The stream, as its end sees it. */
  private final class OpenStream {
    private final FanoutLoop loop;
    private @Nullable Subscriber subscriber;

    private @Nullable ConnectionGate gate;

    OpenStream(FanoutLoop loop) {
      this.loop = loop;
    }

    /** The stream has limits of its own for a client that takes nothing. */
    void onOpened() {
      HttpServerRequest request = context.request();
      ConnectionGate found = ConnectionGate.of(request.connection());
      if (found != null) {
        found.onStreamOpened(BridgeRequest.isHttp1(request) ? Sharing.NONE : Sharing.MULTIPLEXED);
        gate = found;
      }
    }

    void onClose(CloseReason reason) {
      release();
      Subscriber closed = subscriber;
      if (closed != null) {
        serving.streams().remove(loop, closed);
      }
      if (gate != null) {
        gate.onStreamClosed();
        gate = null;
      }
      serving.listener().onClose(context, serving.route().name(), reason);
    }
  }
}
