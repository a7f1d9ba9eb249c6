package dev.ssebridge.internal.app;

import static dev.ssebridge.internal.app.ConsoleGround.PATIENCE;
import static dev.ssebridge.internal.app.ConsoleGround.number;
import static dev.ssebridge.internal.app.ConsoleGround.press;
import static dev.ssebridge.internal.app.ConsoleGround.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.browser.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The console with odd data, more of it than it keeps, and a server that is away. */
@Tag("slow")
class ConsoleOddBrowserTest extends OnConsoleGround {
  private static final String CONFIG =
      """
      {'http': {'port': 0}, 'admin': {'port': 0},
       'routes': {'topics': {'path': '/topics/:topic', 'address': 'topics.{topic}',
                             'linger': '10m', 'history': {'events': 20000}}},
       'publish': {'topics': {'path': '/topics/:topic', 'address': 'topics.{topic}'}}}
      """;
  private static final String EVENTS = ".list .row:not(.mark):not([hidden])";

  ConsoleOddBrowserTest() {
    super(CONFIG);
  }

  /** Publishes events from one number up to another, several at once. */
  private void flood(String topic, int from, int to) {
    for (int first = from; first <= to; first += 500) {
      String lines =
          IntStream.rangeClosed(first, Math.min(to, first + 499))
              .mapToObj(n -> "{\"n\":" + n + "}")
              .collect(Collectors.joining("\n"));
      int status =
          ground()
              .calls
              .post("/topics/" + topic, lines, "content-type", "application/x-ndjson")
              .statusCode();
      assertThat(status).isBetween(200, 299);
    }
  }

  @Test
  void aPauseKeepsWhatIsLookedAtAndTheServerWhatIsTooMuchToWait() throws Exception {
    flood("paused", 1, 10);
    try (Page page = ground().open("#/live?path=/topics/paused&from=earliest")) {
      page.await(number(EVENTS) + " === 10", PATIENCE);
      press(page, "Pause");
      flood("paused", 11, 12_000);
      page.await(says(".live-state", "on hold"), PATIENCE);
      page.awaitFrames(4);
      assertThat(page.number(number(EVENTS))).isEqualTo(10);
      assertThat(page.texts(EVENTS + " .row-data")).contains("{\"n\":1}", "{\"n\":10}");
      ground().picture(page, "live-on-hold");

      press(page, "Resume");
      page.await(says(".live-bar", "10,000 entries"), PATIENCE);
      page.await(
          "[...document.querySelectorAll('"
              + EVENTS
              + " .row-data')].some(each => each.textContent === '{\"n\":12000}')",
          PATIENCE);
      assertThat(page.number(number(".mark-gap"))).isZero();
      assertThat(page.text("document.querySelector('.live-bar').innerText"))
          .contains("2,003 older fell out"); // 12,000 events and three marks have come
      ground().assertClean(page);
    }
  }

  /** A browser has six connections to a port, and each tab would keep one for its figures. */
  @Test
  void nineTabsLoadAndAllHaveTheirFigures() throws Exception {
    List<Page> tabs = new ArrayList<>();
    try {
      for (int tab = 1; tab <= 9; tab++) {
        Page page = ground().open("#/overview");
        tabs.add(page);
        page.await(says(".feed.good", "figures: live"), PATIENCE);
        page.await(says("table", "topics"), PATIENCE);
        ground().assertClean(page);
      }
      tabs.remove(0).close();
      for (Page page : tabs) {
        page.show(); // who is not looked at paints nothing
        String before = page.text("document.querySelector('.when').textContent");
        page.await("document.querySelector('.when').textContent !== '" + before + "'", PATIENCE);
      }
    } finally {
      tabs.forEach(Page::close);
    }
  }

  @Test
  void rowsAreReadOutInTheirOrderThoughTheyAreUsedAgain() throws Exception {
    flood("ordered", 1, 200);
    try (Page page = ground().open("#/live?path=/topics/ordered&from=earliest")) {
      page.await(says(".live-bar", "201 entries"), PATIENCE);
      page.evaluate("document.querySelector('.list').focus()");
      for (String key : List.of("Home", "PageDown", "PageDown", "PageUp", "End")) {
        page.hands().press(key);
        page.awaitFrames(2);
        page.await(
            "(() => { const at = [...document.querySelectorAll('.list .row:not([hidden])')]"
                + ".map(row => Number(row.getAttribute('aria-posinset')));"
                + " return at.length > 9 && at.every((each, i) => i === 0 || each === at[i - 1] + 1);"
                + " })()",
            PATIENCE);
      }
      ground().assertClean(page);
    }
  }

