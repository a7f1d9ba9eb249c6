package dev.ssebridge.internal.subscribe;

import dev.ssebridge.WriterMode;
import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.bus.RouteChannels.Placement;
import dev.ssebridge.internal.bus.RouteChannels.Purpose;
import dev.ssebridge.internal.bus.RouteChannels.Wish;
import dev.ssebridge.internal.config.PathTemplate;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.fanout.AddressFilter;
import dev.ssebridge.internal.fanout.Start;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.NoContent;
import dev.ssebridge.internal.http.PathHandler;
import dev.ssebridge.internal.http.PathParameters;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Answers a GET of a route with a stream: from the request to a subscriber of a channel. A HEAD is
 * told where the channel is, so that a page which renders a state first can join exactly there; it
 * counts against the same limits, and the channel stays for {@code linger} at least.
 */
public final class SubscribeHandler implements PathHandler {
  static final String SHUTTING_DOWN = "the server is shutting down";

  private final StreamRoute route;
  private final Serving serving;

  // written by whoever closes
  private volatile boolean closed;

  public SubscribeHandler(
      Hub hub, StreamRoute route, OpenStreams streams, StreamListener listener, WriterMode writer) {
    this.route = route;
    this.serving = new Serving(hub, route, streams, listener, writer, () -> closed);
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
      serving.hub().loopOf(current).runOnContext(v -> serveHere(context));
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
      serving.fail(context, e);
    }
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
    long now = serving.hub().clock().getAsLong();
    Start.From from = StartQuery.parse(context.request(), query, config.limits().id(), now);
    if (serving.listener().gate().isShut()) {
      Refusal.send(context.request(), config, SHUTTING_DOWN);
      return;
    }
    String remote = serving.listener().remotes().of(context.request());
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
    new StreamOpening(serving, context, bound, remote, from, filter).whenReady();
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
}
