package dev.ssebridge.internal.admin;

import dev.ssebridge.auth.AdminGrant;
import dev.ssebridge.internal.bridge.BridgeRoutes;
import dev.ssebridge.internal.client.SourceGroup;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.MethodNotAllowed;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.metrics.PrometheusText;
import dev.ssebridge.internal.socket.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The paths of the admin interface on a router: how the bridge is, what it does, and commands.
 * {@code openapi.json} beside this class describes them.
 */
public final class AdminRoutes {
  private static final System.Logger LOG = System.getLogger(AdminRoutes.class.getName());

  /** No body that is meant is larger. */
  private static final int MOST_BODY_BYTES = 64 * 1024;

  private final Vertx vertx;
  private final Administered subject;
  private final AdminGuard guard;
  private final StatsPath stats;
  private final Underway reads = new Underway(Underway.MOST_READS);
  private final Underway scrapes = new Underway(Underway.MOST_SCRAPES);
  private final Map<String, Set<String>> methods = new LinkedHashMap<>();

  // guarded by this
  private @Nullable Future<Buffer> scrape;

  private AdminRoutes(Vertx vertx, Administered subject) {
    this.vertx = vertx;
    this.subject = subject;
    this.guard = new AdminGuard(subject);
    this.stats =
        new StatsPath(vertx, subject, () -> SourceGroup.states(vertx), guard::isStillAdmitted);
  }

  /** What answers one kind of request. */
  @FunctionalInterface
  private interface Action {
    Future<?> take(RoutingContext context) throws BadRequestException;
  }

  @FunctionalInterface
  private interface OfBridge {
    Future<?> take(RoutingContext context, BridgeRoutes routes) throws BadRequestException;
  }

  /**
   * Adds the paths. What comes behind them on the router is for whom they are open as well.
   *
   * @param isOwn whether the router is for the admin interface, so that nothing behind its paths is
   *     served where only {@code /live}, {@code /ready} and {@code /metrics} are to be
   */
  public static AdminRoutes mount(Vertx vertx, Router router, Administered subject, boolean isOwn) {
    AdminRoutes made = new AdminRoutes(vertx, subject);
    made.mount(router);
    if (isOwn) {
      router.route().handler(made.guard::requireOpen);
    }
    return made;
  }

  private void mount(Router router) {
    for (String path : List.of("/live", "/ready", "/metrics")) {
      note(router, "GET", path);
      note(router, "HEAD", path);
    }
    new HealthPaths(vertx, subject).mount(router);
    router
        .route("/metrics")
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(scrapes.bounded(this::scrape));

    get(router, "/streams", ofLoops(StreamsPaths::list));
    write(router, "POST", "/streams", ofLoops(StreamsPaths::endSeveral));
    write(router, "DELETE", "/streams/:id", ofLoops(StreamsPaths::end));
    write(router, "POST", "/revocations", ofLoops(StreamsPaths::revoke));
    get(router, "/channels", ofBridge(ChannelsPath::list));
    get(router, "/sources", SourcesPaths::list);
    write(router, "PUT", "/sources/:name", SourcesPaths::add);
    write(router, "DELETE", "/sources/:name", SourcesPaths::remove);
    write(router, "POST", "/sources/:name/:command", SourcesPaths::command);
    Handler<RoutingContext> once = reads.bounded(answering(stats::tell));
    Handler<RoutingContext> events = answering(stats::follow);
    read(router, "/stats")
        .handler(context -> (StatsPath.wantsEvents(context) ? events : once).handle(context));
    get(router, "/config", context -> ProgramPaths.config(context, subject));
    get(
        router,
        "/whoami",
        context -> {
          Query.of(context, Set.of());
          Answers.json(context, guard.describe(context));
          return Future.succeededFuture();
        });
    get(router, "/openapi.json", Description::tell);
    ProgramCommands program = subject.program();
    if (program != null) {
      write(router, "POST", "/reload", context -> ProgramPaths.reload(context, program));
      get(router, "/log-level", context -> ProgramPaths.logLevel(context, program));
      write(router, "PUT", "/log-level", context -> ProgramPaths.setLogLevel(context, program));
    }
    methods.forEach(
        (path, allowed) -> router.route(path).handler(context -> refuse(context, allowed)));
  }

  /** The same, for what asks each event loop. */
  private Action ofLoops(OfBridge action) {
    return context -> {
      long millis = subject.admin().loopTimeout().toMillis();
      return ofBridge(action)
          .take(context)
          .timeout(millis, TimeUnit.MILLISECONDS)
          .recover(
              failure ->
                  Future.failedFuture(
                      failure instanceof TimeoutException
                          ? new BadRequestException(
                              503,
                              "an event loop has not answered within "
                                  + millis
                                  + " ms; /live says so, too")
                          : failure));
    };
  }

