package dev.ssebridge.internal.app;

import static dev.ssebridge.internal.app.ConsoleGround.PATIENCE;
import static dev.ssebridge.internal.app.ConsoleGround.fill;
import static dev.ssebridge.internal.app.ConsoleGround.number;
import static dev.ssebridge.internal.app.ConsoleGround.press;
import static dev.ssebridge.internal.app.ConsoleGround.rows;
import static dev.ssebridge.internal.app.ConsoleGround.says;
import static dev.ssebridge.internal.app.ConsoleGround.toasted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.browser.Page;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The view of the console that shows what a route brings, as one uses it. */
@Tag("slow")
class ConsoleLiveBrowserTest extends OnConsoleGround {
  private static final String CONFIG =
      """
      {'http': {'port': 0}, 'admin': {'port': 0},
       'routes': {'topics': {'path': '/topics/:topic', 'address': 'topics.{topic}', 'retry': '500ms',
                             'linger': '10m'},
                  'short': {'path': '/short/:topic', 'address': 'short.{topic}', 'linger': '10m',
                            'history': {'events': 5}},
                  'both': {'path': '/both', 'addresses': ['one', 'two']},
                  'calm': {'path': '/calm', 'address': 'calm', 'heartbeat': '70s',
                           'gapType': 'lost'},
                  'prices': {'path': '/prices', 'address': 'prices'}},
       'publish': {'topics': {'path': '/topics/:topic', 'address': 'topics.{topic}'},
                   'short': {'path': '/short/:topic', 'address': 'short.{topic}'},
                   'two': {'path': '/two', 'address': 'two'},
                   'one': {'path': '/one', 'address': 'one'}},
       'sources': {'exchange': {'url': 'UPSTREAM', 'address': 'prices', 'maxRetry': '1s',
                                'outages': 'event'}}}
      """;
  private static final String EVENTS = ".list .row:not(.mark):not([hidden])";

  ConsoleLiveBrowserTest() {
    super(CONFIG);
  }

  private void publish(String topic, int from, int to) {
    for (int i = from; i <= to; i++) {
      String type = i % 5 == 0 ? "alert" : "reading";
      ground()
          .publish(
              "/topics/" + topic + "?event=" + type,
              "{\"n\":"
                  + i
                  + ",\"room\":\""
                  + (i % 2 == 0 ? "north" : "south")
                  + "\",\"wind\":{\"speed\":"
                  + i * 3
                  + ",\"gusts\":["
                  + i
                  + ",2]},\"ok\":true,\"note\":null}");
    }
  }

  private static List<String> data(Page page) throws Exception {
    return page.texts(EVENTS + " .row-data").stream()
        .map(text -> text.replaceAll("^\\{\"n\":(\\d+).*", "$1"))
        .sorted(java.util.Comparator.comparing(Integer::valueOf))
        .toList();
  }

  private static List<String> upTo(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(String::valueOf).toList();
  }

  @Test
  void aRouteIsChosenAndItsEventsAreRead() throws Exception {
    try (Page page = ground().open("#/live")) {
      page.await(number("#main select option") + " > 6", PATIENCE);
      page.await(says(".list-empty", "Choose a route"), PATIENCE);
      ground().picture(page, "live-empty");
      fill(page, "Route", "topics");
      fill(page, "topic", "a room/ä");
      press(page, "Follow");
      page.await(says(".live-state", "open"), PATIENCE);
      publish("a%20room%2F%C3%A4", 1, 12);
      page.await(number(EVENTS) + " === 12", PATIENCE);
      assertThat(data(page)).isEqualTo(upTo(1, 12));
      assertThat(page.text("location.hash"))
          .isEqualTo(
              "#/live?path=/topics/a%20room/%C3%A4"
                  .replace("room/", "room%252F")
                  .replace("a%20", "a%2520")
                  .replace("%C3%A4", "%25C3%25A4"));
      ground().picture(page, "live");

      page.evaluate("document.querySelector('.list').focus()");
      page.hands().press("End");
      page.hands().press("ArrowUp");
      page.await(says(".detail .facts dd", "-11"), PATIENCE); // its id
      assertThat(page.texts(".json-key")).contains("\"n\":", "\"gusts\":");
      assertThat(page.number(number(".json details:not([open])"))).isEqualTo(1);
      press(page, "Unfold all");
      assertThat(page.number(number(".json details:not([open])"))).isZero();
      ground().picture(page, "live-event");
      press(page, "Raw");
      page.await(says(".detail pre", "{\"n\":11,\"room\":\"south\""), PATIENCE);
      page.hands().press("Escape");
      page.await("document.querySelector('.detail').hidden", PATIENCE);
      assertThat(page.evaluate("document.activeElement.className")).isEqualTo("list");
      ground().assertClean(page);
    }
  }

