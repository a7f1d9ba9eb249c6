package dev.ssebridge.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.TestKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A page with a token that ends: it is asked for the next one in time, and says when it is out. */
@Tag("slow")
class ClientTokenBrowserTest extends TabsInBrowser {
  private static final String SECRET = "a-secret-of-more-than-32-characters";
  private static final String CONFIG =
      "{'auth':{'warning':'1m','tickets':{},'jwt':{'users':{'secret':'"
          + SECRET
          + "','leeway':0}}},"
          + ModuleSite.ROUTES
          + "}";

  /** Gives one token of a list after the other, and the last one again and again. */
  private static final String TOKEN =
      "token: async (why) => { asked.push(why);"
          + " return tokens.length > 1 ? tokens.shift() : tokens[0]; }";

  private @Nullable ModuleSite site;

  @BeforeEach
  void deploy() {
    site = ModuleSite.deploy(vertx, CONFIG);
  }

  @AfterEach
  void undeploy() {
    closeTabs();
    if (site != null) {
      site.close();
    }
  }

  private ModuleSite site() {
    return requireNonNull(site);
  }

  private Tab open(String... tokens) throws Exception {
    Tab tab = site().open(browser(), "t" + (tabs.size() + 1));
    tabs.add(tab);
    give(tab, tokens);
    return tab;
  }

  private static void give(Tab tab, String... tokens) throws Exception {
    tab.page()
        .evaluate("void (window.asked = [], window.tokens = " + ModuleSite.array(tokens) + ")");
  }

  private static String token(long millis) {
    JsonArray addresses = new JsonArray().add("t");
    JsonObject claims =
        new JsonObject()
            .put("sub", "ada")
            .put("exp", (System.currentTimeMillis() + millis) / 1000.0)
            .put("sse", JsonObject.of("subscribe", addresses, "publish", addresses));
    return TestKey.hmac(SECRET.getBytes(UTF_8), "HS256", JsonObject.of("alg", "HS256"), claims);
  }

  private static String lasting() {
    return token(3_600_000);
  }

  private static List<String> asked(Tab tab) throws Exception {
    return tab.page().list("asked");
  }

  @Test
  void beforeATokenEndsTheNextOneIsAskedForAndNothingIsMissed() throws Exception {
    Tab tab = open();
    give(tab, token(8_000), lasting());
    tab.follow(TOKEN);
    site().publish(1, 3);
    tab.awaitNumber(3);
    tab.page().await("asked.length === 2", Tab.PATIENCE);
    site().publish(4, 6);
    tab.awaitNumber(6).assertHeard(1, 6);
    assertThat(asked(tab)).containsExactly("connect", "expires");
    tab.page().await("told.filter(each => each.startsWith('open')).length === 2", Tab.PATIENCE);
    assertThat(tab.told()).noneMatch(told -> told.startsWith("waiting"));
    site().bridge().awaitStreams(1);
  }

  @Test
  void aTokenThatEndsWhileNoneIsToBeHadIsAskedForAgainAtTheNextConnection() throws Exception {
    Tab tab = open();
    give(tab, token(5_000));
    tab.follow(TOKEN);
    site().publish(1, 3);
    tab.awaitNumber(3);
    tab.page().await("asked.includes('expires')", Tab.PATIENCE);
    String next = lasting();
    tab.page().await("told.some(each => each.startsWith('waiting|200'))", Tab.PATIENCE);
    site().publish(4, 6);
    tab.page().evaluate("void (tokens[0] = '" + next + "')");
    tab.awaitNumber(6).assertHeard(1, 6);
    assertThat(asked(tab)).startsWith("connect", "expires").hasSizeGreaterThan(2);
  }

  @Test
  void aTokenThatIsNotTakenIsAskedForOnceMore() throws Exception {
    Tab tab = open(token(-1000), lasting()).follow(TOKEN);
    site().publish(1, 1);
    tab.awaitNumber(1).assertHeard(1, 1);
    assertThat(asked(tab)).containsExactly("connect", "refused");
    assertThat(site().requests()).isEqualTo(2);
  }

  @Test
  void aSecondTokenThatIsNotTakenIsTheEnd() throws Exception {
    Tab tab = open(token(-2000), token(-1000)).begin("/t", TOKEN).awaitTold("closed|401|");
    assertThat(asked(tab)).containsExactly("connect", "refused");
    assertThat(site().requests()).isEqualTo(2);
    assertThat(tab.told()).last().asString().containsIgnoringCase("token");
  }

  @Test
  void aTokenFunctionThatFailsIsToldAndAskedAgain() throws Exception {
    Tab tab = open(lasting());
    tab.begin(
        "/t",
        "token: async (why) => { asked.push(why);"
            + " if (asked.length < 2) throw new Error('signed out'); return tokens[0]; }");
    tab.awaitTold("waiting|-|signed out").awaitTold("open|200");
    assertThat(asked(tab)).containsExactly("connect", "connect");
  }

  @Test
  void aTicketLetsAPlainEventSourceIn() throws Exception {
    Tab tab = open(lasting());
    tab.page()
        .evaluate(
            "import('/sse-bridge.js').then(m => m.ticket('/t', {token: async () => tokens[0]}))"
                + ".then(url => { window.heard = []; window.es = new EventSource(url);"
                + " es.onmessage = e => heard.push(e.data); return new Promise(done => {"
                + " es.onopen = done; }); })");
    site().publish(1, 2);
    tab.page().await("heard.join() === 'm1,m2'", Tab.PATIENCE);
  }

  @Test
  void tabsThatShareAConnectionShareItsToken() throws Exception {
    Tab one = open();
    give(one, token(8_000), lasting());
    one.follow("shared: true, " + TOKEN);
    Tab two = open(lasting()).follow("shared: true, " + TOKEN);
    site().publish(1, 3);
    one.awaitNumber(3);
    Deadline.await(() -> site().requests() > 1, () -> "a connection with the next token");
    site().publish(4, 6);
    for (Tab tab : tabs) {
      tab.awaitNumber(6).assertHeard(1, 6);
    }
    assertThat(two.gaps()).isEmpty();
    site().onlyHolder();
    List<String> asked = new ArrayList<>(asked(one));
    asked.addAll(asked(two));
    assertThat(asked).as("one of them").containsExactlyInAnyOrder("connect", "connect", "expires");
  }
}
