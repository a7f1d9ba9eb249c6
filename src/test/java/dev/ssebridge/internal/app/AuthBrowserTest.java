package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.StreamInfo;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TestKey;
import dev.ssebridge.testing.browser.Chromium;
import dev.ssebridge.testing.browser.Page;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Users in a real browser, on pages of other origins than the bridge: one that is listed, one that
 * is not but of the same site, so that cookies go along, and one of another site.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
class AuthBrowserTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String SECRET = "a-secret-of-more-than-32-characters";

  private final Vertx vertx = Vertx.vertx();
  private @Nullable Chromium browser; // null where there is none
  private final Set<String> cookiesOf = ConcurrentHashMap.newKeySet();
  private String listed = "";
  private String unlisted = "";
  private String foreign = "";

  @BeforeAll
  void start() throws Exception {
    Chromium.require();
    listed = "http://127.0.0.1:" + servePages();
    int port = servePages();
    unlisted = "http://127.0.0.1:" + port;
    foreign = "http://localhost:" + port;
    browser = Chromium.start(vertx);
  }

  private int servePages() {
    return BridgeFixture.get(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        request
                            .response()
                            .putHeader("content-type", "text/html")
                            .end("<!doctype html><title>x</title><body>x"))
                .listen(0, "127.0.0.1"))
        .actualPort();
  }

  @AfterAll
  void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    BridgeFixture.get(vertx.close());
  }

  /** Cookies know no ports, so those of one test were there in the next. */
  @BeforeEach
  void signOut() throws Exception {
    Page chromium = open(listed);
    chromium.evaluate("document.cookie = 'session=; path=/; max-age=0'");
  }

  private Page open(String origin) throws Exception {
    Page chromium = requireNonNull(browser).page();
    chromium.open(origin + "/");
    return chromium;
  }

  private BridgeFixture deploy() {
    return BridgeFixture.withRouter(
        vertx,
        "{'http':{'cors':{'origins':['"
            + listed
            + "'],'credentials':true}},'auth':{'cookie':'session','warning':'1m','tickets':{},"
            + "'jwt':{'users':{'secret':'"
            + SECRET
            + "','leeway':0}}},"
            + "'routes':{'rooms':{'path':'/rooms/:room','address':'rooms.{room}','retry':'100ms'}},"
            + "'publish':{'rooms':{'path':'/rooms/:room','address':'rooms.{room}'}}}",
        router -> router.route().handler(this::note));
  }

  /** Takes down which pages a browser has sent the cookie for. */
  private void note(RoutingContext context) {
    String origin = context.request().getHeader(HttpHeaders.ORIGIN);
    if (origin != null
        && String.valueOf(context.request().getHeader("cookie")).contains("session=")) {
      cookiesOf.add(context.request().method() + " of " + origin);
    }
    context.next();
  }

  private static String token(long millis) {
    JsonArray rooms = new JsonArray().add("rooms.*");
    JsonObject claims =
        new JsonObject()
            .put("sub", "ada")
            .put("exp", (System.currentTimeMillis() + millis) / 1000.0)
            .put("sse", new JsonObject().put("subscribe", rooms).put("publish", rooms));
    JsonObject header = new JsonObject().put("alg", "HS256");
    return TestKey.hmac(SECRET.getBytes(UTF_8), "HS256", header, claims);
  }

  private static void signIn(Page chromium, String token) throws Exception {
    chromium.evaluate("document.cookie = 'session=" + token + "; path=/; samesite=lax'");
  }

  /** Follows a stream, and writes down what the page is told. */
  private static void follow(Page chromium, String url, boolean withCredentials) throws Exception {
    chromium.evaluate(
        "(() => { if (window.stream) stream.close(); window.heard = []; window.told = [];"
            + (" const s = new EventSource('" + url + "', {withCredentials: ")
            + (withCredentials + "}); window.stream = s;")
            + " s.onopen = () => told.push('open');"
            + " s.onmessage = e => { heard.push(e.data); window.last = e.lastEventId; };"
            + " s.addEventListener('sse.auth', e => { told.push('auth');"
            + " if (window.renewed) document.cookie = 'session=' + renewed + '; path=/'; });"
            + " s.addEventListener('sse.refused', e => told.push(JSON.parse(e.data).reason));"
            + " s.onerror = () => told.push(s.readyState === EventSource.CLOSED"
            + " ? 'gave up' : 'lost'); })()");
  }

  /** A page that may do this with a token. */
  private interface WithToken {
    String url(String token) throws Exception;
  }

  /** Follows a stream whose token ends soon, but not before it has opened. */
  private static void followBriefly(Page chromium, WithToken page, boolean withCredentials)
      throws Exception {
    @Nullable Object isOpen = false;
    for (long life = 3000; !Boolean.TRUE.equals(isOpen); life *= 2) {
      follow(chromium, page.url(token(life)), withCredentials);
      chromium.await("told.length > 1 || told[0] === 'gave up'", PATIENCE);
      isOpen = chromium.evaluate("told[1] === 'auth'");
    }
  }

  private static String signedIn(Page chromium, BridgeFixture bridge, String token)
      throws Exception {
    signIn(chromium, token);
    return url(bridge, "/rooms/a");
  }

  private static void awaitTold(Page chromium, String what) throws Exception {
    chromium.await("told.some(each => each.includes('" + what + "'))", PATIENCE);
  }

  private static void awaitHeard(Page chromium, String... data) throws Exception {
    String wanted = new JsonArray(List.of(data)).encode();
    chromium.await("JSON.stringify(heard) === '" + wanted + "'", PATIENCE);
  }

  private static String url(BridgeFixture bridge, String path) {
    return "http://127.0.0.1:" + bridge.port() + path;
  }

  private static Set<String> openStreams(BridgeFixture bridge) {
    return BridgeFixture.get(bridge.bridge().streams()).stream()
        .map(StreamInfo::id)
        .collect(Collectors.toSet());
  }

  @Test
  void aCookieGoesAlongWhereAListedPageAsksForIt() throws Exception {
    try (BridgeFixture bridge = deploy()) {
      Page chromium = open(listed);
      signIn(chromium, token(600_000));
      follow(chromium, url(bridge, "/rooms/a"), true);
      awaitTold(chromium, "open");
      bridge.publish("rooms.a", "across origins");
      awaitHeard(chromium, "across origins");
      follow(chromium, url(bridge, "/rooms/a"), false);
      awaitTold(chromium, "gave up");
      assertThat(
              chromium.evaluate(
                  "fetch('"
                      + url(bridge, "/rooms/a")
                      + "').then(r => r.status + ' ' + r.headers.get('www-authenticate'))"))
          .isEqualTo("401 Bearer realm=\"sse\"");
    }
  }

  @Test
  void aTicketOpensAStreamAndBringsItBackUntilTheTokenEnds() throws Exception {
    try (BridgeFixture bridge = deploy()) {
      Page chromium = open(listed);
      String ticket = getTicket(chromium, bridge, token(600_000));
      follow(chromium, url(bridge, "/rooms/a?ticket=" + ticket), false);
      awaitTold(chromium, "open");
      bridge.publish("rooms.a", "1");
      awaitHeard(chromium, "1");
      Set<String> before = openStreams(bridge);
      before.forEach(id -> BridgeFixture.get(bridge.bridge().endStream(id)));
      bridge.publish("rooms.a", "2");
      awaitTold(chromium, "lost");
      awaitHeard(chromium, "1", "2");
      assertThat(openStreams(bridge)).hasSize(1).doesNotContainAnyElementsOf(before);

      chromium.evaluate("stream.close()");
      followBriefly(
          chromium,
          token -> url(bridge, "/rooms/a?ticket=" + getTicket(chromium, bridge, token)),
          false);
      awaitTold(chromium, "auth");
      awaitTold(chromium, "the ticket is not taken");
      assertThat(chromium.evaluate("stream.readyState !== EventSource.CLOSED")).isEqualTo(true);
      assertThat(chromium.evaluate("told.includes('gave up')")).isEqualTo(false);

      // Its page gets another one, and goes on where it was.
      String fresh = getTicket(chromium, bridge, token(600_000));
      bridge.publish("rooms.a", "3");
      String last = String.valueOf(chromium.evaluate("stream.close(); last"));
      follow(chromium, url(bridge, "/rooms/a?lastEventId=" + last + "&ticket=" + fresh), false);
      awaitHeard(chromium, "3");
      assertThat(chromium.evaluate("JSON.stringify(told)")).isEqualTo("[\"open\"]");
    }
  }

  /** Asks with a header that needs a preflight. */
  private static String getTicket(Page chromium, BridgeFixture bridge, String token)
      throws Exception {
    return String.valueOf(
        chromium.evaluate(
            "fetch('"
                + url(bridge, "/rooms/a/ticket")
                + "', {method: 'POST', headers: {Authorization: 'Bearer "
                + token
                + "'}}).then(r => r.json()).then(answer => answer.ticket)"));
  }

  @Test
  void aPageThatIsNotListedNeitherReadsNorPublishes() throws Exception {
    try (BridgeFixture bridge = deploy()) {
      SseProbe bystander = bridge.open("/rooms/a", "Authorization: Bearer " + token(600_000));
      cookiesOf.clear();
      for (String origin : List.of(unlisted, foreign)) {
        signIn(open(listed), token(600_000));
        Page chromium = open(origin);
        follow(chromium, url(bridge, "/rooms/a"), true);
        awaitTold(chromium, "gave up");
        sendAllWays(chromium, url(bridge, "/rooms/a"));
        assertThat(chromium.evaluate("JSON.stringify(failed)"))
            .isEqualTo("[\"read\",\"ticket\",\"json\",\"token\"]");
        bridge.publish("rooms.a", origin);
        bystander.awaitData(origin);
        assertThat(chromium.evaluate("JSON.stringify([heard, told])"))
            .isEqualTo("[[],[\"gave up\"]]");
      }
      assertThat(bystander.data())
          .filteredOn(data -> !data.contains("expires"))
          .containsExactly(unlisted, foreign);
      assertThat(cookiesOf).contains("GET of " + unlisted, "POST of " + unlisted);
    }
  }

  /** With a preflight, without, and by a form. The token is one that another page has lost. */
  private static void sendAllWays(Page chromium, String url) throws Exception {
    String post = "fetch('" + url + "', {method: 'POST', credentials: 'include', ";
    chromium.evaluate(
        "(async () => { window.failed = [];"
            + " const attempt = (name, request) => request.catch(() => { failed.push(name); });"
            + (" await attempt('read', fetch('" + url + "', {credentials: 'include'}));")
            + (" await attempt('ticket', fetch('" + url + "/ticket', {method: 'POST',")
            + " credentials: 'include'}));"
            + (" await attempt('json', " + post)
            + "headers: {'Content-Type': 'application/json'}, body: '{\"by\":\"json\"}'}));"
            + (" await attempt('token', " + post)
            + ("headers: {Authorization: 'Bearer " + token(600_000) + "'}, body: 'by token'}));")
            + (" await attempt('simple', " + post + "mode: 'no-cors', body: 'simple'}));")
            + " const f = document.createElement('iframe'); f.name = 'f'; document.body.append(f);"
            + " const form = document.createElement('form'); form.method = 'post';"
            + (" form.enctype = 'text/plain'; form.target = 'f'; form.action = '" + url + "';")
            + " const i = document.createElement('input'); i.name = 'by'; i.value = 'form';"
            + " form.append(i); document.body.append(form);"
            + " await new Promise(done => { f.addEventListener('load', done); form.submit(); });"
            + " })()");
  }

  @Test
  void aStreamEndsWithItsCookieAndComesBackWithAnother() throws Exception {
    try (BridgeFixture bridge = deploy()) {
      Page chromium = open(listed);
      chromium.evaluate("window.renewed = '" + token(600_000) + "'");
      followBriefly(chromium, token -> signedIn(chromium, bridge, token), true);
      awaitTold(chromium, "auth");
      bridge.publish("rooms.a", "1");
      awaitTold(chromium, "lost");
      bridge.publish("rooms.a", "2");
      awaitHeard(chromium, "1", "2");
      chromium.await("told.filter(each => each === 'open').length === 2", PATIENCE);

      // The next page is late: it lives on, and misses nothing.
      chromium.evaluate("stream.close(); window.renewed = null");
      followBriefly(chromium, token -> signedIn(chromium, bridge, token), true);
      awaitTold(chromium, "the token has expired");
      bridge.publish("rooms.a", "3");
      assertThat(chromium.evaluate("heard.length")).isEqualTo(0);
      signIn(chromium, token(600_000));
      awaitHeard(chromium, "3");
      assertThat(chromium.evaluate("told.includes('gave up')")).isEqualTo(false);

      chromium.evaluate("stream.close()");
      follow(chromium, signedIn(chromium, bridge, token(-1000)), true);
      awaitTold(chromium, "gave up");
    }
  }
}