  @Test
  void eventsAreSiftedByTextTypeAndJsonPath() throws Exception {
    publish("sifted", 1, 10);
    try (Page page = ground().open("#/live?path=/topics/sifted&from=earliest")) {
      page.await(number(EVENTS) + " === 10", PATIENCE);
      fill(page, "Types", "alert");
      page.await(number(EVENTS) + " === 2", PATIENCE);
      fill(page, "Types", "");
      fill(page, "Text", "NORTH");
      page.await(number(EVENTS) + " === 5", PATIENCE);
      fill(page, "Text", "");
      fill(page, "JSON path", "$.wind.gusts[0] >= 8");
      page.await(number(EVENTS) + " === 3", PATIENCE);
      assertThat(data(page)).containsExactly("8", "9", "10");
      assertThat(page.text("location.hash")).contains("json=$.wind.gusts");
      fill(page, "JSON path", "$.wind.");
      page.await(says(".sieve", "expected a step"), PATIENCE);
      page.await(number(EVENTS) + " === 10", PATIENCE);
      ground().picture(page, "live-sifted-wrong");
      fill(page, "JSON path", "$.room = south");
      page.await(number(EVENTS) + " === 5", PATIENCE);
      page.reload();
      page.await(number(EVENTS) + " === 5", PATIENCE);
      fill(page, "JSON path", "$.nothing = 1");
      page.await(says(".list-empty", "Nothing passes the filter"), PATIENCE);
      ground().assertClean(page);
    }
  }

  @Test
  void aPauseLosesNothing() throws Exception {
    publish("paused", 1, 3);
    try (Page page = ground().open("#/live?path=/topics/paused&from=earliest")) {
      page.await(number(EVENTS) + " === 3", PATIENCE);
      page.evaluate("document.querySelector('.list').focus()");
      page.hands().press(" ");
      page.await(says(".live-bar", "0 waiting"), PATIENCE);
      publish("paused", 4, 9);
      page.await(says(".live-bar", "6 waiting"), PATIENCE);
      assertThat(data(page)).isEqualTo(upTo(1, 3));
      ground().picture(page, "live-paused");
      press(page, "Resume");
      page.await(number(EVENTS) + " === 9", PATIENCE);
      assertThat(data(page)).isEqualTo(upTo(1, 9));
      ground().assertClean(page);
    }
  }

  @Test
  void itBeginsWhereOneWants() throws Exception {
    publish("starts", 1, 8);
    try (Page page = ground().open("#/live?path=/topics/starts&last=3")) {
      page.await(number(EVENTS) + " === 3", PATIENCE);
      assertThat(data(page)).isEqualTo(upTo(6, 8));

      fill(page, "Start", "earliest");
      press(page, "Follow");
      page.await(number(EVENTS) + " === 8", PATIENCE);
      page.hands().click(".list [aria-posinset=\"4\"]"); // after the mark of the connection
      page.await(says(".detail .facts dd", "-3"), PATIENCE); // its id
      press(page, "Resume after this");
      page.await(number(EVENTS) + " === 5", PATIENCE);
      assertThat(data(page)).isEqualTo(upTo(4, 8));
      assertThat(page.text("location.hash")).matches(".*[?&]id=[a-z0-9]+-3$");

      fill(page, "Start", "since");
      fill(page, "Which", "1h");
      press(page, "Follow");
      page.await(number(EVENTS) + " === 8", PATIENCE);
      ground().assertClean(page);
    }
  }

