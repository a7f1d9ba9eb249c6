package dev.ssebridge.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.config.AuthConfig.TicketConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the text of a ticket says, and for how long it counts. */
class TicketSealTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final Ticket.Place PLACE = new Ticket.Place("r", Map.of("room", "a/b \u00e4"));
  private static final Duration AGE = Duration.ofSeconds(30);
  private static final Duration LIFE = Duration.ofHours(12);

  private final Set<String> live = new HashSet<>();
  private final AtomicLong clock = new AtomicLong(1_800_000_000_000L);

  private Tickets node(@Nullable String secret, int most) {
    return Tickets.of(
        new TicketConfig(AGE, LIFE, secret, most),
        clock::get,
        name -> name.equals("users") ? "mark" : null);
  }

  private Identity who(@Nullable Instant expires) {
    JsonObject claims =
        new JsonObject().put("sub", "42").put("n", 1.5).put("list", new JsonArray().add(1));
    return new Identity(
        "users",
        User.create(claims),
        "42",
        "id",
        now().minusSeconds(5),
        expires,
        claims,
        Grants.of(new JsonObject().put("subscribe", new JsonArray().add("rooms.*"))),
        Set.of("staff", "a b"));
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.get());
  }

  private String issue(Tickets node, @Nullable Instant expires) throws AuthFailure {
    return node.issue(who(expires), PLACE, "", now(), "epoch1").text();
  }

  private Ticket use(Tickets node, String text, @Nullable String lastEventId) throws AuthFailure {
    return node.use(text, PLACE, "", lastEventId, live::contains);
  }

  private void assertRefused(Tickets node, String text, @Nullable String lastEventId) {
    assertThatThrownBy(() -> use(node, text, lastEventId))
        .isInstanceOfSatisfying(
            AuthFailure.class,
            failure -> assertThat(failure.kind()).isEqualTo(AuthFailure.Kind.UNAVAILABLE))
        .hasMessageNotContaining(text);
  }

  @Test
  void anotherNodeReadsAllThatWasSaidOfSomebody() throws AuthFailure {
    Instant expires = now().plusSeconds(100);
    Ticket read = use(node(SECRET, 10), issue(node(SECRET, 10), expires), null);
    Identity who = who(expires);
    assertThat(read.who().claims()).isEqualTo(who.claims());
    assertThat(read.who().grants().subscribes("rooms.a")).isTrue();
    assertThat(read.who().grants().publishes("rooms.a")).isFalse();
    assertThat(read.who().authorities()).isEqualTo(who.authorities());
    assertThat(read.who().subject()).isEqualTo("42");
    assertThat(read.who().tokenId()).isEqualTo("id");
    assertThat(read.who().issued()).isEqualTo(who.issued());
    assertThat(read.who().expires()).isEqualTo(expires);
    assertThat(read.shown()).isEqualTo(now().minusSeconds(5));
  }

  @Test
  void aTicketIsUsedFirstWithinItsAgeAndThenForItsStreamAlone() throws AuthFailure {
    Tickets here = node(SECRET, 10);
    Tickets there = node(SECRET, 10);
    String text = issue(here, null);
    Ticket first = use(here, text, null);
    assertThat(first.bind("epoch1-7", null, () -> {})).isTrue();
    assertThat(use(here, text, "epoch1-7")).isNotNull();
    assertRefused(here, text, null);
    assertRefused(here, text, "epoch1-6");
    clock.addAndGet(AGE.toMillis() + 1);
    assertRefused(there, text, null);
    assertRefused(there, text, "epoch2-9");
    assertRefused(there, text, "nonsense");
    Ticket back = use(there, text, "epoch1-9");
    assertThat(back.bind("epoch2-3", "epoch1-9", () -> {})).isTrue();
    assertThat(use(there, text, "epoch2-3")).isNotNull();
    assertRefused(there, text, "epoch1-9");
    clock.addAndGet(LIFE.toMillis() - AGE.toMillis());
    assertRefused(there, text, "epoch2-3");
    assertRefused(node(SECRET, 10), text, "epoch1-9");
  }

  @Test
  void aTicketEndsWithItsTokenOnEveryNode() throws AuthFailure {
    String text = issue(node(SECRET, 10), now().plusSeconds(60));
    clock.addAndGet(59_999);
    assertThat(use(node(SECRET, 10), text, "epoch1-1")).isNotNull();
    clock.addAndGet(1);
    assertRefused(node(SECRET, 10), text, "epoch1-1");
  }

  @Test
  void aTicketThatIsKeptEndsWithItsLifeAsWell() throws AuthFailure {
    Tickets node = node(null, 10);
    String text = issue(node, null);
    assertThat(use(node, text, null).bind("epoch1-7", null, () -> {})).isTrue();
    clock.addAndGet(LIFE.toMillis() - 1);
    assertThat(use(node, text, "epoch1-7")).isNotNull();
    clock.addAndGet(1);
    assertRefused(node, text, "epoch1-7");
  }

  @Test
  void sealedTicketsTakeNoRoomBeforeTheyAreUsedAndNotTooMuchThen() throws AuthFailure {
    Tickets node = node(SECRET, 10);
    for (int i = 0; i < 10; i++) {
      String text = issue(node, null);
      assertThat(node.size()).isEqualTo(i);
      assertThat(use(node, text, null).bind("epoch1-7", null, () -> {})).isTrue();
    }
    // What was used must not be forgotten while it could be used once more.
    assertRefused(node, issue(node, null), null);
    clock.addAndGet(AGE.toMillis() + 1);
    for (int i = 0; i < 10; i++) {
      assertThat(use(node, issue(node, null), null)).isNotNull();
      assertThat(node.size()).isEqualTo(10);
    }
  }

  @Test
  void nobodyTakesAllTheRoom() throws AuthFailure {
    Tickets node = node(SECRET, 100_000);
    for (int i = 0; i < 1000; i++) {
      use(node, issue(node, null), null);
    }
    assertRefused(node, issue(node, null), null);
    clock.addAndGet(AGE.toMillis() + 1);
    use(node, issue(node, null), null);
    assertThat(node.size()).isEqualTo(1000);
  }

  @Test
  void aTextThatSaysTheSameIsNoOtherTicket() throws AuthFailure {
    Tickets node = node(SECRET, 10);
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (int n = 0; n < 3; n++) { // of the three lengths that the text may have, two have free bits
      Ticket.Place place = new Ticket.Place("r" + "x".repeat(n), Map.of());
      String text = node.issue(who(null), place, "", now(), "epoch1").text();
      for (int i = 0; i < letters.length(); i++) {
        String other = text.substring(0, text.length() - 1) + letters.charAt(i);
        if (!other.equals(text)) {
          assertThatThrownBy(() -> node.use(other, place, "", null, live::contains))
              .isInstanceOf(AuthFailure.class);
        }
      }
      for (String more : new String[] {"=", "==", "A", ".", " ", "%3D"}) {
        assertThatThrownBy(() -> node.use(text + more, place, "", null, live::contains))
            .isInstanceOf(AuthFailure.class);
      }
      assertThat(node.use(text, place, "", null, live::contains)).isNotNull();
    }
  }

  @Test
  void aTicketOfALogOfThisProcessIsKnownHereOrWasNeverUsed() throws AuthFailure {
    String text = issue(node(SECRET, 10), null);
    clock.addAndGet(AGE.toMillis() + 1);
    live.add("epoch1");
    assertRefused(node(SECRET, 10), text, "epoch1-9");
    live.clear();
    assertThat(use(node(SECRET, 10), text, "epoch1-9")).isNotNull();
  }

  @Test
  void whatWasUsedStaysSoAfterAReload() throws AuthFailure {
    Tickets before = node(SECRET, 10);
    String text = issue(before, null);
    use(before, text, null).bind("epoch1-7", null, () -> {});
    TicketConfig config = new TicketConfig(AGE, LIFE, SECRET, 20);
    Tickets after = before.changed(config, name -> name.equals("users") ? "mark" : null);
    assertRefused(after, text, null);
    assertThat(use(after, text, "epoch1-7")).isNotNull();
    assertRefused(before.changed(config, name -> "another"), text, "epoch1-7");
  }

  @Test
  void whoeverIsSaidTooMuchOfGetsNone() {
    JsonObject claims = new JsonObject().put("sub", "42").put("much", "x".repeat(4000));
    Identity who =
        new Identity(
            "users", User.create(claims), "42", null, null, null, claims, Grants.NONE, Set.of());
    assertThatThrownBy(() -> node(SECRET, 10).issue(who, PLACE, "", now(), null))
        .isInstanceOf(AuthFailure.class)
        .hasMessageContaining("4096");
  }
}
