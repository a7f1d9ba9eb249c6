package dev.ssebridge.internal.admin;

import dev.ssebridge.StreamInfo;
import dev.ssebridge.internal.auth.Revocation;
import dev.ssebridge.internal.bridge.BridgeRoutes;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.subscribe.StreamQuery;
import dev.ssebridge.internal.subscribe.StreamView;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Set;

/** {@code /streams} and {@code /revocations}: who is connected, and who shall not be. */
final class StreamsPaths {
  private static final Set<String> WHICH = Set.of("route", "subject", "address", "remote");
  private static final Set<String> LISTED =
      Set.of("route", "subject", "address", "remote", "sort", "limit");

  private StreamsPaths() {}

  static Future<?> list(RoutingContext context, BridgeRoutes routes) throws BadRequestException {
    Query query = Query.of(context, LISTED);
    StreamQuery wanted =
        new StreamQuery(which(query), query.word("sort", StreamQuery.Order.OPENED), query.limit());
    return routes
        .streams()
        .select(wanted)
        .compose(found -> Answers.later(context, () -> json(found)));
  }

  private static JsonObject json(StreamQuery.Result found) {
    JsonArray streams = new JsonArray();
    found.streams().forEach(view -> streams.add(json(view)));
    return new JsonObject().put("count", found.count()).put("streams", streams);
  }

  private static StreamQuery.Which which(Query query) {
    return new StreamQuery.Which(
        query.text("route"), query.text("subject"), query.text("address"), query.text("remote"));
  }

  private static JsonObject json(StreamView view) {
    StreamInfo info = view.info();
    User user = info.user();
    return new JsonObject()
        .put("id", info.id())
        .put("route", info.route())
        .put("channel", new JsonArray(info.channel()))
        .put("addresses", new JsonArray(info.addresses()))
        .put("remote", info.remote())
        .put("user", user == null ? null : user.subject())
        .put("userAgent", view.userAgent())
        .put("opened", info.opened().toString())
        .put("position", info.position())
        .put("delivered", info.delivered())
        .put("missed", info.missed())
        .put("lagEvents", view.behind().events())
        .put("lagBytes", view.behind().bytes())
        .put("lagMillis", view.behind().millis())
        .put("waitingBytes", view.waitingBytes())
        .put("lastWrite", Instant.now().minusMillis(view.lastWriteMillis()).toString());
  }

  static Future<?> end(RoutingContext context, BridgeRoutes routes) throws BadRequestException {
    Query.of(context, Set.of());
    String id = context.pathParam("id");
    return routes
        .streams()
        .end(id)
        .onSuccess(
            ended -> {
              if (ended && !Answers.isOver(context)) {
                context.response().setStatusCode(204).end();
              } else {
                Answers.problem(
                    context, 404, "path: expected the id of an open stream, got another");
              }
            });
  }

  static Future<?> endSeveral(RoutingContext context, BridgeRoutes routes)
      throws BadRequestException {
    StreamQuery.Which which = which(Query.of(context, WHICH));
    if (which.isEmpty()) {
      throw new BadRequestException(
          400,
          "query: expected at least one of route, subject, address and remote, so that not all"
              + " streams end, got none");
    }
    return routes.streams().end(which).onSuccess(count -> ended(context, count));
  }

  static Future<?> revoke(RoutingContext context, BridgeRoutes routes) throws BadRequestException {
    Query.of(context, Set.of());
    Revocation revocation;
    try {
      revocation = Revocation.of(Answers.body(context));
    } catch (IllegalArgumentException wrong) {
      throw new BadRequestException(400, "body: " + wrong.getMessage());
    }
    if (routes.access() == null) {
      throw new BadRequestException(
          409,
          "nothing can be revoked where nobody has to show who he is; set \"auth\" in the"
              + " configuration, or end streams by POST /streams");
    }
    return routes.channels().revokeEverywhere(revocation).onSuccess(count -> ended(context, count));
  }

  private static void ended(RoutingContext context, int count) {
    Answers.json(context, new JsonObject().put("ended", count));
  }
}
