package dev.ssebridge;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.door.EmbeddedBridge;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.EventCodec;
import dev.ssebridge.spi.HistoryStore;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.authorization.AuthorizationProvider;
import io.vertx.ext.web.Router;
import java.util.List;

/**
 * Bridges event-bus addresses to Server-Sent Events on an application's own {@link Router}:
 *
 * <pre>{@code
 * SseBridge bridge = SseBridge.create(vertx, new SseBridgeOptions()
 *     .addRoute("news", new RouteOptions("/news", "news")));
 * bridge.mount(router);
 * }</pre>
 *
 * <p>From then on whatever is published on the address {@code news} reaches every browser that
 * opened {@code new EventSource("/news")}.
 *
 * <p>Bridges of one Vert.x whose routes and limits are equal share their channels, histories and
 * event ids: create one in every instance of a verticle. Where requests are handled on workers or
 * virtual threads, streams are written on the event loops of their connections all the same.
 */
@VertxGen
public interface SseBridge {

  /**
   * A bridge of these options, which serves nothing before it is {@linkplain #mount mounted}.
   *
   * @param options copied; what a bridge does not use is a problem: {@code sources}, {@code demo},
   *     and of {@code http} what a server of its own needs ({@code host}, {@code port}, {@code
   *     tls}, {@code requestTimeout})
   * @throws ConfigException if anything in them is wrong; it names every problem
   */
  static SseBridge create(Vertx vertx, SseBridgeOptions options) {
    return EmbeddedBridge.create(vertx, options);
  }

  /**
   * Sets the codec, which makes events from message bodies that the bridge does not know.
   *
   * <p>Bridges of one configuration share their channels, so all of them must be given the same
   * codec: the same object, or one that is equal according to {@code equals}. With another, {@link
   * #mount} fails. Make the codec once for a deployment; a lambda that captures a variable is
   * another object each time.
   *
   * @throws IllegalStateException if the bridge is mounted already
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  SseBridge codec(EventCodec codec);

  /**
   * Adds a store of history, which routes then name in {@code history.store}. The bridge starts it
   * when it is mounted and closes it in the end, so it is for the bridges of one configuration, and
   * all of them must be given the same object, as with a {@linkplain #codec codec}.
   *
   * @param name none that the configuration has, nor {@code memory}
   * @throws IllegalArgumentException if the name is taken
   * @throws IllegalStateException if the bridge is mounted already
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  SseBridge historyStore(String name, HistoryStore store);

  /**
   * Sets who says what users are authorised for. The {@code requiredAuthority} of a rule in {@code
   * auth} is then a permission of that name which the provider has loaded into {@link
   * io.vertx.ext.auth.User#authorizations()}, or one of the {@code authorities} of the
   * configuration. What a token or a user says about itself ({@code permissions}) no longer counts.
   * Without a provider, what a handler before the bridge has loaded counts as well.
   *
   * <p>The provider is asked once for each request whose sender is known: a request for a stream,
   * also of a client that comes back, a request for a ticket, and a body to publish, however many
   * messages are in it. It is not asked where {@code auth} asks nobody who he is. It is called on
   * the context of the request, as {@link #subscribeHandler(Handler)}. If it fails, throws, or does
   * not answer within {@code limits.decision}, or if 1,000 requests wait for it, the request is
   * refused for now: a stream as by {@link SubscribeRequest#refuse(String)}, a message with 503;
   * the log says why.
   *
   * @throws IllegalStateException if the bridge is mounted already
   */
  @Fluent
  SseBridge authorizationProvider(AuthorizationProvider provider);

  /**
   * Adds a handler that is told of each stream that opens through this bridge object, before
   * anything is written to the stream. What it sends with {@link #sendTo} comes after the events
   * that the stream resumes with.
   *
   * <p>It is called on the event loop of the stream's connection, once for each stream, after the
   * open handlers that were added before. It must not block. What it throws is logged, and the
   * stream and the other handlers go on.
   *
   * @throws IllegalStateException if the bridge is mounted already
   */
  @Fluent
  SseBridge openHandler(Handler<StreamInfo> handler);

  /**
   * Adds a handler that is told of each gap of a stream that was opened through this bridge object.
   * A gap is made of events that the stream cannot get any more, because the client came back too
   * late or was too slow, or because more came than the bridge could take. What a policy leaves out
   * on purpose is no gap.
   *
   * <p>It is called on the event loop of the stream's connection, once the stream was told of the
   * gap, after the open handlers and the gap handlers that were added before. It must not block.
   * What it throws is logged, and the stream and the other handlers go on. With many slow streams
   * it is called as often as they have gaps.
   *
   * @throws IllegalStateException if the bridge is mounted already
   */
  @Fluent
  SseBridge gapHandler(Handler<StreamGap> handler);

