package dev.ssebridge.internal.app;

import static dev.ssebridge.internal.app.ConsoleGround.PATIENCE;
import static dev.ssebridge.internal.app.ConsoleGround.fill;
import static dev.ssebridge.internal.app.ConsoleGround.number;
import static dev.ssebridge.internal.app.ConsoleGround.press;
import static dev.ssebridge.internal.app.ConsoleGround.says;
import static dev.ssebridge.internal.app.ConsoleGround.toasted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import dev.ssebridge.testing.browser.Page;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The views of the console that show how the bridge is, as one uses them. */
@Tag("slow")
class ConsoleViewsBrowserTest extends OnConsoleGround {
  private static final String CONFIG =
      """
      {'http': {'port': 0}, 'admin': {'port': 0},
       'routes': {'topics': {'path': '/topics/:topic', 'address': 'topics.{topic}'},
                  'prices': {'path': '/prices', 'address': 'prices'}},
       'publish': {'topics': {'path': '/topics/:topic', 'address': 'topics.{topic}'}},
       'sources': {'exchange': {'url': 'UPSTREAM', 'address': 'prices', 'maxRetry': '1s'},
                   'nobody': {'url': 'http://127.0.0.1:1/', 'address': 'prices', 'maxRetry': '1s',
                              'tolerance': '100ms'}}}
      """;

  private final SseProbes probes = new SseProbes();

  ConsoleViewsBrowserTest() {
    super(CONFIG);
  }

  @AfterAll
  void closeProbes() {
    probes.close();
  }

  private SseProbe subscribe(String path) throws Exception {
    return probes.get(Integer.parseInt(ground().origin.replaceAll(".*:", "")), path);
  }

  @Test
  void theOverviewDrawsWhatTheStreamOfFiguresTells() throws Exception {
    subscribe("/topics/overview");
    try (Page page = ground().open("#/overview")) {
      page.await(number(".chart canvas") + " === 6", PATIENCE);
      page.await(says("table", "topics"), PATIENCE);
      page.await(
          "Number(document.querySelector('tr[data-key=topics] td:nth-of-type(3)').innerText) >= 1",
          PATIENCE);
      // All the time, as a sample tells of the second before it alone.
      page.evaluate(
          "void setInterval(() => fetch('/topics/overview', {method: 'POST', body: '{\"n\": 1}',"
              + " headers: {'content-type': 'application/json'}}), 200)");
      for (int sample = 0; sample < 5; sample++) {
        String before = page.text("document.querySelector('.when').textContent");
        page.await("document.querySelector('.when').textContent !== '" + before + "'", PATIENCE);
      }
      page.await(
          "/[1-9]/.test(document.querySelector('.chart .reading-value').innerText)", PATIENCE);
      ground().picture(page, "overview");
      ground().assertClean(page);
    }
  }

