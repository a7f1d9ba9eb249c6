package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.address.PathTemplate;
import dev.ssebridge.internal.auth.Access;
import dev.ssebridge.internal.auth.AuthDecisions;
import dev.ssebridge.internal.auth.AuthFailure;
import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.auth.SendingPage;
import dev.ssebridge.internal.auth.Ticket;
import dev.ssebridge.internal.auth.Tickets;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.PathHandler;
import dev.ssebridge.internal.http.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Gives a ticket for a stream of a route to everyone who may have that stream. A body is not read.
 */
public final class TicketHandler implements PathHandler {
  private final SubscribeHandler streams;
  private final PathTemplate path;

  /**
   * For the streams of a route.
   *
   * @param streams who opens them
   */
  public TicketHandler(SubscribeHandler streams) {
    this.streams = streams;
    this.path = streams.path().under("ticket");
  }

  @Override
  public PathTemplate path() {
    return path;
  }

  @Override
  public void serve(BridgeRequest context) {
    context.request().resume();
    if (streams.isClosed()) {
      new Problem(404, "this path is served no more").send(context.request());
      return;
    }
    StreamAccess streamAccess = streams.access();
    Access access = streamAccess.access();
    Tickets tickets = access == null ? null : access.tickets();
    if (access == null || tickets == null || streams.route().config().auth().isNone()) {
      new Problem(404, "this path gives no tickets").send(context.request());
      return;
    }
    Instant shown = access.now();
    streamAccess.identify(
        access,
        context,
        AuthDecisions.Wish.TICKET,
        who -> give(context, streamAccess, tickets, who, shown));
  }

  private void give(
      BridgeRequest context,
      StreamAccess streamAccess,
      Tickets tickets,
      Identity who,
      Instant shown) {
    try {
      Map<String, String> parameters = streams.addresses().parameters(context);
      Map<String, String> values = streams.addresses().values(parameters, who);
      List<String> wanted = streams.route().addresses(values);
      streamAccess.permitted(who, values, wanted, false);
      streams.addresses().labelFor(who);
      Ticket.Place place = new Ticket.Place(streams.route().name(), parameters);
      String epoch = tickets.areShared() ? streamAccess.epochOf(wanted, context.request()) : null;
      String page = SendingPage.of(context.request());
      Tickets.Issued issued = tickets.issue(who, place, page, shown, epoch);
      streamAccess.onPermitted(AuthDecisions.Wish.TICKET);
      send(context.response(), issued);
    } catch (AuthFailure e) {
      streamAccess.refuse(context, AuthDecisions.Wish.TICKET, e);
    } catch (BadRequestException e) {
      e.problem().send(context.request());
    } catch (RuntimeException e) {
      context.fail(e);
    }
  }

  private static void send(HttpServerResponse response, Tickets.Issued issued) {
    if (response.headWritten() || response.closed()) {
      return;
    }
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(Problem.CONTENT_TYPE_OPTIONS, Problem.NOSNIFF)
        .end(
            new JsonObject()
                .put("ticket", issued.text())
                .put("expires", issued.until().toString())
                .toBuffer());
  }
}
