package dev.ssebridge;

import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request for a stream, which a {@linkplain SseBridge#subscribeHandler subscribe handler} sees
 * before it is answered, and decides: {@link #accept}, {@link #refuse(int, String)}, {@link
 * #refuse(String)} or {@link #fail}. It may do so later and from any thread; the first decision
 * counts. Before it accepts it may say which addresses the stream gets, when it ends, and add
 * attributes.
 *
 * <p>Requests with the method HEAD, and those of clients that come back, are seen as well. Requests
 * that are wrong in themselves, those over a limit, and those of a route that is gone were answered
 * before.
 *
 * <p>Methods may be called from any thread. Of the HTTP request only what has been received may be
 * read. Headers of the response may be set; they are sent with any answer.
 */
@VertxGen
public interface SubscribeRequest {

  /** The name of the route in the configuration. */
  String route();

  /** The HTTP request: its method, path, query, headers, cookies and connection. */
  HttpServerRequest request();

  /**
   * The context of the router; {@code null} on a server of the bridge's own without handlers of an
   * application.
   */
  @Nullable RoutingContext routingContext();

  /**
   * Who asks, as a handler before the bridge has found out; {@code null} if none has, or without a
   * router.
   */
  @Nullable User user();

  /** The address of the client; behind proxies that are trusted, as they tell it. */
  String remote();

  /** The decoded parameters of the path, by name. */
  Map<String, String> parameters();

  /**
   * The id that the stream would go on after, from {@code Last-Event-ID} or the query; {@code null}
   * where the client has none. It may be of any channel, and long ones are cut.
   */
  @Nullable String lastEventId();

  /** The addresses that the stream may be of: those of the route, or what took their place. */
  List<String> offered();

  /**
   * Those of them that the stream would get events of: what the query chose, and what handlers
   * before have left.
   */
  List<String> addresses();

  /**
   * Leaves only some of the {@link #addresses}.
   *
   * @throws IllegalArgumentException if one of them is not among these, or if none is left: refuse
   *     such a request
   * @throws IllegalStateException if it was decided already
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  SubscribeRequest only(Collection<String> addresses);

  /** {@link #addresses(Collection)} with one. */
  @Fluent
  SubscribeRequest address(String address);

  /**
   * Gives the stream these addresses in place of those of the route, {@code "user." + subject},
   * say: it is then of the channel of these addresses, which is made if need be and counts against
   * {@code limits.channels} of the route. What the query chose is not looked at any more.
   *
   * <p>If you build an address from what a client has sent, make sure that the client cannot reach
   * the address of somebody else with it, by a dot for example.
   *
   * @param addresses different ones, 1 to 1000 of at most 1024 characters, without control
   *     characters, none of the bridge's or the event bus's own
   * @throws IllegalArgumentException if they are not
   * @throws IllegalStateException if it was decided already
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  SubscribeRequest addresses(Collection<String> addresses);

  /**
   * Ends the stream at this time, on an event boundary and with the reason {@code expired}, so that
   * the client comes back, resumes, and is asked again; of several times the earliest. {@code
   * maxAge} of the route holds beside it.
   *
   * @throws IllegalStateException if it was decided already
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  SubscribeRequest endAt(Instant time);

  /**
   * Adds an attribute to the {@link StreamInfo}, or replaces it.
   *
   * @throws IllegalArgumentException if there are 64 others already
   * @throws IllegalStateException if it was decided already
   */
  @Fluent
  SubscribeRequest attribute(String name, Object value);

  /**
   * Accepts the request: the next handler sees it, and after the last one the stream opens.
   *
   * @return whether this decision counts; false if this handler has decided already, the time is
   *     over, the client has gone, the route was removed or changed, or the bridge is closing
   */
  boolean accept();

  /**
   * Refuses the request: it is answered with this status and a problem document (RFC 9457) that
   * tells the reason. An EventSource of a browser gives up for good on any status but 200; 204 says
   * so without an error.
   *
   * @param status 204, or 300 to 599
   * @param reason what the client is told
   * @return false if it was decided already, as for {@link #accept}
   * @throws IllegalArgumentException if it is another status
   */
  boolean refuse(int status, String reason);

  /**
   * Refuses the request for now: an EventSource gets a stream that tells it when to come back, and
   * ends; others get 503 with {@code Retry-After}.
   *
   * @param reason what the client is told
   * @return false if it was decided already, as for {@link #accept}
   */
  boolean refuse(String reason);

  /**
   * The decision failed: the request is answered with 500 and a problem document that tells
   * nothing, and the cause is logged. The same as throwing it from the handler.
   *
   * @return false if it was decided already, as for {@link #accept}
   */
  boolean fail(Throwable cause);
}
