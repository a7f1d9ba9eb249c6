package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.auth.Access;
import dev.ssebridge.internal.auth.AuthDecisions;
import dev.ssebridge.internal.auth.AuthFailure;
import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.auth.SendingPage;
import dev.ssebridge.internal.auth.Ticket;
import dev.ssebridge.internal.auth.Tickets;
import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.RouteChannels;
import dev.ssebridge.internal.bus.RouteChannels.Placement;
import dev.ssebridge.internal.bus.RouteChannels.Purpose;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.HeaderText;
import dev.ssebridge.internal.http.MediaType;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who asks for a stream of a route, and whether he may have it. On the loop of the request. */
final class StreamAccess {
  private final Serving serving;

  StreamAccess(Serving serving) {
    this.serving = serving;
  }

  /** Who finds out who asks; {@code null} where nobody has to show it. */
  @Nullable Access access() {
    return serving.listener().access();
  }

  /**
   * Goes on with who asks, or refuses the request.
   *
   * @param parameters of the path
   * @param known is told him
   */
  void identify(BridgeRequest context, Map<String, String> parameters, Consumer<Asker> known)
      throws AuthFailure, BadRequestException {
    Access access = serving.listener().access();
    if (access == null || serving.route().config().auth().isNone()) {
      known.accept(Asker.ANYBODY);
      return;
    }
    Tickets tickets = access.tickets();
    String text = tickets == null ? null : context.query().get("ticket");
    if (tickets == null || text == null || isShown(context.request())) {
      Instant shown = access.now();
      identify(access, context, who -> known.accept(new Asker(who, null, null, shown)));
      return;
    }
    if (!HttpMethod.GET.equals(context.request().method())) {
      throw new AuthFailure(AuthFailure.Kind.UNAVAILABLE, "a ticket is for a GET, got a HEAD");
    }
    // In the query, everybody who has seen the URL would have it as well.
    String cameBackWith = HeaderText.of(context.request(), "Last-Event-ID");
    Ticket ticket =
        tickets.use(
            text,
            new Ticket.Place(serving.route().name(), parameters),
            SendingPage.of(context.request()),
            cameBackWith,
            serving.hub()::isLive);
    boolean isTaken = serving.route().config().auth().takes(ticket.who().provider());
    if (!isTaken || access.isRevoked(ticket.who(), ticket.shown())) {
      throw new AuthFailure(
          AuthFailure.Kind.UNAVAILABLE,
          "the ticket is not taken: whom it stands for may not have this stream any more");
    }
    access.whenAuthorised(
        context,
        ticket.who(),
        serving.listener().authorizer(),
        who -> known.accept(new Asker(who, ticket, cameBackWith, ticket.shown())),
        failure -> refuse(context, AuthDecisions.Wish.SUBSCRIBE, failure));
  }

  private static boolean isShown(HttpServerRequest request) {
    return request.headers().contains(HttpHeaders.AUTHORIZATION);
  }

  /** The same without tickets. */
  void identify(Access access, BridgeRequest context, Consumer<Identity> known) {
    identify(access, context, AuthDecisions.Wish.SUBSCRIBE, known);
  }

  /** The same for a request that is not for a stream. */
  void identify(
      Access access, BridgeRequest context, AuthDecisions.Wish wish, Consumer<Identity> known) {
    access.whenKnown(
        context,
        serving.route().config().auth(),
        serving.listener().remotes().of(context.request()),
        serving.listener().authorizer(),
        () -> {},
        known,
        failure -> refuse(context, wish, failure));
  }

  /** Who asks may have the stream, as far as it is about who he is. */
  void onPermitted(AuthDecisions.Wish wish) {
    serving.listener().authDecisions().permitted(wish);
  }

  /**
   * The epoch of the channel of these addresses. A channel that is not there yet is made, and
   * counts as if a stream had asked for it; {@code null} where there is no room for it now.
   */
  @Nullable String epochOf(List<String> wanted, HttpServerRequest request) {
    String remote = serving.listener().remotes().of(request);
    boolean isTooOften = serving.listener().rates().subscribe().take(remote) > 0;
    // As with publishing: no history of others gives way.
    RouteChannels.Wish place = new RouteChannels.Wish(Purpose.PUBLISH, Placement.HERE, remote);
    BoundChannel bound = isTooOften ? null : serving.route().channels().acquire(wanted, place);
    if (bound == null) {
      return null;
    }
    String epoch = bound.channel().log().epoch();
    bound.channel().release();
    return epoch;
  }

  /**
   * Whether a browser has come back with the cookie that its stream was opened with: its page may
   * be about to get another, and would lose its place with a new EventSource.
   */
  private static boolean comesBackByItself(HttpServerRequest request) {
    return HttpMethod.GET.equals(request.method())
        && !isShown(request)
        && request.headers().contains("Last-Event-ID")
        && MediaType.acceptsEventStream(request);
  }

  /** An EventSource gives up on 401 and 403, rightly; what may be otherwise soon is no such. */
  void refuse(BridgeRequest context, AuthDecisions.Wish wish, AuthFailure failure) {
    serving.listener().authDecisions().refused(wish, failure);
    Access access = serving.listener().access();
    HttpServerResponse response = context.response();
    if (response.headWritten() || response.closed()) {
      return;
    }
    if (access == null
        || failure.kind() == AuthFailure.Kind.UNAVAILABLE
        || (failure.isJustOver() && comesBackByItself(context.request()))) {
      Refusal.send(context.request(), serving.route().config(), failure.reason());
    } else if (failure.kind() == AuthFailure.Kind.TOO_MANY) {
      Refusal.tooOften(
          context.request(), serving.route().config(), failure.reason(), failure.waitNanos());
    } else {
      access
          .challenge(serving.route().config().auth())
          .refuse(response, failure)
          .send(context.request());
    }
  }

  /**
   * Those of the addresses that he may subscribe to: what he was granted, and what is his own, as
   * it is made of nothing but his claims. Of the others he is told nothing, unless he has asked for
   * one of them.
   *
   * @param values of the parameters of the route's addresses
   * @param isPicked whether he has asked for them one by one
   * @throws AuthFailure if there is none, or one that he has asked for is not among them
   */
  List<String> permitted(
      Identity who, Map<String, String> values, List<String> wanted, boolean isPicked)
      throws AuthFailure {
    Access access = serving.listener().access();
    Set<String> own = new HashSet<>();
    for (AddressTemplate template : serving.route().config().addresses()) {
      if (template.isOfClaims()) {
        own.add(template.resolve(values));
      }
    }
    List<String> permitted =
        wanted.stream()
            .filter(a -> own.contains(a) || (access != null && access.maySubscribe(who, a)))
            .toList();
    if (permitted.isEmpty() || (isPicked && permitted.size() < wanted.size())) {
      throw new AuthFailure(
          AuthFailure.Kind.FORBIDDEN, "who asks may not subscribe to what he asks for");
    }
    return permitted.size() == wanted.size() ? wanted : permitted;
  }
}
