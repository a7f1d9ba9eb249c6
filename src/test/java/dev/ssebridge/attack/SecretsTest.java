package dev.ssebridge.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.TestKey;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is shown is told to nobody, also where those that are asked about it fail. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Tag("slow")
class SecretsTest {
  private static final TestKey KEY = TestKey.make("k", "ES256");

  /** Malformed, nobody, not permitted, of another host, not for now. */
  private static final List<Integer> REFUSED = List.of(400, 401, 403, 421, 503);

  private @TempDir Path directory;
  private final List<String> told = new CopyOnWriteArrayList<>();

  /** One that answers as its path says. */
  private HttpServer unruly(Vertx vertx) {
    return BridgeFixture.get(
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  told.add(request.getHeader("x-original-uri"));
                  switch (request.path()) {
                    case "/broken" -> request.connection().close();
                    case "/failing" -> request.response().setStatusCode(500).end("no");
                    case "/junk" ->
                        request.response().putHeader("x-sse", "{[").putHeader("x-user", "a").end();
                    case "/hanging" -> {}
                    case "/yes" ->
                        request
                            .response()
                            .putHeader("x-user", "ada")
                            .putHeader("x-sse", "{\"subscribe\":[\"yes.*\"]}")
                            .end();
                    default -> request.response().setStatusCode(401).end();
                  }
                })
            .listen(0, "127.0.0.1"));
  }

  private static String forward(HttpServer server, String name) {
    return "'"
        + name
        + "':{'url':'http://127.0.0.1:"
        + server.actualPort()
        + "/"
        + name
        + "','headers':['authorization','cookie','x-key'],'cache':0,'timeout':'"
        + (name.equals("hanging") ? "20ms" : "20s")
        + "',"
        + "'claims':{'x-user':'sub','x-sse':'sse'}}";
  }

  private static String routes(String... names) {
    StringBuilder routes = new StringBuilder();
    for (String each : names) {
      routes.append(
          ",'%s':{'path':'/%s/:x','address':'%s.{x}','auth':['%s']}"
              .formatted(each, each, each, each));
    }
    return routes.toString();
  }

  @Test
  void nothingThatIsShownIsRepeated(Vertx vertx) throws Exception {
    Path names = Files.writeString(directory.resolve("htpasswd"), "this is no file of htpasswd\n");
    HttpServer server = unruly(vertx);
    String config =
        "{'limits':{'authFailures':'none'},'auth':{'cookie':'session','tickets':{},"
            + "'tokens':{'static':{'token':'static-static-static-static','subscribe':['static.*']}},"
            + "'basic':{'people':{'file':'"
            + Files.writeString(
                names, "ada:$2y$04$abcdefghijklmnopqrstuuJx0DTPvWqB5vSS5Q1N0hV5VvLsXv2NW\n")
            + "'}},'jwt':{'keyless':{'jwks':'http://127.0.0.1:"
            + server.actualPort()
            + "/failing','timeout':'300ms'},"
            + "'secret':{'secret':'0123456789-0123456789-0123456789'}},"
            + "'forward':{"
            + forward(server, "broken")
            + ","
            + forward(server, "failing")
            + ","
            + forward(server, "junk")
            + ","
            + forward(server, "hanging")
            + ","
            + forward(server, "no")
            + "}},'routes':{'bystander':{'path':'/bystander','address':'bystander','auth':'none'}"
            + routes(
                "static", "people", "keyless", "secret", "broken", "failing", "junk", "hanging",
                "no")
            + "},'publish':{'x':{'path':'/x','address':'x','auth':['broken','failing','static']}}}";
    try (AttackRange range = new AttackRange(vertx, config)) {
      range.secret("static-static-static-static");
      range.secret("0123456789-0123456789-0123456789");
      Wire known = Wire.get("/static/a").bearer("static-static-static-static");
      range.reads("who is known", known, "static.a");
      Files.delete(names); // who is in it cannot be found out any more
      JsonObject claims = new JsonObject().put("sub", "ada");
      String token = range.secret(KEY.token("ES256", claims));
      String bearer = range.secret("bearer-0123456789-0123456789");
      String password = range.secret("password-0123456789");
      String basic =
          range.secret(Base64.getEncoder().encodeToString(("ada:" + password).getBytes(UTF_8)));
      for (String route :
          new String[] {
            "static", "people", "keyless", "secret", "broken", "failing", "junk", "hanging", "no"
          }) {
        Wire get = Wire.get("/" + route + "/a");
        List<Wire> shown =
            List.of(
                get.bearer(token),
                get.bearer(bearer),
                get.bearer(bearer + "\u0000"),
                get.bearer(bearer + "\r\n " + bearer),
                get.bearer(bearer).bearer(token),
                get.with("Authorization", bearer),
                get.with("Authorization", "Basic " + basic),
                get.with("Authorization", "Basic " + bearer + "!"),
                get.with("Cookie", "session=" + token),
                get.with("Cookie", "session=" + bearer + "; session=" + token),
                get.with("X-Key", bearer),
                get.host(bearer + " x").bearer(token),
                Wire.get("/" + route + "/a?access_token=" + token),
                Wire.get("/" + route + "/a?ticket=" + bearer),
                Wire.get("/" + route + "/a?ticket=" + bearer + "%zz"),
                Wire.get("/" + route + "/a?Ticket=" + bearer + "&ticket=%C0%AE" + bearer),
                Wire.post("/" + route + "/a/ticket", "").bearer(token),
                Wire.post("/x?event=" + bearer + "%ff", "x").bearer(token),
                Wire.post("/x", "x").with("Cookie", "session=" + bearer));
        for (Wire wire : shown) {
          AttackRange.Answer answer = range.answer(wire);
          requireNothing(route, answer);
          range.over(route, answer);
        }
      }
    } finally {
      BridgeFixture.get(server.close());
    }
  }

  /** It has opened no stream, published nothing and given no ticket. */
  private static void requireNothing(String route, AttackRange.Answer answer) {
    if (answer.status() == 200) {
      assertThat(answer.probe().awaitEnd().header("content-type")).startsWith("text/event-stream");
      assertThat(answer.probe().awaitJson("sse.refused").getString("reason")).isNotBlank();
      assertThat(answer.probe().events()).as("%s: %s", route, answer.probe()).hasSize(1);
      assertThat(answer.probe().lastEventId()).isEmpty();
    } else {
      assertThat(answer.status()).as("%s: %s", route, answer.probe()).isIn(REFUSED);
      assertThat(answer.probe().header("content-type")).isEqualTo("application/problem+json");
    }
  }

  @Test
  void whoIsAskedSeesThePathThatIsServedAndNoTicket(Vertx vertx) throws Exception {
    HttpServer server = unruly(vertx);
    String config =
        "{'auth':{'tickets':{},'forward':{"
            + forward(server, "yes")
            + "}},'routes':{'bystander':{'path':'/bystander','address':'bystander','auth':'none'}"
            + routes("yes")
            + "}}";
    try (AttackRange range = new AttackRange(vertx, config)) {
      String[][] paths = {
        {"/yes/a", "/yes/a"},
        {"/public/../yes/a", "/yes/a"},
        {"/public/%2e%2e/yes/a", "/yes/a"},
        {"/./yes/./a", "/yes/a"},
        {"//yes//a", "/yes/a"},
        {"/%79es/%61", "/yes/a"},
        {"http://localhost/public/../yes/a", "/yes/a"},
        {"/yes/a%2fb", "/yes/a%2Fb"},
        {"/yes/a%3Bb;c", "/yes/a%3Bb%3Bc"},
        {"/yes/%252e", "/yes/%252e"},
        {"/yes/a%5Cb", "/yes/a%5Cb"},
        {"/yes/a?ticket=t&x=1", "/yes/a?x=1"},
        {"/yes/a?Ticket=t;x=1", "/yes/a?x=1"},
        {"/yes/a?%54ICKET=t", "/yes/a"},
        {"/yes/a?x=1&ticket", "/yes/a?x=1"},
        {Wire.utf8("/yes/\u20ac"), "/yes/%E2%82%AC"}
      };
      for (String[] each : paths) {
        told.clear();
        AttackRange.Answer answer = range.answer(Wire.get(each[0]).bearer("x"));
        range.over(each[0], answer);
        assertThat(told).as(each[0]).containsExactly(each[1]);
      }
    } finally {
      BridgeFixture.get(server.close());
    }
  }
}