  /**
   * Adds a handler that is told of each stream of this bridge object that has ended, and why.
   *
   * <p>It is called on the event loop of the stream's connection, exactly once for each stream,
   * after the open handlers and the close handlers that were added before. It must not block. What
   * it throws is logged, and the other handlers are called nevertheless.
   *
   * @throws IllegalStateException if the bridge is mounted already
   */
  @Fluent
  SseBridge closeHandler(Handler<StreamInfo> handler);

  /**
   * Adds a handler that decides about each request for a stream, of any route, before it is
   * answered; see {@link SubscribeRequest}. Several handlers are asked one after the other, in the
   * order in which they were added. The next one is asked when the one before has accepted; the
   * first that refuses decides.
   *
   * <p>It is called on the context of the request, where the handlers of the router are called as
   * well: an event loop, which it must not block, or a worker or a virtual thread if the router is
   * served there. If it throws, the request is answered with 500. {@code limits.decision} is the
   * time that all handlers together have to decide. After that the request is refused for now, as
   * by {@link SubscribeRequest#refuse(String)}, and the log says which handler was asked last.
   * Requests that wait count as subscribers against all limits but that of the channel.
   *
   * <pre>{@code
   * bridge.subscribeHandler(request -> {
   *   User user = request.user();
   *   if (user == null) {
   *     request.refuse(401, "sign in first");
   *   } else {
   *     request.address("user." + user.subject()).accept();
   *   }
   * });
   * }</pre>
   *
   * @throws IllegalStateException if the bridge is mounted already
   */
  @Fluent
  SseBridge subscribeHandler(Handler<SubscribeRequest> handler);

  /**
   * The same for the requests of one route.
   *
   * @param route the name of a route of the configuration
   * @throws IllegalArgumentException if the configuration has no such route
   * @throws IllegalStateException if the bridge is mounted already
   */
  @Fluent
  SseBridge subscribeHandler(String route, Handler<SubscribeRequest> handler);

  /**
   * Adds a handler that decides about each message which is posted to a rule, before it goes to the
   * event bus: it may accept, refuse or change it, at once or later. Of several all have to accept,
   * in the order in which they were added.
   *
   * <p>It must not block, whatever threads the server's verticle is on, as it may be called on the
   * event loop of the connection. It may decide later, and from any thread. If it throws, the
   * request is answered with 500.
   *
   * @param rule the name of the rule in {@code publish}
   * @throws IllegalArgumentException if the configuration has no such rule
   * @throws IllegalStateException if the bridge is mounted already
   */
  @Fluent
  SseBridge publishHandler(String rule, Handler<PublishRequest> handler);

  /** The same for the messages of all rules. */
  @Fluent
  SseBridge publishHandler(Handler<PublishRequest> handler);

  /**
   * Adds the bridge's routes to a router; it may be mounted on several.
   *
   * <p>If it is mounted on the context of a verticle, the bridge is closed when that verticle is
   * undeployed; if several verticles mount it, with the last of them. If it is mounted elsewhere,
   * {@link #close} it yourself.
   *
   * @return completed once no message published from then on is missed; fails with an {@link
   *     IllegalStateException} if Vert.x is closed
   * @throws IllegalStateException if the bridge is closed, or if a bridge of the same configuration
   *     is mounted with another {@linkplain #codec codec}
   */
  Future<Void> mount(Router router);

  /** {@link #mountClient(Router, String)} at {@code /*}: it serves {@code /sse-bridge.js}. */
  @Fluent
  SseBridge mountClient(Router router);

  /**
   * Serves what a page needs to follow a stream, where an application wants it: {@code
   * sse-bridge.js}, a module without dependencies. Nothing else is served, and nothing at all
   * without this call.
   *
   * <pre>{@code
   * <script type="module">
   *   import { connect } from '/sse-bridge.js';
   *   connect('/news', { shared: true }).on('message', (event) => console.log(event.data));
   * </script>
   * }</pre>
   *
   * <p>The file may be cached for an hour, has an {@code ETag}, and is sent with gzip to clients
   * that accept it. This method reads a small resource. It may be called before or after {@link
   * #mount}, for any router, and more than once.
   *
   * @param path the directory of the file on this router, with {@code /*} at its end: {@code
   *     /assets/*} serves {@code /assets/sse-bridge.js}
   * @throws IllegalArgumentException if the path has another form
   */
  @Fluent
  SseBridge mountClient(Router router, String path);