  @Test
  void whatComesWhileNothingIsShownYetIsNotCalledFilteredAway() throws Exception {
    try (Page page = ground().open("#/live?path=/topics/paused-early")) {
      page.await(says(".live-state", "open"), PATIENCE);
      press(page, "Clear");
      press(page, "Pause");
      flood("paused-early", 1, 3);
      page.await(says(".live-bar", "3 waiting"), PATIENCE);
      page.await(says(".list-empty", "Paused"), PATIENCE);
      press(page, "Clear");
      page.await(says(".live-bar", "0 waiting"), PATIENCE);
      ground().assertClean(page);
    }
  }

  @Test
  void jsonIsShownWithItsNumbersAsTheyWereWrittenAndUnfoldsWhole() throws Exception {
    ground()
        .publish(
            "/topics/json",
            "{\"id\":12345678901234567891,\"d\":1.50,\"a\":{\"b\":{\"c\":{\"d\":{\"e\":[7]}}}}}");
    ground().publish("/topics/json", "[".repeat(900) + "]".repeat(900));
    try (Page page = ground().open("#/live?path=/topics/json&from=earliest")) {
      page.await(number(EVENTS) + " === 2", PATIENCE);
      page.hands().click(".list [aria-posinset=\"2\"]");
      page.await(number(".json .json-number") + " === 2", PATIENCE);
      assertThat(page.texts(".json .json-number")).containsExactly("12345678901234567891", "1.50");
      press(page, "Unfold all");
      assertThat(page.texts(".json .json-key")).contains("\"e\":");
      assertThat(page.number(number(".json details:not([open])"))).isZero();
      press(page, "Fold all");
      assertThat(page.number(number(".json details[open]"))).isEqualTo(1);

      page.hands().click(".list [aria-posinset=\"3\"]");
      page.await(number(".json .json-number") + " === 0", PATIENCE);
      press(page, "Unfold all");
      assertThat(page.number(number(".json details[open]"))).isBetween(50L, 200L);
      ground().assertClean(page);
    }
  }

  @Test
  void whatCannotBeSeenOrTurnsTheOrderIsWrittenOut() throws Exception {
    ground()
        .publish(
            "/topics/unseen?event=%E2%80%AEtfel%3Cb%3E",
            "{\"file\":\"\u202etxt.exe\",\"html\":\"<img src=x onerror=document.title=1>\"}");
    try (Page page = ground().open("#/live?path=/topics/unseen&from=earliest")) {
      page.await(number(EVENTS) + " === 1", PATIENCE);
      assertThat(page.texts(EVENTS + " .row-type")).containsExactly("\\u202etfel<b>");
      assertThat(page.texts(EVENTS + " .row-data").get(0)).contains("\\u202etxt.exe");
      page.hands().click(EVENTS);
      page.await(says(".detail h2", "\\\\u202etfel<b>"), PATIENCE);
      assertThat(page.texts(".json .json-string"))
          .containsExactly("\"\\u202etxt.exe\"", "\"<img src=x onerror=document.title=1>\"");
      assertThat(page.number(number(".view img"))).isZero();
      ground().picture(page, "live-unseen");
      ground().assertClean(page);
    }
  }

  @Test
  void whatIsCopiedAsJavaScriptRunsOnThisOrigin() throws Exception {
    ground().publish("/topics/now%20%22here%22?event=typed", "{\"n\":1}");
    try (Page page = ground().open("#/live?path=/topics/now%2520%2522here%2522&from=earliest")) {
      page.await(number(EVENTS) + " === 1", PATIENCE);
      press(page, "Copy as…");
      press(page, "JavaScript");
      page.await(says("dialog pre", "import { connect }"), PATIENCE);
      String code =
          page.text("document.querySelector('dialog pre').textContent")
              .replaceFirst("import (\\{.*}) from (\".*\");", "const $1 = await import($2);");
      page.evaluate(
          "(async () => { window.seen = []; const console = {log: (...all) => seen.push(all.join(' ')),"
              + " info() {}, warn() {}}; "
              + code
              + " window.stop = () => stream.close(); })()");
      page.await("seen.length === 1", PATIENCE);
      assertThat(page.text("seen[0]")).matches("typed [a-z0-9]+-1 \\{\"n\":1}");
      page.evaluate("stop()");
      ground().assertClean(page);
    }
  }