  @Test
  void aGapIsAMarkWithItsNumber() throws Exception {
    for (int i = 1; i <= 12; i++) {
      ground().publish("/short/gap", "{\"n\":" + i + "}");
    }
    try (Page page = ground().open("#/live?path=/short/gap&from=earliest")) {
      page.await(number(EVENTS) + " === 5", PATIENCE);
      String epoch = page.texts(EVENTS + " .row-epoch").get(0);
      ground().look(page, "#/live?path=/short/gap&id=" + epoch + "2");
      page.await(number(EVENTS) + " === 5", PATIENCE);
      assertThat(page.texts(".mark-gap .row-data"))
          .singleElement()
          .asString()
          .startsWith("5 events missing · evicted");
      page.hands().click(".mark-gap");
      page.await(says(".detail .facts", epoch + "7"), PATIENCE);
      ground().picture(page, "live-gap");
      ground().assertClean(page);
    }
  }

  @Test
  void aStreamThatEndsIsAMarkAndGoesOnWithoutLossOrDouble() throws Exception {
    publish("ends", 1, 4);
    try (Page page = ground().open("#/live?path=/topics/ends&from=earliest")) {
      page.await(number(EVENTS) + " === 4", PATIENCE);
      ground().calls.post("/streams?address=topics.ends", "");
      page.await(number(".mark-open") + " === 2", PATIENCE);
      assertThat(page.texts(".mark-lost .row-data"))
          .singleElement()
          .asString()
          .contains("again in");
      publish("ends", 5, 6);
      page.await(number(EVENTS) + " === 6", PATIENCE);
      assertThat(data(page)).isEqualTo(upTo(1, 6));
      ground().picture(page, "live-reconnected");
      ground().assertClean(page);
    }
  }

  @Test
  void theEndOfASourceIsAMark() throws Exception {
    try (Page page = ground().open("#/live?path=/prices&from=earliest")) {
      page.await(number(EVENTS) + " >= 1", PATIENCE);
      ground().cutUpstream();
      page.await(number(".mark-source:not(.good)") + " >= 1", PATIENCE);
      page.await(number(".mark-source.good") + " >= 1", PATIENCE);
      assertThat(rows(page).toString())
          .contains("Source exchange is down")
          .contains("Source exchange is back");
      ground().picture(page, "live-source");
      ground().assertClean(page);
    }
  }

  @Test
  void onlyTheAddressesThatWereChosenCome() throws Exception {
    try (Page page = ground().open("#/live")) {
      page.await(number("#main select option") + " > 6", PATIENCE);
      fill(page, "Route", "both");
      page.hands().click(".picker fieldset label:nth-of-type(2)");
      press(page, "Follow");
      page.await(says(".live-state", "open"), PATIENCE);
      ground().publish("/one", "{\"n\":1}");
      ground().publish("/two", "{\"n\":2}");
      page.await(number(EVENTS) + " === 1", PATIENCE);
      assertThat(data(page)).containsExactly("2");
      assertThat(page.text("location.hash")).isEqualTo("#/live?path=/both&address=two");
      ground().assertClean(page);
    }
  }

  @Test
  void aPathThatNobodyServesIsSaidToBeSo() throws Exception {
    try (Page page = ground().open("#/live?path=/nothing/here")) {
      page.await(says(".live-state", "ended"), PATIENCE);
      page.await(says(".list", "404"), PATIENCE);
      ground().picture(page, "live-refused");
    }
  }

  @Test
  void whatIsShownIsCopiedAsCurlJavaScriptAndJava() throws Exception {
    publish("copied", 1, 2);
    try (Page page = ground().open("#/live?path=/topics/copied&last=2")) {
      page.await(number(EVENTS) + " === 2", PATIENCE);
      press(page, "Copy as…");
      page.await(says("dialog pre", "curl -N"), PATIENCE);
      assertThat(page.text("document.querySelector('dialog pre').textContent"))
          .isEqualTo("curl -N '" + ground().origin + "/topics/copied?last=2'");
      ground().picture(page, "live-copy");
      press(page, "JavaScript");
      page.await(says("dialog pre", "connect(\"/topics/copied\", {\\n  last: 2,"), PATIENCE);
      press(page, "Java");
      page.await(says("dialog pre", "EventSource.create(vertx, "), PATIENCE);
      press(page, "Copy");
      page.await(toasted("Java copied"), PATIENCE);
      press(page, "Close");
      page.await(number("dialog") + " === 0", PATIENCE);
      ground().assertClean(page);
    }
  }

