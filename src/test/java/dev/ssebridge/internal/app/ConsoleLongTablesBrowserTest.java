package dev.ssebridge.internal.app;

import static dev.ssebridge.internal.app.ConsoleGround.PATIENCE;
import static dev.ssebridge.internal.app.ConsoleGround.number;
import static dev.ssebridge.internal.app.ConsoleGround.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.SseProbes;
import dev.ssebridge.testing.browser.Page;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tables of the console with many rows: only those in view are in the page. */
@Tag("slow")
class ConsoleLongTablesBrowserTest extends OnConsoleGround {
  private static final int STREAMS = 1000;
  private static final int CHANNELS = 150;
  private static final String ROWS = "tbody tr:not(.spacer)";
  private static final String FIRST = "tbody tr[aria-rowindex=\"2\"]";

  private static final String CONFIG =
      """
      {'http': {'port': 0}, 'admin': {'port': 0},
       'routes': {'topics': {'path': '/topics/:topic', 'address': 'topics.{topic}'},
                  'pairs': {'path': '/pairs/:one/:two', 'addresses': ['p.{one*}', 'p.{two*}']}},
       'publish': {'topics': {'path': '/topics/:topic', 'address': 'topics.{topic}'}}}
      """;

  private final SseProbes probes = new SseProbes();

  ConsoleLongTablesBrowserTest() {
    super(CONFIG);
  }

  @AfterAll
  void closeProbes() {
    probes.close();
  }

  @Test
  void aThousandStreamsAreScrolledThroughWithAFlatPage() throws Exception {
    int port = URI.create(ground().origin).getPort();
    for (int i = 0; i < STREAMS; i++) {
      probes.get(port, "/topics/many", "User-Agent: reader " + i);
    }
    try (Page page = ground().open("#/streams?sort=opened&limit=1000&address=topics.many")) {
      page.await(says("main", "1,000 streams"), PATIENCE);
      page.await(isInView("2"), PATIENCE);
      assertFlat(page);
      assertThat(page.text("document.querySelector('table').getAttribute('aria-rowcount')"))
          .isEqualTo("1001");
      ground().picture(page, "streams-many");

      theKeysOfThePageReachBothEnds(page);
      whereverItIsScrolledToThereAreRows(page);
      whatHasTheFocusKeepsItOutOfView(page);
      tabGoesFromRowToRow(page);

      page.viewport(400, 860);
      scrollTo(page, "1e9");
      page.await(isInView("1001"), PATIENCE);
      assertFlat(page);
      ground().assertClean(page);
    }
  }

  @Test
  void soAreChannels() throws Exception {
    for (int i = 0; i < CHANNELS; i++) {
      ground().publish("/topics/channel" + i, "{\"n\":" + i + "}");
    }
    try (Page page = ground().open("#/channels?limit=200")) {
      page.await("document.querySelector('.spacer') !== null", PATIENCE);
      assertFlat(page);
      scrollTo(page, "1e9");
      page.await("document.querySelector('tbody').lastElementChild.className === ''", PATIENCE);
      assertFlat(page);
      ground().assertClean(page);
    }
  }

  @Test
  void channelsWhoseAddressesReadAlikeHaveARowEach() throws Exception {
    int port = URI.create(ground().origin).getPort();
    probes.get(port, "/pairs/a%20p.b/c");
    probes.get(port, "/pairs/a/b%20p.c");
    try (Page page = ground().open("#/channels?route=pairs")) {
      page.await(says("main", "2 channels"), PATIENCE);
      assertThat(page.number(number(ROWS))).isEqualTo(2);
      ground().assertClean(page);
    }
  }

