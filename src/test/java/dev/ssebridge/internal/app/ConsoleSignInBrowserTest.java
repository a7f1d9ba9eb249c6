package dev.ssebridge.internal.app;

import static dev.ssebridge.internal.app.ConsoleGround.PATIENCE;
import static dev.ssebridge.internal.app.ConsoleGround.fill;
import static dev.ssebridge.internal.app.ConsoleGround.number;
import static dev.ssebridge.internal.app.ConsoleGround.press;
import static dev.ssebridge.internal.app.ConsoleGround.says;
import static dev.ssebridge.internal.app.ConsoleGround.toasted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.browser.Page;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who may see what in the console, and how it says so. */
@Tag("slow")
class ConsoleSignInBrowserTest extends OnConsoleGround {
  private static final String READER = "dashboard-5uRtI4c8Xy-dashboard";
  private static final String WRITER = "oncall-9qLmZ2w7Kb-oncall-oncall";
  private static final String NOBODY = "plain-3tYxQw8Lm-plain-plain-plain";
  private static final String CONFIG =
      """
      {'http': {'port': 0}, 'admin': {'port': 0},
       'auth': {'tokens': {'dashboard': {'token': '%s', 'admin': 'read', 'subscribe': ['news']},
                           'oncall': {'token': '%s', 'admin': 'write', 'subscribe': ['news'],
                                      'publish': ['news']},
                           'plain': {'token': '%s', 'subscribe': ['news']}}},
       'routes': {'news': {'path': '/news', 'address': 'news'}},
       'publish': {'news': {'path': '/news', 'address': 'news'}},
       'sources': {'exchange': {'url': 'UPSTREAM', 'address': 'news'}}}
      """;

  ConsoleSignInBrowserTest() {
    super(CONFIG.formatted(READER, WRITER, NOBODY));
  }

  private Page fresh(String hash) throws Exception {
    Page page = ground().browser.newContext();
    page.viewport(1280, 860);
    ground().look(page, hash);
    return page;
  }

  private static void signIn(Page page, String token) throws Exception {
    page.await(number("dialog[open] input") + " === 1", PATIENCE);
    fill(page, "Token", token);
    page.hands().press("Enter");
  }

  @Test
  void whoHasNotSignedInIsAskedTo() throws Exception {
    try (Page page = fresh("#/streams")) {
      page.await(number("dialog[open] input") + " === 1", PATIENCE);
      page.await("document.activeElement.type === 'password'", PATIENCE);
      ground().picture(page, "sign-in");
      page.hands().press("Escape");
      page.await(number("dialog") + " === 0", PATIENCE);
      page.await(says("main", "401"), PATIENCE);
      ground().picture(page, "refused");
      press(page, "Sign in");
      signIn(page, "a-wrong-token-a-wrong-token");
      page.await(number("dialog[open] .note") + " === 1", PATIENCE);
      signIn(page, READER);
      page.await(number(".view-streams .state-box.bad") + " === 0", PATIENCE);
      page.await(says(".feed", "live"), PATIENCE);
      page.forget();
      press(page, "Configuration");
      page.await(says("main", "routes.news"), PATIENCE);
      ground().assertClean(page);
    }
  }

  @Test
  void aTokenIsInTheStorageOfTheTabAndNowhereElse() throws Exception {
    try (Page page = fresh("#/live?path=/news")) {
      signIn(page, WRITER);
      page.await(says(".live-state", "open"), PATIENCE);
      assertThat(page.evaluate("Object.values(sessionStorage).includes('" + WRITER + "')"))
          .isEqualTo(true);
      assertThat(page.text("JSON.stringify(localStorage)")).doesNotContain(WRITER);
      assertThat(page.text("location.href")).doesNotContain(WRITER);
      assertThat(page.requests()).noneMatch(url -> url.contains(WRITER));
      press(page, "Sign out");
      page.await(number("dialog[open] input") + " === 1", PATIENCE);
      assertThat(page.text("JSON.stringify(sessionStorage)")).doesNotContain(WRITER);
      assertThat(page.requestsBeyond(ground().origin)).isEmpty();
    }
  }

  @Test
  void whoMayReadSeesCommandsDisabledWithTheReason() throws Exception {
    try (Page page = fresh("#/sources")) {
      signIn(page, READER);
      page.await(says("tbody", "exchange"), PATIENCE);
      page.await(
          says("main", "This needs the grant “admin: write”; yours is “admin: read”."), PATIENCE);
      assertThat(
              page.list(
                  "[...document.querySelectorAll('tbody button')].map(each =>"
                      + " each.getAttribute('aria-disabled') + ' ' + each.title)"))
          .hasSize(3)
          .allMatch(each -> each.startsWith("true This needs the grant"));
      page.hands().click("tbody button");
      page.awaitFrames(3);
      assertThat(page.number(number("dialog"))).isZero();
      ground().picture(page, "read-only");
    }
  }

