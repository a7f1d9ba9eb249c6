package dev.ssebridge.internal.app;

import static dev.ssebridge.internal.app.ConsoleGround.PATIENCE;
import static dev.ssebridge.internal.app.ConsoleGround.fill;
import static dev.ssebridge.internal.app.ConsoleGround.number;
import static dev.ssebridge.internal.app.ConsoleGround.press;
import static dev.ssebridge.internal.app.ConsoleGround.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.browser.Page;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The view of the console that publishes, as one uses it. */
@Tag("slow")
class ConsolePublishBrowserTest extends OnConsoleGround {
  private static final String CONFIG =
      """
      {'http': {'port': 0}, 'admin': {'port': 0},
       'routes': {'topics': {'path': '/topics/:topic', 'address': 'topics.{topic}'}},
       'publish': {'topics': {'path': '/topics/:topic', 'address': 'topics.{topic}'},
                   'nobody': {'path': '/nobody', 'address': 'nobody'}}}
      """;

  ConsolePublishBrowserTest() {
    super(CONFIG);
  }

  @Test
  void aMessageIsTimedOnItsWayToThisPage() throws Exception {
    try (Page page = ground().open("#/publish")) {
      page.await(number("#main select") + " === 2", PATIENCE);
      ground().picture(page, "publish-empty");
      fill(page, "topic", "timed");
      page.hands().press("Tab");
      page.await(says("main", "what is published there is timed"), PATIENCE);
      fill(page, "Event type", "reading");
      press(page, "Publish");
      page.await(number("tbody tr") + " === 1", PATIENCE);
      page.await(says("tbody td:nth-of-type(1)", "200"), PATIENCE);
      page.await(
          "/\\d[.\\d]*\\sms/.test(document.querySelector('tbody td:nth-of-type(4)').innerText)",
          PATIENCE);
      assertThat(page.text("document.querySelector('tbody td:nth-of-type(2)').innerText"))
          .matches("[a-z0-9]+-1\\s*");
      ground().picture(page, "publish");
      ground().assertClean(page);
    }
  }

  @Test
  void whoLeavesBeforeItBeginsPublishesNothing() throws Exception {
    try (Page page = ground().open("#/publish")) {
      page.await(number("#main select") + " === 2", PATIENCE);
      page.evaluate(
          "(() => { const real = fetch; window.posts = 0; window.fetch = (url, more) => {"
              + " const post = more?.method === 'POST'; window.posts += post ? 1 : 0;"
              + " return !post && `${url}`.includes('/topics/held') ? new Promise(() => {})"
              + " : real(url, more); }; })()");
      fill(page, "topic", "held");
      page.hands().press("Tab");
      page.await(says("main", "Following /topics/held: connecting"), PATIENCE);
      press(page, "Publish");
      page.evaluate("location.hash = '#/health'");
      page.await(says("h1", "Health"), PATIENCE);
      page.awaitFrames(4);
      assertThat(page.number("window.posts")).isZero();
    }
  }

  @Test
  void itIsRepeatedAtARateAndEachHasItsNumber() throws Exception {
    try (Page page = ground().open("#/publish?path=/topics/repeated")) {
      page.await(says("main", "what is published there is timed"), PATIENCE);
      fill(page, "Body", "{\"number\": {{n}}}");
      fill(page, "How many", "12");
      fill(page, "Per second", "50");
      press(page, "Publish");
      page.await(says("output", "12 of 12"), PATIENCE);
      page.await(number("tbody tr") + " === 12", PATIENCE);
      page.await(
          "[...document.querySelectorAll('tbody td:nth-of-type(4)')].every(each => /\\sms/.test(each.innerText))",
          PATIENCE);
      page.await(says(".publish-results .limits", "12"), PATIENCE);
      ground().picture(page, "publish-repeated");
      fill(page, "How many", "10000");
      fill(page, "Per second", "5");
      press(page, "Publish");
      page.await(says("output", "of 10,000"), PATIENCE);
      press(page, "Stop");
      page.await("!document.querySelector('button.primary').disabled", PATIENCE);
      press(page, "Live");
      page.await(number(".list") + " === 1", PATIENCE);
      page.await("document.querySelector('.picker-fields input')?.value === 'repeated'", PATIENCE);
      ground().assertClean(page);
    }
  }

  @Test
  void aRefusalSaysWhatWasExpected() throws Exception {
    try (Page page = ground().open("#/publish?path=/topics/refused")) {
      page.await(says("main", "what is published there is timed"), PATIENCE);
      fill(page, "Body", "{\"n\": }");
      press(page, "Publish");
      page.await(says("tbody td:nth-of-type(1)", "400"), PATIENCE);
      assertThat(page.text("document.querySelector('tbody').innerText")).contains("expected");
      page.evaluate("document.querySelector('.publish-form details').open = true");
      fill(page, "One per line", "no header");
      press(page, "Publish");
      page.await(says("main", "expected “name: value” on each line, got “no header”"), PATIENCE);
      ground().picture(page, "publish-refused");
    }
  }

  @Test
  void aMessageThatIsSentAgainByItsKeyIsNotWaitedFor() throws Exception {
    try (Page page = ground().open("#/publish?path=/topics/again")) {
      page.await(says("main", "what is published there is timed"), PATIENCE);
      page.evaluate("document.querySelector('.publish-form details').open = true");
      fill(page, "One per line", "idempotency-key: again-1");
      press(page, "Publish");
      page.await(
          "/ms/.test(document.querySelector('tbody td:nth-of-type(4)')?.innerText)", PATIENCE);
      press(page, "Publish");
      page.await(says("tbody", "published and here before"), PATIENCE);
      ground().assertClean(page);
    }
  }

  @Test
  void whereNoRouteBringsItBackThatIsSaid() throws Exception {
    try (Page page = ground().open("#/publish?path=/nobody")) {
      page.await(says("main", "No route has the address nobody"), PATIENCE);
      press(page, "Publish");
      page.await(says("tbody td:nth-of-type(1)", "202"), PATIENCE);
      page.await(says("tbody", "no position was told"), PATIENCE);
      ground().assertClean(page);
    }
  }
}