  @Test
  void aRowKeepsTheFocusInAnyNewOrder() throws Exception {
    try (Page page = ground().open("#/health")) {
      Object lost =
          page.evaluate(
              """
              (async () => {
                const { arrange, h } = await import('/console/dom.js');
                const box = h('div', {});
                const rows = Object.fromEntries([...'abcdef'].map((name) => [name, h('button', {}, name)]));
                document.body.append(box);
                for (const order of ['abcdef', 'fedcba', 'cabdef', 'defabc', 'c', 'ac', 'efcbd', 'cf', 'bcdefa', 'abcdc']) {
                  arrange(box, [...order].map((name) => rows[name])); // at the end one is there twice
                  if (order === 'abcdef') {
                    rows.c.focus();
                  }
                  if (document.activeElement !== rows.c || box.textContent !== [...new Set(order)].join('')) {
                    return `${box.textContent}, wanted ${order}`;
                  }
                }
                return 'nothing';
              })()
              """);
      assertThat(lost).isEqualTo("nothing");
    }
  }

  private static void theKeysOfThePageReachBothEnds(Page page) throws Exception {
    page.evaluate("document.querySelector('.table-wrap').focus()");
    page.hands().press("End");
    page.await(isInView("1001"), PATIENCE);
    awaitRest(page);
    assertFlat(page);
    page.hands().press("Home");
    page.await(isInView("2"), PATIENCE);
    awaitRest(page);
    assertFlat(page);
  }

  /** A key scrolls for some frames, and another one meanwhile may be lost. */
  private static void awaitRest(Page page) throws Exception {
    page.evaluate(
        """
        (async () => {
          const main = document.getElementById('main');
          for (let still = 0, at = -1; still < 5; at = main.scrollTop) {
            await new Promise(requestAnimationFrame);
            still = main.scrollTop === at ? still + 1 : 0;
          }
        })()
        """);
  }

  private static void whereverItIsScrolledToThereAreRows(Page page) throws Exception {
    for (int part = 1; part < 10; part++) {
      scrollTo(page, "document.getElementById('main').scrollHeight * " + part + " / 10");
      page.await(
          "document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest('"
              + ROWS
              + "')"
              + " !== null",
          PATIENCE);
      assertFlat(page);
    }
    scrollTo(page, "0");
    page.await(isInView("2"), PATIENCE);
  }

  /** Also when the list is asked for anew, which it is each two seconds. */
  private static void whatHasTheFocusKeepsItOutOfView(Page page) throws Exception {
    page.evaluate("window.first = document.querySelector('" + FIRST + " button'); first.focus();");
    scrollTo(page, "1e9");
    page.await(isInView("1001"), PATIENCE);
    page.evaluate("performance.clearResourceTimings()"); // a browser keeps the first 250
    page.evaluate("window.asked = performance.getEntriesByType('resource').length");
    page.await(
        "performance.getEntriesByType('resource').length > asked + 1", PATIENCE.multipliedBy(4));
    assertThat(page.evaluate("document.activeElement === first && first.isConnected"))
        .isEqualTo(true);
    assertFlat(page);
    scrollTo(page, "0");
    page.await(isInView("3"), PATIENCE); // the row before it was there all the time
  }

  private static void tabGoesFromRowToRow(Page page) throws Exception {
    page.evaluate("document.querySelector('" + FIRST + " button').focus()");
    for (int row = 3; row < 60; row++) {
      page.hands().press("Tab");
      assertThat(page.text("document.activeElement.closest('tr').getAttribute('aria-rowindex')"))
          .isEqualTo(String.valueOf(row));
      page.await(isInView(String.valueOf(row)), PATIENCE);
      page.await(number("tbody tr[aria-rowindex=\"" + (row + 1) + "\"]") + " === 1", PATIENCE);
    }
    assertFlat(page);
  }

  private static void scrollTo(Page page, String top) throws Exception {
    page.evaluate("document.getElementById('main').scrollTop = " + top);
  }

  private static void assertFlat(Page page) throws Exception {
    assertThat(page.number(number(ROWS))).isBetween(3L, 100L);
    assertThat(page.number("document.querySelectorAll('*').length")).isLessThan(2000);
  }

  /** Whether the row of this index is to be seen. */
  private static String isInView(String index) {
    return "(() => { const row = document.querySelector('tbody tr[aria-rowindex=\""
        + index
        + "\"]'); const box = row?.getBoundingClientRect();"
        + " return row != null && box.bottom > 0 && box.top < innerHeight; })()";
  }
}
