package dev.ssebridge.internal.http;

import dev.ssebridge.internal.address.PathTemplate;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request to the bridge: through a router, or straight from a server that is all the bridge's.
 */
public sealed interface BridgeRequest {

  HttpServerRequest request();

  /** The decoded value of a path parameter, from the left, or {@code null}. */
  @Nullable String pathParameter(int index);

  /**
   * The decoded value of a parameter of the path that the bridge's router is mounted on, or {@code
   * null}.
   */
  @Nullable String parentParameter(String name);

  MultiMap query() throws BadRequestException;

  /** The body, where a handler before the bridge has read it; otherwise {@code null}. */
  @Nullable Buffer bodyRead();

  /**
   * Tells, maybe more than once, that the response has ended; with whether cleanly. On the thread
   * of the code that ended it.
   */
  void onEnd(Consumer<Boolean> handler);

  /** Answers with an internal error. */
  void fail(Throwable cause);

  /** Runs this when the head of the response goes out; what it sets in it then stays. */
  void onHead(Handler<Void> handler);

  /** The context of the router, or {@code null} where there is none. */
  @Nullable RoutingContext routing();

  /** Whether its connection can have but one request at a time. */
  static boolean isHttp1(HttpServerRequest request) {
    return switch (request.version()) {
      case HTTP_1_0, HTTP_1_1 -> true;
      default -> false;
    };
  }

  /** The path that its handler was found by: of a router the one without dot segments. */
  default String servedPath() {
    RoutingContext routing = routing();
    String path = routing == null ? request().path() : routing.normalizedPath();
    return path == null ? "/" : path;
  }

  default HttpServerResponse response() {
    return request().response();
  }

  /**
   * Through a router, whose handlers may look at the request until its end.
   *
   * @param routing the context
   */
  record Routed(RoutingContext routing) implements BridgeRequest {
    @Override
    public HttpServerRequest request() {
      return routing.request();
    }

    @Override
    public @Nullable String pathParameter(int index) {
      return routing.pathParam("param" + index);
    }

    @Override
    public @Nullable String parentParameter(String name) {
      return routing.pathParam(name);
    }

    @Override
    public MultiMap query() throws BadRequestException {
      return QueryText.of(request(), routing::queryParams);
    }

    @Override
    public @Nullable Buffer bodyRead() {
      return request().isEnded() ? routing.body().buffer() : null;
    }

    @Override
    public void onEnd(Consumer<Boolean> handler) {
      routing.addEndHandler(ended -> handler.accept(ended.succeeded()));
    }

    @Override
    public void fail(Throwable cause) {
      routing.fail(cause);
    }

    @Override
    public void onHead(Handler<Void> handler) {
      routing.addHeadersEndHandler(handler);
    }
  }

  /**
   * Straight from the server: a router's context is a good part of the memory of an idle subscriber
   * (workload w3 of the fan-out benchmark).
   */
  final class Direct implements BridgeRequest {
    private final HttpServerRequest request;
    private final List<String> pathParameters;
    private @Nullable Consumer<Boolean> ended;

    /**
     * @param pathParameters decoded, from the left
     */
    public Direct(HttpServerRequest request, List<String> pathParameters) {
      this.request = request;
      this.pathParameters = pathParameters;
    }

    @Override
    public HttpServerRequest request() {
      return request;
    }

    /** The request, if its path is of this shape; {@code null} where a router has to look at it. */
    static @Nullable Direct of(HttpServerRequest request, PathTemplate template) {
      String path = request.path();
      List<String> parameters = path == null ? null : template.parametersOf(path);
      return parameters == null ? null : new Direct(request, parameters);
    }

    @Override
    public @Nullable String pathParameter(int index) {
      return index < pathParameters.size() ? pathParameters.get(index) : null;
    }

    @Override
    public @Nullable String parentParameter(String name) {
      return null;
    }

    @Override
    public MultiMap query() throws BadRequestException {
      // Not asked for where there is none: the request would keep it for as long as it is there.
      String query = request.query();
      return query == null || query.isEmpty()
          ? MultiMap.caseInsensitiveMultiMap()
          : QueryText.of(request, request::params);
    }

    @Override
    public @Nullable Buffer bodyRead() {
      return null;
    }

    @Override
    public void onEnd(Consumer<Boolean> handler) {
      Consumer<Boolean> before = ended;
      Consumer<Boolean> all = before == null ? handler : before.andThen(handler);
      ended = all;
      response()
          .exceptionHandler(broken -> all.accept(false))
          .closeHandler(gone -> all.accept(false))
          .endHandler(done -> all.accept(true));
    }

    @Override
    public void fail(Throwable cause) {
      if (response().headWritten()) {
        response().reset();
      } else {
        Problem.INTERNAL.send(request());
      }
    }

    @Override
    public void onHead(Handler<Void> handler) {
      response().headersEndHandler(handler);
    }

    @Override
    public @Nullable RoutingContext routing() {
      return null;
    }
  }

  /**
   * Another one, of whose end somebody is told first.
   *
   * @param of the other one
   * @param first is told as {@link #onEnd} tells it
   */
  record Watched(BridgeRequest of, Consumer<Boolean> first) implements BridgeRequest {

    /** Begins to watch. */
    public static Watched of(BridgeRequest request, Consumer<Boolean> first) {
      request.onEnd(first);
      return new Watched(request, first);
    }

    @Override
    public HttpServerRequest request() {
      return of.request();
    }

    @Override
    public @Nullable String pathParameter(int index) {
      return of.pathParameter(index);
    }

    @Override
    public @Nullable String parentParameter(String name) {
      return of.parentParameter(name);
    }

    @Override
    public MultiMap query() throws BadRequestException {
      return of.query();
    }

    @Override
    public @Nullable Buffer bodyRead() {
      return of.bodyRead();
    }

    @Override
    public void onEnd(Consumer<Boolean> handler) {
      of.onEnd(
          cleanly -> {
            first.accept(cleanly);
            handler.accept(cleanly);
          });
    }

    @Override
    public void fail(Throwable cause) {
      of.fail(cause);
    }

    @Override
    public void onHead(Handler<Void> handler) {
      of.onHead(handler);
    }

    @Override
    public @Nullable RoutingContext routing() {
      return of.routing();
    }
  }
}
