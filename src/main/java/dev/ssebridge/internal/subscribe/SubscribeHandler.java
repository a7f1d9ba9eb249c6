package dev.ssebridge.internal.subscribe;

import dev.ssebridge.SubscribeRequest;
import dev.ssebridge.WriterMode;
import dev.ssebridge.internal.address.PathTemplate;
import dev.ssebridge.internal.auth.AuthDecisions;
import dev.ssebridge.internal.auth.AuthFailure;
import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.bus.RouteChannels;
import dev.ssebridge.internal.bus.RouteChannels.Placement;
import dev.ssebridge.internal.bus.RouteChannels.Purpose;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.fanout.Start;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.NoContent;
import dev.ssebridge.internal.http.PathHandler;
import dev.ssebridge.internal.http.TokenBuckets;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Answers a GET of a route with a stream: from the request to a subscriber of a channel. A HEAD is
 * told where the channel is, so that a page which renders a state first can join exactly there; it
 * counts against the same limits, and the channel stays for {@code linger} at least.
 */
public final class SubscribeHandler implements PathHandler {
  private final StreamRoute route;
  private final Serving serving;
  private final List<Handler<SubscribeRequest>> deciding;
  private final RouteAddresses addresses;
  private final StreamAccess access;

  // written by the thread that closes
  private volatile boolean closed;
  private volatile boolean replaced;

  public SubscribeHandler(
      Hub hub,
      StreamRoute route,
      OpenStreams streams,
      StreamListener listener,
      Supplier<WriterMode> writer) {
    this.route = route;
    this.serving =
        new Serving(
            hub,
            route,
            streams,
            ConcurrentHashMap.newKeySet(),
            listener,
            new Interruptions(route.name(), System::nanoTime),
            writer,
            () -> closed,
            () -> replaced);
    this.addresses = new RouteAddresses(route);
    this.access = new StreamAccess(serving);
    this.deciding = listener.handlers().deciding(route.name());
  }

  @Override
  public void handle(RoutingContext context) {
    if (closed) {
      context.next(); // it was on its way here when the route was taken away
      return;
    }
    serving.interruptions().lookForHandlers(context);
    PathHandler.super.handle(context);
  }

  @Override
  public void onFailed(RoutingContext context) {
    serving.interruptions().onFailed(context);
  }

  @Override
  public PathTemplate path() {
    return route.config().path();
  }

  @Override
  public boolean serveIfMatching(HttpServerRequest request) {
    return !closed && PathHandler.super.serveIfMatching(request);
  }

  /** What its requests stand for. */
  RouteAddresses addresses() {
    return addresses;
  }

  /** Who asks for them, and whether he may. */
  StreamAccess access() {
    return access;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  /** Whose streams it opens. */
  public StreamRoute route() {
    return route;
  }

  /** Serves no more streams; from now on another handler may have its path. */
  public void close(boolean byAnother) {
    replaced = byAnother;
    closed = true;
    refuseUndecided();
  }

  /** Answers the requests that wait for a handler of the application, as it shuts down. */
  public void refuseUndecided() {
    serving.undecided().forEach(Decision::shutDown);
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
    answered(
        context,
        () -> {
          Map<String, String> parameters = addresses.parameters(context);
          access.identify(
              context,
              parameters,
              asker -> answered(context, () -> acceptOrRefuse(context, parameters, asker)));
        });
  }

  private interface Step {
    void run() throws AuthFailure, BadRequestException;
  }

  private void answered(BridgeRequest context, Step step) {
    try {
      step.run();
    } catch (AuthFailure e) {
      access.refuse(context, AuthDecisions.Wish.SUBSCRIBE, e);
    } catch (BadRequestException e) {
      e.problem().send(context.request());
    } catch (RuntimeException e) {
      serving.fail(context, e);
    }
  }

  private void acceptOrRefuse(BridgeRequest context, Map<String, String> parameters, Asker asker)
      throws AuthFailure, BadRequestException {
    try {
      accept(context, parameters, asker);
    } catch (AuthFailure e) {
      throw asker.ticket() == null ? e : e.forNow();
    }
  }

  private void accept(BridgeRequest context, Map<String, String> parameters, Asker asker)
      throws AuthFailure, BadRequestException {
    RouteConfig config = route.config();
    Identity who = asker.who();
    Map<String, String> values = this.addresses.values(parameters, who);
    List<String> addresses = route.addresses(values);
    MultiMap query = context.query();
    List<String> wanted = this.addresses.picked(query.getAll("address"), addresses);
    List<String> picked =
        who == null ? wanted : access.permitted(who, values, wanted, query.contains("address"));
    String label = this.addresses.labelFor(who);
    if (who != null) {
      access.onPermitted(AuthDecisions.Wish.SUBSCRIBE);
    }
    long now = serving.hub().clock().getAsLong();
    Start.From from = StartQuery.parse(context.request(), query, config.limits().id(), now);
    if (serving.listener().gate().isShut()) {
      serving.refuseClosed(context.request());
      return;
    }
    String remote = serving.listener().remotes().of(context.request());
    TokenBuckets rate = serving.listener().rates().subscribe();
    long wait = rate.take(remote);
    if (wait > 0) {
      Refusal.tooOften(
          context.request(), config, Refusal.overRate("limits.subscribeRate", rate), wait);
      return;
    }
    String refused = route.admit(remote);
    if (refused != null) {
      Refusal.send(context.request(), config, refused);
      return;
    }
    Instant end = who == null ? null : who.expires();
    Wish wish =
        new Wish(context, remote, parameters, addresses, picked, label, from, end, Map.of(), asker);
    if (deciding.isEmpty()) {
      join(wish);
    } else {
      new Decision(serving, wish, deciding, this::joinOrFail).begin();
    }
  }

  private void joinOrFail(Wish wish) {
    try {
      join(wish);
    } catch (RuntimeException e) {
      serving.fail(wish.context(), e);
    }
  }

  /** What was admitted becomes a stream of its channel. */
  private void join(Wish wish) {
    RouteChannels.Wish place =
        new RouteChannels.Wish(Purpose.SUBSCRIBE, Placement.HERE, wish.remote());
    BoundChannel bound;
    try {
      bound = route.channels().acquire(wish.offered(), place);
    } catch (RuntimeException e) {
      route.release(wish.remote());
      throw e;
    }
    if (bound == null) {
      refuseWithoutChannel(wish);
      return;
    }
    String full = route.join(bound);
    if (full != null) {
      bound.channel().release();
      refuse(wish, full);
      return;
    }
    new StreamOpening(serving, wish.ofChannel(bound.addresses()), bound).whenReady();
  }

  private void refuse(Wish wish, String reason) {
    route.release(wish.remote());
    Refusal.send(wish.context().request(), route.config(), reason);
  }

  private void refuseWithoutChannel(Wish wish) {
    if (route.channels().isClosed()) {
      route.release(wish.remote());
      serving.refuseClosed(wish.context().request());
    } else {
      refuse(wish, route.whyNoChannel(wish.remote()));
    }
  }
}
