package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.bus.RouteChannels.Placement;
import dev.ssebridge.internal.bus.RouteChannels.Purpose;
import dev.ssebridge.internal.bus.RouteChannels.Wish;
import dev.ssebridge.internal.config.PathTemplate;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.config.WriterMode;
import dev.ssebridge.internal.fanout.AddressFilter;
import dev.ssebridge.internal.fanout.Channel;
import dev.ssebridge.internal.fanout.FanoutLoop;
import dev.ssebridge.internal.fanout.Start;
import dev.ssebridge.internal.fanout.Subscriber;
import dev.ssebridge.internal.fanout.Subscription;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.NoContent;
import dev.ssebridge.internal.http.PathHandler;
import dev.ssebridge.internal.http.PathParameters;
import dev.ssebridge.internal.socket.ConnectionGate;
import dev.ssebridge.internal.socket.ConnectionGate.Sharing;
import dev.ssebridge.internal.socket.StreamSink;
import dev.ssebridge.spi.CloseReason;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.lang.System.Logger.Level;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers a GET of a route with a stream: from the request to a subscriber of a channel. A HEAD is
 * told where the channel is, so that a page which renders a state first can join exactly there; it
 * counts against the same limits, and the channel stays for {@code linger} at least.
 */
public final class SubscribeHandler implements PathHandler {
  private static final System.Logger LOG = System.getLogger(SubscribeHandler.class.getName());
  private static final String SHUTTING_DOWN = "the server is shutting down";

  private final Hub hub;
  private final StreamRoute route;
  private final OpenStreams streams;
  private final StreamListener listener;
  private final WriterMode writer;

  // written by whoever closes
  private volatile boolean closed;

  public SubscribeHandler(
      Hub hub, StreamRoute route, OpenStreams streams, StreamListener listener, WriterMode writer) {
    this.hub = hub;
    this.route = route;
    this.streams = streams;
    this.listener = listener;
    this.writer = writer;
  }

  @Override
  public PathTemplate path() {
    return route.config().path();
  }

  @Override
  public boolean serveIfMatching(HttpServerRequest request) {
    return !closed && PathHandler.super.serveIfMatching(request);
  }

  public String routeName() {
    return route.name();
  }

  /** Serves no more streams. */
  public void close() {
    closed = true;
  }

  /** On a worker or a virtual thread, the loop of the connection takes over: a stream has one. */
  @Override
  public void serve(BridgeRequest context) {
    Context current = Vertx.currentContext();
    if (current.isEventLoopContext()) {
      serveHere(context);
    } else {
      hub.loopOf(current).runOnContext(v -> serveHere(context));
    }
  }

  private void serveHere(BridgeRequest context) {
    if (route.config().gone()) {
      // WHATWG HTML, section 9.2.3: a client that gets 204 does not come back.
      NoContent.send(context);
      return;
    }
    try {
      accept(context);
    } catch (BadRequestException e) {
      if (e.isOverLimit()) {
        Refusal.send(context.request(), route.config(), e.problem().detail());
      } else {
        e.problem().send(context.response());
      }
    } catch (RuntimeException e) {
      fail(context, e);
    }
  }

  private void fail(BridgeRequest context, RuntimeException cause) {
    LOG.log(Level.ERROR, "route " + route.name() + ": a stream could not be opened", cause);
    context.fail(cause);
  }

  private void accept(BridgeRequest context) throws BadRequestException {
    RouteConfig config = route.config();
    Map<String, String> parameters =
        PathParameters.of(
            context::pathParameter,
            config.path(),
            config.limits().parameter(),
            context.request().path());
    List<String> addresses = route.addresses(parameters);
    MultiMap query = context.query();
    AddressFilter filter = filter(query.getAll("address"), addresses);
    long now = hub.clock().getAsLong();
    Start.From from = StartQuery.parse(context.request(), query, config.limits().id(), now);
    if (listener.gate().isShut()) {
      Refusal.send(context.request(), config, SHUTTING_DOWN);
      return;
    }
    String remote = listener.remotes().of(context.request());
    BoundChannel bound =
        route.channels().acquire(addresses, new Wish(Purpose.SUBSCRIBE, Placement.HERE, remote));
    if (bound == null) {
      Refusal.send(
          context.request(),
          config,
          route.channels().isClosed() ? SHUTTING_DOWN : route.whyNoChannel(remote));
      return;
    }
    String refused = route.admit(bound, remote);
    if (refused != null) {
      bound.channel().release();
      Refusal.send(context.request(), config, refused);
      return;
    }
    new Admitted(context, bound, remote, from, filter).whenReady();
  }