  /**
   * Serves the admin interface on a router: how the bridge is ({@code /live}, {@code /ready}), what
   * it does ({@code /metrics}, {@code /stats}, {@code /streams}, {@code /channels}, {@code
   * /sources}, {@code /config}) and commands, as {@code /openapi.json} says. Of the {@code admin}
   * block of the options it uses {@code auth}, {@code readAuthority}, {@code writeAuthority} and
   * {@code loopTimeout}.
   *
   * <p>{@code /live}, {@code /ready} and {@code /metrics} are for everybody who reaches the router;
   * for the rest a client has to show who it is, as {@code auth} says, and to have the grant {@code
   * admin}: {@code read}, or {@code write} for what changes something. Mount it below a path of its
   * own, on a router whose errors are not shown to everybody:
   *
   * <pre>{@code
   * Router admin = Router.router(vertx);
   * bridge.mountAdmin(admin);
   * router.route("/admin/*").subRouter(admin);
   * }</pre>
   *
   * <p>Before or after {@link #mount}, on any router of this Vert.x. Needs {@code
   * io.vertx:vertx-health-check}.
   *
   * @throws IllegalStateException if the options have no {@code auth}, or that jar is missing
   */
  @Fluent
  SseBridge mountAdmin(Router router);

  /**
   * Serves the console, pages over the admin interface, at {@code console/} on a router that {@link
   * #mountAdmin} is called with as well, before or after; while it is not, the console answers 503
   * and says so. Nothing is served where {@code admin.console} of the options is false.
   *
   * <pre>{@code
   * Router admin = Router.router(vertx);
   * bridge.mountAdmin(admin).mountConsole(admin, "/");
   * router.route("/admin/*").subRouter(admin);
   * }</pre>
   *
   * <p>Everybody who reaches the router gets the files, which hold no secret. What the pages show
   * and do needs the same grants as in the admin interface: the user enters a token, or the browser
   * sends what a handler of the application asks for, a cookie for example.
   *
   * <p>Streams of routes are shown, and messages published, where the routes of the bridge are on
   * the same router; where they are elsewhere, say so: {@link #mountConsole(Router, String)}.
   */
  @Fluent
  SseBridge mountConsole(Router router);

  /**
   * The same, where the routes of the bridge are not on the same router.
   *
   * @param routes the path on this origin that the routes are below: {@code "/"}, or {@code
   *     "/api/"} where the router of {@link #mount} is mounted on {@code /api/*}
   * @throws IllegalArgumentException if it has another form
   */
  @Fluent
  SseBridge mountConsole(Router router, String routes);

  /**
   * Looks after the connections of an application's own server, from their beginning: set it with
   * {@code HttpServer.connectionHandler} before the server listens.
   *
   * <p>A connection is then read only while its client takes the answers, and closed when the
   * client takes nothing for {@code http.stalled}. This keeps a client that sends requests and
   * never reads from filling the memory with answers, since Vert.x by itself would read on. Without
   * this handler a connection is looked after from the first request on it that reaches the bridge.
   * It holds for all answers of the server over HTTP/1 and HTTP/2, with and without TLS, but not
   * for WebSockets. It is called on the event loop of the connection.
   *
   * <pre>{@code
   * vertx.createHttpServer().connectionHandler(bridge.connectionHandler()).requestHandler(router)
   * }</pre>
   */
  Handler<HttpConnection> connectionHandler();

  /**
   * How many streams are open, those of bridges that share channels with this one included; and
   * requests for one that a subscribe handler has not decided yet.
   */
  int openStreams();

  /**
   * What is open now, those of bridges that share channels with this one included, the oldest
   * first. Each loop is asked for its own streams, a few at a time; one that opens or ends
   * meanwhile may be in the list or not. Empty before the bridge is mounted and after it is closed.
   *
   * @return completed on the context of the caller, if it is on one
   */
  Future<List<StreamInfo>> streams();

  /**
   * Ends one of the {@link #streams}, on an event boundary and with the reason {@code application}.
   * The client comes back by itself; let a {@linkplain #subscribeHandler subscribe handler} refuse
   * it if it shall not.
   *
   * @param id of the stream
   * @return completed on the context of the caller, if it is on one, with whether there is such a
   *     stream
   */
  Future<Boolean> endStream(String id);

