package dev.ssebridge.internal.admin;

import dev.ssebridge.internal.bridge.BridgeRoutes;
import dev.ssebridge.internal.bridge.ChannelView;
import dev.ssebridge.internal.http.BadRequestException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** {@code /channels}: what is retained, and for how many. */
final class ChannelsPath {
  private static final Set<String> LISTED = Set.of("route", "sort", "limit");

  private ChannelsPath() {}

  static Future<?> list(RoutingContext context, BridgeRoutes routes) throws BadRequestException {
    Query query = Query.of(context, LISTED);
    String route = query.text("route");
    ChannelView.Order order = query.word("sort", ChannelView.Order.SUBSCRIBERS);
    int limit = query.limit();
    return Answers.later(
        context,
        () ->
            json(
                ChannelView.select(
                    routes.channels(), route, order, limit, System.currentTimeMillis())));
  }

  private static JsonObject json(ChannelView.Result found) {
    JsonArray channels = new JsonArray();
    found.channels().forEach(view -> channels.add(json(view)));
    return new JsonObject().put("count", found.count()).put("channels", channels);
  }

  private static JsonObject json(ChannelView view) {
    return new JsonObject()
        .put("route", view.route())
        .put("addresses", new JsonArray(view.addresses()))
        .put("from", view.from())
        .put("to", view.to())
        .put("events", view.events())
        .put("bytes", view.bytes())
        .put("subscribers", view.subscribers())
        .put("eventsPerSecond", view.perSecond());
  }
}
