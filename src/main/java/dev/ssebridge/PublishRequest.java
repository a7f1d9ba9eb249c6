package dev.ssebridge;

import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message from outside that waits for {@link #accept} or {@link #refuse} before it goes to the
 * event bus: the whole of a text or JSON body, one line of NDJSON, one event of an event stream.
 * The messages of one request are asked about one after the other, in their order.
 *
 * <p>The first decision counts. It may come later and from any thread, within {@code
 * limits.decision}; after that the request is answered with 503. The message may be changed until
 * it is decided; what is published is as it was then. When the client leaves, or a handler answers
 * the request by itself, whatever is decided has no effect.
 */
@VertxGen
public interface PublishRequest {

  /** The request that brought the message. Its body is the bridge's to read. */
  HttpServerRequest request();

  /**
   * The context of the router, or {@code null} on the server of a {@link SseBridgeVerticle} that
   * has no handlers but the bridge's.
   */
  @Nullable RoutingContext routingContext();

  /** Whom an authentication handler before the bridge has found, or {@code null}. */
  @Nullable User user();

  /** The name of the rule in {@code publish} that the request is for. */
  String rule();

  /** The decoded parameters of the path, by name. */
  Map<String, String> parameters();

  /** The address that the message goes to. */
  String address();

  /** Which message of the request it is, from 1. */
  long number();

  /** The type of the event, its own or that of the request; {@code null} for none. */
  @Nullable String type();

  /** The id that an event of an event stream has, or {@code null}; the stream gets another one. */
  @Nullable String id();

  /**
   * What consumers of the address will get, as {@code publish.*.body} says. A {@code JsonObject},
   * {@code JsonArray} or {@code Buffer} may be changed in place. Where it is not changed, the event
   * keeps the text that came, to the letter.
   */
  @Nullable Object body();

  /**
   * Headers for the message, none at first. Those that begin with {@code sse-} are the bridge's own
   * and are left out.
   */
  MultiMap headers();

  /**
   * Sets the body: anything that the event bus can carry. What it cannot is found out when the
   * message is published: the request is then answered with 500, and the log says why.
   *
   * @throws IllegalStateException if it is decided already
   */
  @Fluent
  PublishRequest setBody(@Nullable Object body);

  /**
   * Sets the type of the event, {@code null} for none.
   *
   * @throws IllegalArgumentException if it holds CR, LF or NUL, or is for the bridge alone
   * @throws IllegalStateException if it is decided already
   */
  @Fluent
  PublishRequest setType(@Nullable String type);

  /**
   * Lets the message pass: to the next handler, or to the event bus. Any thread.
   *
   * @return whether this was the first decision, which counts
   */
  boolean accept();

  /**
   * Refuses the message, and with it the rest of the request: it is answered with a JSON problem,
   * which for NDJSON and event streams also says where the message stands, and how many were
   * published before. Any thread.
   *
   * @param status of the answer, 400..599
   * @param reason for the client, the {@code detail} of the problem
   * @return whether this was the first decision, which counts
   * @throws IllegalArgumentException if it is another status
   */
  boolean refuse(int status, String reason);
}