  /** A subset of the route's addresses; all of them where the request names none. */
  private AddressFilter filter(List<String> wanted, List<String> addresses)
      throws BadRequestException {
    if (wanted.isEmpty()) {
      return AddressFilter.ALL;
    }
    Set<String> distinct = new LinkedHashSet<>(wanted);
    int most = route.config().limits().addresses();
    if (distinct.size() > most) {
      throw BadRequestException.overLimit(
          "query: address: expected at most "
              + most
              + " (limits.addresses), got "
              + distinct.size());
    }
    BitSet indexes = new BitSet(addresses.size());
    for (String address : distinct) {
      int index = addresses.indexOf(address);
      if (index < 0) {
        throw new BadRequestException(
            403, "query: address: this route does not permit \"" + address + "\"");
      }
      indexes.set(index);
    }
    return indexes.cardinality() == addresses.size()
        ? AddressFilter.ALL
        : AddressFilter.of(indexes);
  }

  /** A request that was counted: whatever happens, it is counted off again exactly once. */
  private final class Admitted {
    private final BridgeRequest context;
    private final BoundChannel bound;
    private final String remote;
    private final Start.From from;
    private final AddressFilter filter;
    private boolean released;

    Admitted(
        BridgeRequest context,
        BoundChannel bound,
        String remote,
        Start.From from,
        AddressFilter filter) {
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
          Level.ERROR, "route " + route.name() + ": the event bus cannot be listened to", cause);
      release();
      Refusal.send(context.request(), route.config(), "the event bus cannot be listened to");
    }

    private void openOrFail() {
      try {
        open();
      } catch (RuntimeException e) {
        release();
        fail(context, e);
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
                + route.name()
                + ": expected a response without a head, a handler before has sent it");
      }
      if (!listener.gate().enter()) {
        release();
        Refusal.send(context.request(), route.config(), SHUTTING_DOWN);
        return;
      }
      try {
        stream();
      } finally {
        listener.gate().leave();
      }
    }

    private void stream() {
      Channel channel = bound.channel();
      if (HttpMethod.HEAD.equals(context.request().method())) {
        Start here = channel.start(new Start.Now(), hub::isLive);
        StreamHead.set(context.request(), listener.name(), channel.log().positionOf(here.cursor()));
        release();
        context.response().end();
        return;
      }
      Start start = channel.start(from, hub::isLive);
      StreamHead.set(context.request(), start, listener.name());
      FanoutLoop loop = hub.fanout(Vertx.currentContext());
      RouteConfig config = route.config();
      long retry = config.retry().toMillis();
      OpenStream open = new OpenStream(loop);
      Subscription subscription =
          new Subscription(
              filter,
              config.maxEvents() == null ? Long.MAX_VALUE : config.maxEvents(),
              config.maxAge() == null ? 0 : jittered(loop, config.maxAge().toMillis()),
              jittered(loop, retry),
              open::onClose);
      StreamSink sink = StreamSink.of(context.request(), writer);
      Channel.Opening opening = channel.subscribe(loop, start, subscription, sink);
      Subscriber subscriber = opening.subscriber();
      open.subscriber = subscriber;
      sink.attach(subscriber);
      StreamHead.closeDelimited(context.request(), context::onHead);
      context.onEnd(cleanly -> onResponseEnded(subscriber, cleanly));
      streams.add(loop, subscriber, route.name());
      open.onOpened();
      opening.open();
      if (closed) {
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
      route.release(bound, remote);
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
          streams.remove(loop, closed);
        }
        if (gate != null) {
          gate.onStreamClosed();
          gate = null;
        }
        listener.onClose(context, route.name(), reason);
      }
    }
  }
}