  @Test
  void theNumberOfEventsToBeginWithIsAskedForWhereALinkHasNone() throws Exception {
    try (Page page = ground().open("#/live?path=/topics/any&last=many")) {
      page.await(says(".picker", "Last n: expected a whole number from 1 on"), PATIENCE);
      assertThat(page.text("document.querySelector('.live-state').textContent"))
          .isEqualTo("not following");
      ground().assertClean(page);
    }
  }

  @Test
  void whereTheServerIsAwayEachViewSaysSoAndGoesOnWhenItIsBack() throws Exception {
    try (Page page = ground().open("#/publish?path=/topics/away")) {
      page.await(says("main", "what is published there is timed"), PATIENCE);
      page.evaluate( // that all views are there
          "Promise.all([...document.querySelectorAll('#nav a')].map(each =>"
              + " import('./' + each.hash.slice(2) + '.js'))).then(() => 0)");
      page.offline(true);
      press(page, "Publish");
      page.await(says("tbody", "no answer"), PATIENCE);
      page.await("!document.querySelector('button.primary').disabled", PATIENCE);
      for (String view : new String[] {"Streams", "Sources", "Channels", "Configuration"}) {
        press(page, view);
        page.await(says("h1", view), PATIENCE);
        page.await(says("main .state-box.bad", "The bridge does not answer"), PATIENCE);
      }
      press(page, "Overview");
      page.await(says(".feed", "waiting"), PATIENCE);
      page.offline(false);
      press(page, "Streams");
      page.await(number("main .state-box.bad") + " === 0", PATIENCE);
      page.await(says(".feed", "live"), PATIENCE);
      press(page, "Publish");
      page.await(says("main", "what is published there is timed"), PATIENCE);
      press(page, "Publish");
      page.await(says("tbody td:nth-of-type(1)", "200"), PATIENCE);
    }
  }

  @Test
  void figuresAreNoMoreThanFifteenMinutesHoweverOftenTheirStreamEnds() throws Exception {
    try (Page page = ground().open("#/health")) {
      page.await(says(".feed", "live"), PATIENCE);
      page.await("import('./figures.js').then(({figures}) => figures.latest !== null)", PATIENCE);
      assertThat(
              page.text(
                  "(async () => { const {figures} = await import('./figures.js');"
                      + " const sample = figures.latest; let time = Date.parse(sample.time);"
                      // A connection of the page's own, and so its own fetch.
                      + " window.SharedWorker = undefined; window.BroadcastChannel = undefined;"
                      + " window.fetch = async () => new Response(new ReadableStream({start(body) {"
                      + " time += 1000; body.enqueue(new TextEncoder().encode('data: ' +"
                      + " JSON.stringify({...sample, time: new Date(time).toISOString()}) +"
                      + " '\\n\\n')); }}), {headers: {'content-type': 'text/event-stream'}});"
                      + " for (let turn = 0; turn < 700; turn += 1) { figures.start();"
                      + " await new Promise(done => { const stop = figures.onSample(() => {"
                      + " stop(); done(); }); }); } return String(figures.times.length); })()"))
          .isEqualTo("900");
    }
  }

  @Test
  void theFiguresOfARunCountEachRefusalAndTheTableTheNewest() throws Exception {
    try (Page page = ground().open("#/publish")) {
      page.evaluate(
          "import('./answers.js').then(({createAnswers}) => { const answers = createAnswers();"
              + " document.querySelector('.publish-results').replaceWith(answers.element);"
              + " for (let number = 1; number <= 400; number += 1) {"
              + " const result = {number, time: 0, begun: 0, status: null}; answers.add(result);"
              + " result.status = number <= 30 ? 503 : 200; answers.settled(result); } })");
      page.await(says(".publish-results .limits", "400"), PATIENCE);
      assertThat(page.text("document.querySelector('.publish-results .limits').innerText"))
          .containsPattern("Refused\\s+30");
      assertThat(page.number(number("tbody tr"))).isEqualTo(50);
      ground().assertClean(page);
    }
  }
}
