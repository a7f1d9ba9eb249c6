package dev.ssebridge.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who asks too often, and who says that he is somebody else. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
class RateAttacksTest {
  private static final String TOKEN = "token-of-a-reader-0123456789";

  private static AttackRange range(Vertx vertx, String http, String limits) {
    AttackRange range =
        new AttackRange(
            vertx,
            "{'http':{"
                + http
                + "},'limits':{"
                + limits
                + "},'auth':{'tokens':{'reader':{'token':'"
                + TOKEN
                + "','subscribe':['rooms.*'],'publish':['rooms.*']}}},"
                + "'routes':{'bystander':{'path':'/bystander','address':'bystander','auth':'none'},"
                + "'rooms':{'path':'/rooms/:room','address':'rooms.{room}'}},"
                + "'publish':{'rooms':{'path':'/rooms/:room','address':'rooms.{room}'}}}");
    range.secret(TOKEN);
    return range;
  }

  /** What an untrusted peer says of itself, and a trusted one that is asked to pass on junk. */
  private static Wire forged(Wire wire, int number) {
    return switch (number % 6) {
      case 0 -> wire.with("X-Forwarded-For", "192.0.2." + number);
      case 1 -> wire.with("Forwarded", "for=192.0.2." + number + ";proto=https");
      case 2 ->
          wire.with("X-Forwarded-For", "192.0.2.1").with("X-Forwarded-For", "10.0.0." + number);
      case 3 -> wire.with("X-Real-IP", "192.0.2." + number).with("Client-IP", "192.0.2.7");
      case 4 -> wire.with("Forwarded", "for=\"[2001:db8::" + number + "]:4711\"");
      default ->
          wire.with("X-Forwarded-For", "junk, " + number + ", , unknown, _hidden, 1.2.3.4.5");
    };
  }

  @Test
  void attemptsAreCountedWhateverIsSaidOfTheirSender(Vertx vertx) {
    try (AttackRange range = range(vertx, "", "'authFailures':'12/h'")) {
      for (int i = 0; i < 12; i++) {
        range.refused("guess", forged(Wire.get("/rooms/a"), i).bearer("guess" + i), 401, "");
      }
      for (int i = 0; i < 12; i++) {
        range.softlyRefused(
            "one more", forged(Wire.get("/rooms/a"), i).bearer("more" + i), "limits.authFailures");
        range.refused(
            "to publish",
            forged(Wire.post("/rooms/a", "x"), i).bearer(TOKEN),
            429,
            "limits.authFailures");
      }
    }
  }

  @Test
  void messagesAreCountedWhateverIsSaidOfTheirSender(Vertx vertx) {
    try (AttackRange range = range(vertx, "", "'publishRate':{'perRemote':'6/h'}")) {
      for (int i = 0; i < 6; i++) {
        range.published("message", forged(Wire.post("/rooms/a", "x"), i).bearer(TOKEN), "rooms.a");
      }
      for (int i = 0; i < 6; i++) {
        Wire more = forged(Wire.post("/rooms/b", "x"), i).bearer(TOKEN);
        range.refused("one more", more, 429, "limits.publishRate.perRemote");
      }
    }
  }

  @Test
  void messagesOfAllAreCountedByAddress(Vertx vertx) {
    try (AttackRange range =
        range(vertx, "'trustedProxies':['127.0.0.1']", "'publishRate':{'perAddress':'3/h'}")) {
      for (int i = 0; i < 3; i++) {
        range.published("message", forged(Wire.post("/rooms/a", "x"), i).bearer(TOKEN), "rooms.a");
      }
      Wire more = forged(Wire.post("/rooms/%61", "x"), 4).bearer(TOKEN);
      range.refused("one more", more, 429, "limits.publishRate.perAddress");
      range.published("elsewhere", Wire.post("/rooms/b", "x").bearer(TOKEN), "rooms.b");
    }
  }

  @Test
  void streamsAreCountedWhateverIsSaidOfTheirSender(Vertx vertx) {
    try (AttackRange range = range(vertx, "", "'subscribeRate':'7/h'")) {
      for (int i = 0; i < 6; i++) { // the bystander is the seventh
        range.opened("stream", forged(Wire.get("/rooms/a"), i).bearer(TOKEN)).close();
      }
      for (int i = 0; i < 6; i++) {
        range.softlyRefused(
            "one more", forged(Wire.get("/rooms/a"), i).bearer(TOKEN), "limits.subscribeRate");
      }
      Wire head = Wire.get("/rooms/a").without("Accept").bearer(TOKEN);
      AttackRange.Answer answer = range.answer(head);
      assertThat(answer.status()).isEqualTo(429);
      assertThat(Long.parseLong(answer.probe().header("retry-after"))).isPositive();
      range.over("not an EventSource", answer);
    }
  }

  @Test
  void proxyThatIsTrustedIsBelievedAboutTheLastOneOnly(Vertx vertx) {
    try (AttackRange range =
        range(
            vertx,
            "'trustedProxies':['127.0.0.1','10.0.0.0/8']",
            "'publishRate':{'perRemote':'1/h'}")) {
      Wire post = Wire.post("/rooms/a", "x").bearer(TOKEN);
      range.published("first", post.with("X-Forwarded-For", "192.0.2.1"), "rooms.a");
      for (String said :
          new String[] {
            "192.0.2.1", "203.0.113.7, 192.0.2.1", "junk, 192.0.2.1",
                "127.0.0.1, 192.0.2.1, 10.1.2.3",
            "192.0.2.1:4711", "203.0.113.8,192.0.2.1,127.0.0.1", " 192.0.2.1 ", "::ffff:192.0.2.1"
          }) {
        range.refused(said, post.with("X-Forwarded-For", said), 429, "perRemote");
      }
      range.refused(
          "several lines",
          post.with("X-Forwarded-For", "203.0.113.9").with("X-Forwarded-For", "192.0.2.1"),
          429,
          "perRemote");
      range.refused("the other header", post.with("Forwarded", "for=192.0.2.1"), 429, "perRemote");
      range.refused(
          "the other header, forged",
          post.with("Forwarded", "for=203.0.113.1, for=\"192.0.2.1:1\""),
          429,
          "perRemote");
      // What says nothing, or two things, counts for the proxy: once, and then for all of them.
      range.published("junk", post.with("X-Forwarded-For", "junk"), "rooms.a");
      for (String said :
          new String[] {
            "",
            ",",
            "unknown",
            "_hidden",
            "192.0.2.300",
            "1.2.3",
            "0x7f.0.0.1",
            "192.0.2.2 x",
            "[::1",
            "192.0.2.2\u00ff",
            "<script>",
            "192.0.2.2;x",
            "2001:db8::zz",
            "1,"
          }) {
        range.refused(
            "junk " + said.length(), post.with("X-Forwarded-For", said), 429, "perRemote");
      }
      range.refused(
          "two that disagree",
          post.with("X-Forwarded-For", "192.0.2.50").with("Forwarded", "for=192.0.2.51"),
          429,
          "perRemote");
      range.published("somebody else", post.with("X-Forwarded-For", "192.0.2.2"), "rooms.a");
      Wire network = post.with("X-Forwarded-For", "2001:db8:0:1::1");
      range.published("a network", network, "rooms.a");
      range.refused("of it", post.with("X-Forwarded-For", "2001:db8:0:1:f::2"), 429, "perRemote");
    }
  }
}