  @Test
  void whatIsCopiedKnowsTheHeartbeatAndTheGapsOfTheRoute() throws Exception {
    try (Page page = ground().open("#/live?path=/calm")) {
      page.await(says(".live-state", "open"), PATIENCE);
      press(page, "Copy as…");
      press(page, "JavaScript");
      page.await(
          says(
              "dialog pre",
              "connect(\"/calm\", {\\n  gapType: \"lost\",\\n  heartbeat: 70000,\\n});"),
          PATIENCE);
      ground().assertClean(page);
    }
  }

  @Test
  void whoLeavesBeforeTheRoutesAreKnownFollowsNothing() throws Exception {
    try (Page page = ground().open("#/health")) {
      page.evaluate(
          "(() => { const real = fetch; window.asked = 0; window.fetch = (url, more) => {"
              + " window.asked += `${url}`.includes('/topics/') ? 1 : 0;"
              + " return `${url}`.endsWith('/config') ? new Promise(done => { window.release ="
              + " () => done(real(url, more)); }) : real(url, more); }; })()");
      page.evaluate("location.hash = '#/live?path=/topics/one'");
      page.await(says("h1", "Live"), PATIENCE);
      page.evaluate("location.hash = '#/live?path=/topics/two'");
      page.awaitFrames(2);
      page.evaluate("location.hash = '#/health'");
      page.await(says("h1", "Health"), PATIENCE);
      page.evaluate("window.release()");
      page.evaluate("location.hash = '#/channels'"); // which waits for the routes as well
      page.await(number("main select option") + " > 10", PATIENCE);
      assertThat(page.number("window.asked")).isZero();
    }
  }

  @Test
  void aLinkWithAPathThatLooksLikeAnAddressLeadsToNoOtherHost() throws Exception {
    for (String path : List.of("/http://other.example/x", "/%5C/other.example/x", "/urn:x")) {
      try (Page page = ground().open("#/live?path=" + path)) {
        page.await(says(".live-state", "ended"), PATIENCE);
        page.await(says(".list", "404"), PATIENCE);
      }
    }
  }

  @Test
  void aJsonPathSaysWhatItMeansOrWhereItIsWrong() throws Exception {
    try (Page page = ground().open("#/live")) {
      String event =
          "{a: {b: [1, {c: 'Rain'}], n: 21, big: 1e21, no: null, yes: true}, 'odd key': [], s: '5',"
              + " größe_ж: 3}";
      for (String passes :
          List.of(
              "$",
              "$.a",
              "$.a.b[0] = 1",
              "$.a.b[0]=1",
              "$.a.b[1].c = Rain",
              "$.a.b[1].c = \"Rain\"",
              "$.a.b[*].c ~ rAI",
              "$[\"odd key\"]",
              "$['odd key'] = []",
              "$.a.n > 20",
              "$.a.n >= 21",
              "$.a.n != 20",
              "$.a.no = null",
              "$.a.yes == true",
              "$.a.* = 21",
              "$.a.n ~ 2",
              "$.s = \"5\"",
              "$.größe_ж = 3",
              "$.a ~ rain")) {
        assertThat(page.evaluate(path(passes, event))).as(passes).isEqualTo(true);
      }
      for (String fails :
          List.of(
              "$.b",
              "$.a.b[2]",
              "$.a.b[0] = \"1\"",
              "$.a.n < 21",
              "$.a.n > x",
              "$.a.n.n",
              "$.s > 4",
              "$.length",
              "$.a.b.length",
              "$.a.constructor",
              "$.a.b[*].c = rain")) {
        assertThat(page.evaluate(path(fails, event))).as(fails).isEqualTo(false);
      }
      for (String wrong :
          List.of("a", "$a", "$.", "$.a[", "$.a[x]", "$.a =", "$.a ! 1", "$..a", "$[\"\\x\"]")) {
        assertThat(page.evaluate(path(wrong, event)))
            .as(wrong)
            .asString()
            .startsWith("expected ")
            .contains(", got ", "for example $.a.b[0] = 21");
      }
      ground().assertClean(page);
    }
  }

  private static String path(String text, String event) {
    return "import('./jsonpath.js').then(({compile}) => { try { return compile('"
        + text.replace("\\", "\\\\").replace("'", "\\'")
        + "')("
        + event
        + "); } catch (wrong) { return wrong.message; } })";
  }
}