  @Test
  void whoHoversReadsThatTimeAndWhoDragsSeesItLarger() throws Exception {
    try (Page page = ground().open("#/overview")) {
      page.await(number(".chart canvas") + " === 6", PATIENCE);
      page.await(says(".when", "now"), PATIENCE);
      String at =
          page.text(
              "(() => { const box = document.querySelector('.u-over')"
                  + ".getBoundingClientRect(); return [box.left, box.top, box.width, box.height].join(' '); })()");
      double[] box =
          java.util.Arrays.stream(at.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
      double middle = box[1] + box[3] / 2;
      page.hands().move(box[0] + box[2] - 3, middle);
      page.await(says(".when", "at "), PATIENCE);
      page.hands().drag(box[0] + box[2] * 0.5, middle, box[0] + box[2] * 0.9, middle);
      page.await(
          "[...document.querySelectorAll('button')].some(each => each.textContent ==="
              + " 'Back to now' && each.checkVisibility())",
          PATIENCE);
      press(page, "Back to now");
      page.await(
          "![...document.querySelectorAll('button')].some(each => each.textContent ==="
              + " 'Back to now' && each.checkVisibility())",
          PATIENCE);
      press(page, "1 min");
      assertThat(page.text("location.hash")).contains("span=60");
      page.evaluate("location.hash = '#/overview?span=300'");
      page.await(
          "document.querySelector('button[aria-pressed=true]').textContent === '5 min'", PATIENCE);
      ground().assertClean(page);
    }
  }

  @Test
  void theSlowestStreamComesFirst() throws Exception {
    subscribe("/topics/slow?lastEventId=quick");
    SseProbe slow = subscribe("/topics/slow").stopReading();
    String big = "{\"text\":\"" + "x".repeat(60_000) + "\"}";
    try (Page page = ground().open("#/streams?address=topics.slow")) {
      page.await(number("tbody tr") + " === 2", PATIENCE);
      for (int i = 0; i < 250; i++) {
        ground().publish("/topics/slow", big);
      }
      page.await(
          "/event/.test(document.querySelector('tbody tr .chip + .cell-sub').innerText)", PATIENCE);
      page.await(says("tbody tr:last-child", "up to date"), PATIENCE);
      page.await(
          "/^[1-9]/.test(document.querySelector('tbody tr:first-child td:nth-of-type(4)').innerText)",
          PATIENCE);
      ground().picture(page, "streams");
      slow.goOn();
      page.await(number("tbody .chip.good") + " === 2", PATIENCE);
      ground().assertClean(page);
    }
  }

  @Test
  void aStreamIsEndedOnceThatIsConfirmed() throws Exception {
    SseProbe probe = subscribe("/topics/ended");
    try (Page page = ground().open("#/streams?address=topics.ended")) {
      page.await(number("tbody tr") + " === 1", PATIENCE);
      assertThat(page.text("document.querySelector('tbody').innerText")).contains("topics.ended");
      page.await("document.querySelector('tbody button') !== null", PATIENCE);
      page.evaluate("document.querySelector('tbody button').focus()");
      page.hands().press("Enter");
      page.await(number("dialog[open]") + " === 1", PATIENCE);
      ground().picture(page, "streams-confirm");
      page.hands().press("Escape");
      page.await(number("dialog") + " === 0", PATIENCE);
      assertThat(page.evaluate("document.activeElement.textContent")).isEqualTo("End");
      page.hands().press("Enter");
      page.await(number("dialog[open]") + " === 1", PATIENCE);
      press(page, "End the stream");
      probe.awaitEnd();
      page.await(says("main", "No open stream is like this"), PATIENCE);
      ground().picture(page, "streams-empty");
      ground().assertClean(page);
    }
  }

  @Test
  void aSourceIsPausedAndGoesOnAndItsLastErrorIsTold() throws Exception {
    try (Page page = ground().open("#/sources")) {
      page.await(says("tr[data-key=exchange]", "open"), PATIENCE);
      page.await(says("tr[data-key=nobody]", "network error"), PATIENCE);
      ground().picture(page, "sources");
      press(page, "Pause source exchange");
      press(page, "Pause the source");
      page.await(says("tr[data-key=exchange]", "paused"), PATIENCE);
      press(page, "Resume source exchange");
      page.await(says("tr[data-key=exchange]", "is followed"), PATIENCE);
      press(page, "Restart source exchange");
      page.await(toasted("restart is done"), PATIENCE);
      page.await(says("tr[data-key=exchange]", "is followed"), PATIENCE);
      ground().assertClean(page);
    }
  }

  @Test
  void aChannelTellsWhatItRetainsAndLeadsToIt() throws Exception {
    ground().publish("/topics/retained", "{\"a\":1}");
    ground().publish("/topics/retained", "{\"a\":2}");
    try (Page page = ground().open("#/channels?sort=events&route=topics")) {
      page.await(says("tbody", "/topics/retained"), PATIENCE);
      assertThat(
              page.text(
                  "[...document.querySelectorAll('tbody tr')].find(each =>"
                      + " each.innerText.includes('/topics/retained')).innerText"))
          .contains("2 events");
      ground().picture(page, "channels");
      press(page, "Watch /topics/retained");
      page.await(number(".list .row:not(.mark)") + " === 2", PATIENCE);
      assertThat(page.text("location.hash"))
          .isEqualTo("#/live?path=/topics/retained&from=earliest");
      ground().assertClean(page);
    }
  }

  @Test
  void aKeyOfTheConfigurationIsFoundAndASecretIsNotShown() throws Exception {
    try (Page page = ground().open("#/configuration")) {
      page.await(says("main", "routes.topics"), PATIENCE);
      ground().picture(page, "configuration");
      fill(page, "Search", "sources.exchange.url");
      page.await(number(".config-row") + " === 1", PATIENCE);
      assertThat(page.texts(".config-row").get(0)).contains("hidden").contains("console.json:5:");
      fill(page, "Search", "");
      page.hands().click(".check input");
      page.await(says("main", "routes.topics"), PATIENCE);
      assertThat(page.texts(".origin")).isNotEmpty().noneMatch("default"::equals);
      page.hands().click(".check input");
      fill(page, "Search", "/topics/:topic");
      page.await(number(".config-row") + " === 2", PATIENCE);
      ground().picture(page, "configuration-search");
      fill(page, "Search", "no such key");
      page.await(says("main", "No key or value is like this"), PATIENCE);
      fill(page, "Log level", "debug");
      page.await(toasted("The log level is debug"), PATIENCE);
      fill(page, "Log level", "info");
      page.await(toasted("The log level is info"), PATIENCE);
      ground().assertClean(page);
    }
  }

  @Test
  void healthNamesThePartThatIsDownAndWhy() throws Exception {
    try (Page page = ground().open("#/health")) {
      page.await(number(".verdict.good") + " === 1", PATIENCE);
      page.await(says(".verdict.bad", "Down"), PATIENCE);
      page.await(says("main", "nobody"), PATIENCE);
      ground().picture(page, "health");
    }
  }

  @Test
  void everyViewIsReachedByKeysAlone() throws Exception {
    try (Page page = ground().open("#/overview")) {
      for (String view :
          new String[] {
            "Live", "Publish", "Streams", "Sources", "Channels", "Configuration", "Health"
          }) {
        page.evaluate("document.querySelector('#nav a[aria-current]').focus()");
        page.hands().press("Tab");
        page.hands().press("Enter");
        page.await(says("h1", view), PATIENCE);
        page.await("document.activeElement === document.querySelector('h1')", PATIENCE);
      }
      ground().look(page, "#/overview");
      page.viewport(400, 860);
      page.hands().click("#menu");
      page.await("document.querySelector('#nav').checkVisibility()", PATIENCE);
      ground().picture(page, "menu");
    }
  }

  @Test
  void coloursAreThoseOfTheSystemOrThoseThatWereChosen() throws Exception {
    String back = "getComputedStyle(document.documentElement).backgroundColor";
    try (Page page = ground().open("#/health")) {
      page.dark(false);
      page.await(back + " === 'rgb(246, 247, 249)'", PATIENCE);
      page.dark(true);
      page.await(back + " === 'rgb(13, 16, 21)'", PATIENCE);
      page.evaluate("document.querySelector('.themes input:checked').focus()");
      page.hands().press("ArrowRight");
      page.await(back + " === 'rgb(246, 247, 249)'", PATIENCE);
      page.reload();
      page.await(number(".themes") + " === 1", PATIENCE);
      assertThat(page.text(back)).isEqualTo("rgb(246, 247, 249)");
      page.evaluate("document.querySelector('.themes input:checked').focus()");
      page.hands().press("ArrowLeft");
      page.await(back + " === 'rgb(13, 16, 21)'", PATIENCE);
    }
  }

  @Test
  void whereTheRoutesAreServedElsewhereThatIsSaid() throws Exception {
    try (Page page = ground().browser.newPage()) {
      page.initScript(
          "const ask = fetch; window.fetch = (url, options) => String(url).endsWith('setup.json')"
              + " ? Promise.resolve(Response.json({admin: '../', routes: null, program: false}))"
              + " : ask(url, options);");
      ground().look(page, "#/live");
      page.await(says("main", "Nothing to follow here"), PATIENCE);
      ground().look(page, "#/publish");
      page.await(says("main", "Nothing to publish to here"), PATIENCE);
      ground().look(page, "#/configuration");
      page.await(says("main", "routes.topics"), PATIENCE);
      assertThat(page.evaluate("document.querySelector('.config-program').hidden")).isEqualTo(true);
      ground().assertClean(page);
    }
  }
}
