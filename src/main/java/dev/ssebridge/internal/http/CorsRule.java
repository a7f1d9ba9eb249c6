package dev.ssebridge.internal.http;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.config.CorsConfig;
import dev.ssebridge.internal.url.OriginPattern;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What pages of other origins may do with a path of the bridge (Fetch standard, section 3.3): which
 * of them, this decides; what they are told, the handler of Vert.x says. Any thread.
 *
 * <p>Who may publish is up to {@link OriginRule}, as browsers send some requests without asking.
 * This tells a page that may not at least why.
 */
public final class CorsRule {
  /** What pages may send beside what every page may: what is read of a request for a path. */
  private static final List<String> ALLOWED =
      List.of(
          "authorization",
          "cache-control",
          "content-encoding",
          "content-type",
          "idempotency-key",
          "last-event-id",
          "prefer",
          SseHeaders.EVENT);

  private static final List<String> EXPOSED =
      List.of(
          SseHeaders.BRIDGE,
          SseHeaders.RESUME,
          SseHeaders.MISSED,
          SseHeaders.POSITION,
          SseHeaders.HISTORY,
          "accept-encoding",
          "allow",
          "preference-applied",
          "retry-after",
          "www-authenticate");

  private static final String EXPOSED_TEXT = String.join(",", EXPOSED);

  private static final String READS_BY_POST = CorsRule.class.getName();

  private static final Pattern NOBODY = Pattern.compile("(?!)");

  private final CorsHandler handler;
  private final Pattern reading;
  private final Pattern publishing;
  private final boolean restricts;
  private final boolean varies;
  private final boolean credentials;

