package dev.ssebridge.internal.admin;

import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.MethodNotAllowed;
import dev.ssebridge.internal.http.OriginRule;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.socket.Rejection;
import dev.ssebridge.internal.web.WebFile;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The console: pages over the admin interface. They tell nothing themselves, so nobody is asked who
 * he is before he gets them; what they then ask for is for whom it is for anybody else.
 */
public final class ConsoleFiles {
  private static final String INDEX = "index.html";
  private static final String SETUP = "setup.json";

  /** A file, in one directory at most: nothing that leads elsewhere is a name. */
  private static final String NAME =
      "(?:[a-z0-9-]{1,64}/)?[a-z0-9-]{1,64}(?:\\.[a-z0-9-]{1,16})?\\.(?:html|js|css|svg)";

  /** All that can be one of the console, so that whatever else there is stays as it is. */
  private static final String PATHS =
      "/console(?<name>(?:/(?:" + NAME + "|" + Pattern.quote(SETUP) + ")?)?)";

  private static final String WEB = "/dev/ssebridge/web/";

  /** What lies elsewhere, and is beside the pages for them. */
  private static final Map<String, String> BESIDE =
      Map.of(
          "sse-bridge.js", WEB + "sse-bridge.js",
          "uplot.js", WEB + "uplot/dist/uPlot.esm.js",
          "uplot.css", WEB + "uplot/dist/uPlot.min.css");

  private static final Problem FOREIGN_PAGE =
      new Problem(
          403, "expected a request of the console itself, got one that another page has sent");

  private static final Problem NO_ADMIN =
      new Problem(
          503, "expected mountAdmin on the router that the console is on, got mountConsole alone");

  private final Administered subject;
  private final Surroundings surroundings;
  private final Map<String, WebFile> files = new ConcurrentHashMap<>();

  private ConsoleFiles(Administered subject, Surroundings surroundings) {
    this.subject = subject;
    this.surroundings = surroundings;
  }

  /** What is beside it; asked for each request. Any thread. */
  public interface Surroundings {
    /** On a port where all is. */
    Surroundings OF_PORT =
        new Surroundings() {
          @Override
          public boolean isAdminThere() {
            return true;
          }

          @Override
          public String routes() {
            return "../";
          }
        };

    /** Whether the paths of {@link AdminRoutes} are on the same router. */
    boolean isAdminThere();

    /** Where the routes of the bridge are, seen from the console; null where nobody knows. */
    @Nullable String routes();
  }

  /** Serves it at {@code /console/}. */
  public static void mount(Router router, Administered subject, Surroundings surroundings) {
    ConsoleFiles made = new ConsoleFiles(subject, surroundings);
    router
        .routeWithRegex(PATHS)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(made::answer);
    MethodNotAllowed.takeOthers(router.routeWithRegex(PATHS), made::answer);
  }

  /** Has {@code /} lead there, where nothing else has that path. */
  public static void leadTo(Router router, Administered subject) {
    router
        .route("/")
        .last()
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(context -> leadTo(context, subject));
    MethodNotAllowed.takeOthers(router.route("/"), context -> leadTo(context, subject));
  }

  private static void leadTo(RoutingContext context, Administered subject) {
    if (!subject.admin().console()) {
      context.next();
    } else {
      redirect(context);
    }
  }

  private static void redirect(RoutingContext context) {
    if (MethodNotAllowed.answers(context)) {
      return;
    }
    context
        .response()
        .setStatusCode(302)
        .putHeader(HttpHeaders.LOCATION, "console/")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .end();
  }

  private void answer(RoutingContext context) {
    if (!subject.admin().console()) {
      context.next();
      return;
    }
    subject.lookAfterConnection(context.request());
    Problem foreign = subject.problemOfHost(context.request());
    if (foreign == null && !isMeant(context.request())) {
      foreign = FOREIGN_PAGE;
    }
    if (foreign == null && !surroundings.isAdminThere()) {
      foreign = NO_ADMIN;
    }
    if (foreign != null) {
      Rejection.send(context.vertx(), new BridgeRequest.Routed(context), foreign);
      return;
    }
    switch (context.pathParam("name")) {
      case "" -> redirect(context);
      case "/" -> send(context, INDEX);
      case "/" + SETUP -> setUp(context);
      default -> send(context, context.pathParam("name").substring(1));
    }
  }

  /** Whether somebody has followed a link, from wherever, or the console asks. */
  private static boolean isMeant(HttpServerRequest request) {
    return OriginRule.isOwn(request)
        || ("document".equals(request.getHeader("sec-fetch-dest"))
            && "navigate".equals(request.getHeader("sec-fetch-mode")));
  }

  private void setUp(RoutingContext context) {
    if (MethodNotAllowed.answers(context)) {
      return;
    }
    Answers.json(
        context,
        new JsonObject()
            .put("admin", "../")
            .put("whoami", "whoami")
            .put("routes", surroundings.routes())
            .put("program", subject.program() != null)
            .put("name", subject.name())
            .put("version", ConsoleFiles.class.getPackage().getImplementationVersion()));
  }

  private void send(RoutingContext context, String name) {
    WebFile known = files.get(name);
    if (known != null) {
      send(context, known);
    } else {
      context
          .vertx()
          .executeBlocking(() -> find(name), false)
          .onSuccess(
              found -> {
                if (found == null) {
                  context.next();
                } else {
                  send(context, found);
                }
              })
          .onFailure(context::fail);
    }
  }

  /** Kept once it was read; there are no more of them than the program has files. */
  private @Nullable WebFile find(String name) {
    String resource = BESIDE.getOrDefault(name, WEB + "console/" + name);
    if (ConsoleFiles.class.getResource(resource) == null) {
      return null;
    }
    return files.computeIfAbsent(name, n -> WebFile.read(resource, "no-cache"));
  }

  private static void send(RoutingContext context, WebFile file) {
    if (Answers.isOver(context)) {
      return; // the client has gone
    }
    if (MethodNotAllowed.answers(context)) {
      return;
    }
    context.response().putHeader("cross-origin-resource-policy", "same-origin");
    file.answerOwnPage(context);
  }
}