  /** Says that a path has this method; before anything answers there. */
  private void note(Router router, String method, String path) {
    methods.computeIfAbsent(path, p -> begin(router, p)).add(method);
  }

  private Set<String> begin(Router router, String path) {
    router
        .route(path)
        .handler(
            context -> {
              subject.lookAfterConnection(context.request());
              // Here, as /live and /ready are answered by a handler of Vert.x.
              context.response().putHeader(Problem.CONTENT_TYPE_OPTIONS, Problem.NOSNIFF);
              context.next();
            });
    return new TreeSet<>();
  }

  /** A path that is only read, by those who may. */
  private Route read(Router router, String path) {
    note(router, "GET", path);
    note(router, "HEAD", path);
    return router
        .route(path)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(guard.requires(AdminGrant.READ));
  }

  private void get(Router router, String path, Action action) {
    read(router, path).handler(reads.bounded(answering(action)));
  }

  private void write(Router router, String method, String path, Action action) {
    note(router, method, path);
    HttpMethod verb = HttpMethod.valueOf(method);
    router.route(verb, path).handler(guard.requires(AdminGrant.WRITE));
    router.route(verb, path).handler(this::limitTime);
    router
        .route(verb, path)
        .handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES))
        .handler(answering(action))
        .failureHandler(AdminRoutes::tooLarge);
  }

  /** No body may come as slowly as it likes. */
  private void limitTime(RoutingContext context) {
    if (!context.request().isEnded()) {
      long millis = subject.admin().bodyTimeout().toMillis();
      long timer =
          vertx.setTimer(
              millis,
              late -> {
                if (!context.request().isEnded() && !Answers.isOver(context)) {
                  Rejection.send(
                      vertx,
                      new BridgeRequest.Routed(context),
                      new Problem(
                          408, "body: expected within " + millis + " ms, got a part of it"));
                }
              });
      context.addEndHandler(ended -> vertx.cancelTimer(timer));
    }
    context.next();
  }

  private Action ofBridge(OfBridge action) {
    return context -> {
      BridgeRoutes routes = subject.routes();
      if (routes == null) {
        throw new BadRequestException(503, "the bridge is not mounted; try again later");
      }
      return action.take(context, routes);
    };
  }

  private static Handler<RoutingContext> answering(Action action) {
    return context -> {
      Future<?> done;
      try {
        done = action.take(context);
      } catch (BadRequestException | RuntimeException wrong) {
        done = Future.failedFuture(wrong);
      }
      done.onComplete(made -> Underway.made(context))
          .onFailure(failure -> failed(context, failure));
    };
  }

  private static void failed(RoutingContext context, Throwable failure) {
    if (failure instanceof BadRequestException wrong) {
      wrong.problem().send(context.request());
    } else {
      LOG.log(Level.ERROR, "a request to the admin interface failed", failure);
      Problem.INTERNAL.send(context.request());
    }
  }

  private static void tooLarge(RoutingContext context) {
    if (context.statusCode() == 413) {
      Answers.problem(
          context, 413, "body: expected at most " + MOST_BODY_BYTES + " bytes, got more");
    } else {
      context.next();
    }
  }

  private static void refuse(RoutingContext context, Set<String> allowed) {
    MethodNotAllowed.send(context.request(), String.join(", ", allowed));
  }

  /** A request that comes while another waits gets the same answer. */
  private void scrape(RoutingContext context) {
    Future<Buffer> asked;
    synchronized (this) {
      asked = scrape;
      if (asked == null || asked.isComplete()) {
        asked = vertx.executeBlocking(() -> Buffer.buffer(subject.metrics()), false);
        scrape = asked;
      }
    }
    Underway.made(context); // it is made once for all
    asked.onComplete(
        text -> {
          if (!Answers.isOver(context)) {
            context.response().putHeader(HttpHeaders.CONTENT_TYPE, PrometheusText.MEDIA_TYPE);
            Underway.end(context, text);
          }
        },
        failure -> failed(context, failure));
  }

  /** The paths and their methods, as they stand on the router. */
  public Map<String, List<String>> served() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    methods.forEach((path, allowed) -> all.put(path, List.copyOf(allowed)));
    return all;
  }

  /** Ends what it streams. */
  public void close() {
    stats.close();
  }
}
