package dev.ssebridge.internal.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.AccessLines;
import dev.ssebridge.testing.BridgeFixture;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.impl.UserContextInternal;
import io.vertx.junit5.VertxExtension;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who it was, as the access log says it. */
@ExtendWith(VertxExtension.class)
class AccessUsersTest {
  private static final String HOSTILE = "a\r\n2026 INFO forged: x\0\u2028\"b\" reason=none\ud800";

  private final AccessLines lines = new AccessLines();

  @AfterEach
  void stop() {
    lines.close();
  }

  @Test
  void aUserOfTheRouterIsNamedAndNothingElseIsSaidOfHim(Vertx vertx) {
    try (BridgeFixture bridge =
        BridgeFixture.withRouter(
            vertx,
            "{'log':{'access':true},'routes':{'n':{'path':'/n','address':'news'}},"
                + "'publish':{'p':{'path':'/p','address':'news'}}}",
            router ->
                router
                    .route()
                    .handler(
                        context -> {
                          ((UserContextInternal) context.userContext())
                              .setUser(
                                  User.create(
                                      new JsonObject()
                                          .put("sub", HOSTILE)
                                          .put("access_token", "t0psecret")));
                          context.next();
                        }))) {
      bridge.open("/n").close();
      Map<String, Object> stream = lines.awaitLine(1);
      bridge
          .request("POST", "/p", "Content-Type: text/plain", "Content-Length: 1")
          .send("x")
          .awaitEnd();
      Map<String, Object> publish = lines.awaitLine(2);

      assertThat(stream).containsEntry("user", HOSTILE.replace('\ud800', '\ufffd'));
      assertThat(publish).containsEntry("user", stream.get("user"));
      assertThat(lines.all())
          .allSatisfy(
              line -> {
                assertThat(line.toString().lines()).hasSize(1);
                assertThat(line.toString())
                    .doesNotContain("t0psecret")
                    .contains("\\\"b\\\" reason=none\ufffd\"");
              });
    }
  }

  @Test
  void aTokenHasItsNameAndWhoHasNoneHasNothing(Vertx vertx) {
    String token = "t0psecret-t0psecret-t0psecret-1";
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'log':{'access':true},"
                + "'auth':{'tokens':{'ann':{'token':'"
                + token
                + "','subscribe':['news'],'publish':['other']}}},"
                + "'routes':{'n':{'path':'/n','address':'news'}},"
                + "'publish':{'p':{'path':'/p','address':'news'}}}")) {
      bridge.open("/n", "Authorization: Bearer " + token).close();
      assertThat(lines.awaitLine(1))
          .containsEntry("user", "ann")
          .containsEntry("provider", "ann")
          .containsEntry("reason", "client-gone");

      String type = "Content-Type: text/plain";
      bridge.request("POST", "/p", type, "Content-Length: 0").awaitEnd();
      assertThat(lines.awaitLine(2)).containsEntry("status", 401L).doesNotContainKey("user");
      bridge
          .request("POST", "/p", type, "Content-Length: 0", "Authorization: Bearer " + token)
          .awaitEnd();
      assertThat(lines.awaitLine(3)).containsEntry("status", 403L).containsEntry("user", "ann");
      assertThat(lines.all().toString()).doesNotContain("t0psecret");
    }
  }

  @Test
  void whatWasCountedOnARouteThatIsGoneStaysInTheTotals(Vertx vertx) {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'http':{'drain':0},'routes':{'n':{'path':'/n','address':'news'},"
                + "'o':{'path':'/o','address':'other'}}}")) {
      var probe = bridge.open("/n");
      bridge.publishNumbers("news", 1, 3);
      probe.awaitEvents(3);
      BridgeFixture.get(bridge.bridge().removeRoute("n"));

      JsonObject stats = bridge.bridge().stats();
      assertThat(stats.getLong("appendedEvents")).isEqualTo(3);
      assertThat(stats.getLong("deliveredEvents")).isEqualTo(3);
      assertThat(stats.getLong("missedEvents")).isZero();
    }
  }
}