  @Test
  void whatALinkAsksForIsStillThereOnceSomebodyHasSignedIn() throws Exception {
    try (Page page = ground().browser.newContext()) {
      page.initScript(
          "const ask = fetch; window.fetch = (url, options) => String(url).endsWith('/config')"
              + " ? new Promise(() => {}) : ask(url, options);");
      ground().look(page, "#/live?path=/news&from=earliest&text=x");
      page.await(number("dialog[open] input") + " === 1", PATIENCE);
      page.await(number(".sieve") + " === 1", PATIENCE);
      page.awaitFrames(3);
      assertThat(page.text("location.hash")).isEqualTo("#/live?path=/news&from=earliest&text=x");
    }
  }

  /** The answer to what was asked before may still be on its way, and is not for who has come. */
  @Test
  void theRoutesAreAskedForAnewOnceSomebodyHasSignedIn() throws Exception {
    try (Page page = ground().browser.newContext()) {
      page.initScript(
          "const ask = fetch; let configs = 0; window.fetch = (url, options) =>"
              + " String(url).endsWith('/config') && configs++ === 0 ? new Promise(() => {})"
              + " : ask(url, options);");
      ground().look(page, "#/live?path=/news");
      signIn(page, WRITER);
      page.await(says(".live-state", "open"), PATIENCE);
      page.await("document.querySelector('.picker select').value === 'news'", PATIENCE);
    }
  }

  @Test
  void whoSignsInAgainGoesOnWhereHeWas() throws Exception {
    try (Page page = fresh("#/live?path=/news")) {
      signIn(page, WRITER);
      page.await(says(".live-state", "open"), PATIENCE);
      publish("{\"word\":\"before\"}");
      page.await(says(".list", "before"), PATIENCE);
      page.evaluate(
          "(() => { const ask = fetch; window.isRefused = true; window.fetch = (url, options) =>"
              + " isRefused && !String(url).endsWith('whoami') ? Promise.resolve(new Response("
              + "'{\"detail\":\"the token has expired\"}', {status: 401, headers:"
              + " {'content-type': 'application/problem+json'}})) : ask(url, options); })()");
      ground().calls.post("/streams?address=news", "", "authorization", "Bearer " + WRITER);
      page.await(says(".list", "the token has expired"), PATIENCE);
      publish("{\"word\":\"meanwhile\"}");
      page.evaluate("window.isRefused = false");
      signIn(page, WRITER);
      page.await(says(".list", "meanwhile"), PATIENCE);
      assertThat(page.texts(".list .row:not(.mark):not([hidden]) .row-data"))
          .filteredOn(each -> each.contains("word"))
          .hasSize(2);
      assertThat(page.number(number(".mark-open"))).isEqualTo(2);
    }
  }

  private void publish(String body) {
    int status =
        ground()
            .calls
            .post(
                "/news",
                body,
                "content-type",
                "application/json",
                "authorization",
                "Bearer " + WRITER)
            .statusCode();
    assertThat(status).isBetween(200, 299);
  }

  @Test
  void whoHasNoGrantIsToldSoInTheOverviewToo() throws Exception {
    try (Page page = fresh("#/overview")) {
      signIn(page, NOBODY);
      page.await(says("main", "There are no figures"), PATIENCE);
      page.await(says("main", "403"), PATIENCE);
      ground().picture(page, "overview-refused");
      press(page, "Publish");
      page.await(says("main", "Use a token that has this grant"), PATIENCE);
      assertThat(page.evaluate("document.querySelector('.publish-form').checkVisibility()"))
          .isEqualTo(false);
      assertThat(page.requestsBeyond(ground().origin)).isEmpty();
    }
  }

  @Test
  void whoMayWriteDoes() throws Exception {
    try (Page page = fresh("#/sources")) {
      signIn(page, WRITER);
      page.await(says("tbody", "is followed"), PATIENCE);
      press(page, "Restart source exchange");
      page.await(toasted("restart is done"), PATIENCE);
      press(page, "Publish");
      page.await(says("main", "what is published there is timed"), PATIENCE);
      page.hands().click("button.primary");
      page.await(says("tbody td:nth-of-type(1)", "200"), PATIENCE);
      assertThat(page.requestsBeyond(ground().origin)).isEmpty();
    }
  }
}