  /**
   * Sends an event to one of the {@link #streams} alone. It comes after all that was in the history
   * of the channel when the stream's loop sees it, and before what comes later. It has no id: the
   * client's last id stays what it was, and a client that comes back does not get it again. It is
   * not counted among the events delivered.
   *
   * <p>A stream that is behind gets it when it has come so far, or was told of a gap instead: no
   * policy for slow subscribers leaves it out. Up to 64 such events, or 64 KiB, wait for one
   * stream; beyond that the future fails with an {@link IllegalStateException} and the event is not
   * sent. What waits when the stream ends is lost.
   *
   * @param id of the stream
   * @param event without an id
   * @return completed on the context of the caller, if it is on one, with whether there is such a
   *     stream; the event is then written, or waits
   * @throws IllegalArgumentException if the event has an id, or a type that is for the bridge alone
   */
  Future<Boolean> sendTo(String id, ServerSentEvent event);

  /**
   * Tells all subscribers that they may have missed messages, and that nobody knows how many. It is
   * for an application that notices such a loss: its node of a cluster stood still, or another node
   * died while messages were on their way. Each channel marks the place in its history, after what
   * has come so far. Each subscriber that passes the mark, now or after it has come back, gets one
   * gap with the reason {@code unknown}. Channels whose store is shared with other nodes are left
   * out: what is published there comes from the store.
   *
   * <p>It holds for all bridges of the Vert.x. If it is called again and again, subscribers are
   * told at once, and then at most once a minute while that goes on, so that it does not fill the
   * histories; the log says so as often. It may be called from any thread, and returns before
   * anybody is told.
   *
   * @param why in a few words, for the log
   */
  void mayHaveMissed(String why);

  /**
   * Counters of all bridges that share channels with this one, since the first of them was mounted:
   * for the bridge {@code openStreams}, {@code retainedBytes}, {@code shedBytes} (evicted by {@code
   * limits.retained}), {@code droppedMessages} (by each channel that should have had them), and
   * {@code appendedEvents}, {@code deliveredEvents} and {@code missedEvents} of all routes that
   * there were; for each of its {@code routes} the streams and events, the {@code gaps} by reason,
   * what its {@code slowPolicy} left out, and {@code closedStreams} by {@link CloseReason}; for
   * each of the {@code sources} that this Vert.x follows where it stands: its {@code state},
   * whether it is {@code open}, {@code since} when, and where it is not, the {@code reason}. Empty
   * before it is mounted.
   */
  JsonObject stats();

  /**
   * How the bridge is: whether each event loop that it works on answers within 5 s, whether its
   * routes are served, and whether the sources that this Vert.x follows are within their {@code
   * tolerance}. Cheap: one task on each loop.
   *
   * @return completed on the context of the caller, if it is on one; never fails
   */
  Future<BridgeHealth> health();

  /**
   * Adds a route, on every router that this bridge and those that share channels with it are
   * mounted on, at the place where they were mounted. Before {@link #mount} it is as if it had been
   * in the options. From any thread.
   *
   * <p>What several threads or bridge objects add and remove at the same time takes effect in one
   * order, the same on every instance.
   *
   * <p>Its requests are seen by the {@linkplain #subscribeHandler(Handler) subscribe handlers} of
   * all routes, to which {@link SubscribeRequest#route} tells its name; one for a route alone is
   * set before the bridge is mounted.
   *
   * @param options copied
   * @return completed once every instance serves the route, and no message published from then on
   *     is missed; fails with an {@link IllegalStateException} if the route is removed, or Vert.x
   *     closed, before that
   * @throws ConfigException if anything in it is wrong, or if its name or path is taken
   * @throws IllegalStateException if the bridge is closed, or while a route of this name is still
   *     being removed
   */
  Future<Void> addRoute(String route, RouteOptions options);

  /**
   * Takes a route away from this bridge and those that share channels with it. Its streams end as
   * those of a bridge that is closed, and what its channels retain is given up. Requests that come
   * from then on are passed on to the next handler of the router, so that they get 404 if there is
   * none. A request that a subscribe handler has not decided yet gets 404 as well, but an
   * EventSource is told to come back, as the streams of the route are: if the route is added again
   * meanwhile, it loses none of them. From any thread.
   *
   * @return completed once no instance serves the route any more, and its streams have ended
   * @throws IllegalArgumentException if there is no such route
   * @throws IllegalStateException if the bridge is closed
   */
  Future<Void> removeRoute(String route);

  /**
   * Ends the bridge's streams on event boundaries, spread over {@code http.drain}, and gives up
   * what it holds. May be called from any thread, again, and after Vert.x is closed.
   *
   * @return completed once all streams have ended
   */
  Future<Void> close();
}