  private CorsRule(CorsConfig config, Set<String> sent) {
    boolean isAny = config.origins().contains(OriginPattern.ANY);
    this.reading = any(config.origins().stream());
    this.publishing = any(config.publishOrigins().stream().map(OriginPattern::of));
    this.restricts = !config.origins().isEmpty();
    this.varies = !isAny;
    this.credentials = config.credentials();
    this.handler =
        CorsHandler.create()
            .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST))
            .allowedHeaders(allowed(sent))
            .exposedHeaders(new LinkedHashSet<>(EXPOSED))
            .allowCredentials(config.credentials())
            .maxAgeSeconds((int) Math.min(Integer.MAX_VALUE, config.maxAge().toSeconds()));
    if (!isAny) {
      handler.addOriginWithRegex(reading + "|" + publishing);
    }
  }

  /**
   * The rule of a configuration; null where CORS is left to what stands before the bridge.
   *
   * @param isOwn whether nobody does, as the server is the bridge's own
   */
  public static @Nullable CorsRule of(CorsConfig config, boolean isOwn) {
    return of(config, isOwn, Set.of());
  }

  /**
   * The same, which answers preflights.
   *
   * @param sent further headers that pages may send, in lower case
   */
  public static @Nullable CorsRule of(CorsConfig config, boolean isOwn, Set<String> sent) {
    return config.isEmpty() || (config.origins().isEmpty() && !isOwn)
        ? null
        : new CorsRule(config, sent);
  }

  private static Set<String> allowed(Set<String> sent) {
    Set<String> all = new TreeSet<>(ALLOWED);
    all.addAll(sent);
    return all;
  }

  private static Pattern any(Stream<OriginPattern> origins) {
    String all =
        origins.map(each -> "(?:" + each.regex() + ")").sorted().collect(Collectors.joining("|"));
    return all.isEmpty() ? NOBODY : Pattern.compile("(?:" + all + ")");
  }

  /**
   * Says that pages of other origins may see these headers as well, beside what an application has
   * them see.
   */
  public static void expose(HttpServerResponse response, CharSequence names) {
    MultiMap headers = response.headers();
    if (!EXPOSED_TEXT.equals(headers.get(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS))) {
      headers.add(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, names);
    }
  }

  /** Whether no page of another origin has sent this: then only {@link #vary} is to be said. */
  public static boolean isOfNoPage(HttpServerRequest request) {
    return !request.headers().contains(HttpHeaders.ORIGIN);
  }

  /** Says that a POST of this path publishes nothing: who may read may send it. */
  public static void readsByPost(RoutingContext context) {
    context.put(READS_BY_POST, true);
  }

  private boolean mayPost(RoutingContext context, String origin) {
    return context.get(READS_BY_POST) == null ? mayPublish(origin) : mayRead(origin);
  }

  /** Whether a page of this origin may read streams and their answers. */
  public boolean mayRead(String origin) {
    return reading.matcher(origin).matches();
  }

  /** Says to caches that others may get other headers. */
  public void vary(HttpServerResponse response) {
    if (varies) {
      response.headers().set(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
  }

  /** Takes that back: somebody else answers. */
  public void dontVary(HttpServerResponse response) {
    if (varies) {
      response.headers().remove(HttpHeaders.VARY);
    }
  }

  /**
   * Answers, or has the next handler of the same route do so with the headers that are needed. On
   * the request's context.
   */
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    MultiMap answer = context.response().headers();
    String origin = OriginRule.only(request, HttpHeaders.ORIGIN);
    if (origin == null) {
      handler.handle(context); // says at least that others get other headers
    } else if (answer.contains(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN)) {
      context.next(); // the application has handled it
    } else if (HttpMethod.OPTIONS.equals(request.method())) {
      options(context, origin);
    } else if (mayRead(origin) || (isPost(request) && mayPost(context, origin))) {
      handler.handle(context);
    } else if (restricts && !isPost(request) && !OriginRule.isOwn(request)) {
      refuse(context, origin, "http.cors.origins", "read");
    } else {
      vary(context);
      context.next();
    }
  }

  /**
   * Has a page see an answer that no handler of a path gives, such as 404, where it may read: to
   * others it is a failure of the network.
   */
  public void tell(HttpServerRequest request) {
    if (request.response().headWritten()) {
      return;
    }
    vary(request.response());
    MultiMap answer = request.response().headers();
    String origin = OriginRule.only(request, HttpHeaders.ORIGIN);
    if (origin == null
        || !mayRead(origin)
        || answer.contains(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN)) {
      return;
    }
    answer
        .set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, varies ? origin : OriginPattern.ANY.text())
        .set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_TEXT);
    if (credentials) {
      answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
  }

  /** What a browser asks before a request: RFC 9110 has no word for it, Fetch says preflight. */
  private void options(RoutingContext context, String origin) {
    String method = context.request().getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    boolean publishes = "POST".equals(method);
    if (method != null && !publishes && !method.equals("GET") && !method.equals("HEAD")) {
      vary(context);
      context.next(); // told which there are, and not that they may be used
    } else if (publishes ? mayPost(context, origin) : mayRead(origin)) {
      // RFC 9110, section 8.6: no Content-Length with 204, which Vert.x sets.
      context.addHeadersEndHandler(
          v -> {
            if (context.response().getStatusCode() == 204) {
              context.response().headers().remove(HttpHeaders.CONTENT_LENGTH);
            }
          });
      handler.handle(context);
    } else if (method == null) {
      vary(context);
      context.next();
    } else if (publishes) {
      refuse(context, origin, "http.cors.publishOrigins", "publish");
    } else {
      refuse(context, origin, "http.cors.origins", "read");
    }
  }

  private boolean mayPublish(String origin) {
    return publishing.matcher(origin).matches();
  }

  private static boolean isPost(HttpServerRequest request) {
    return HttpMethod.POST.equals(request.method());
  }

  private void vary(RoutingContext context) {
    if (varies) {
      context.response().headers().add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
  }

  private void refuse(RoutingContext context, String origin, String key, String what) {
    vary(context);
    new Problem(
            403,
            "expected a request of a page of this site, or of a listed origin, got one of the origin "
                + OriginRule.shown(origin)
                + "; list the origin in "
                + key
                + " if its pages may "
                + what)
        .send(context.request());
  }
}
