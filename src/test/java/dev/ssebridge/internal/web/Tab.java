package dev.ssebridge.internal.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.browser.Page;
import java.time.Duration;
import java.util.List;

/**
 * A tab that follows a stream with the page client, and writes down what it is told: {@code heard},
 * the data of messages; {@code ids}; {@code gaps}, their reasons and numbers; {@code told}, the
 * states, one line each; {@code at}, when each message came.
 */
final class Tab implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String FOLLOW =
      """
      import('/sse-bridge.js').then(({ connect }) => {
        window.heard = []; window.ids = []; window.gaps = []; window.told = []; window.at = [];
        const s = connect('%s', { %s });
        window.s = s;
        s.on('message', (e) => { heard.push(e.data); ids.push(e.id); at.push(Date.now()); });
        s.on('gap', (g) => gaps.push(g.reason + ' ' + g.missed));
        s.on('state', (n) => told.push(
          [n.state, n.status ?? '-', n.reason ?? '-', n.retryInMs ?? '-'].join('|')));
      }).then(() => 'following')
      """;

  private final Page page;
  private final String origin;
  private final String name;

  Tab(Page page, String origin, String name) {
    this.page = page;
    this.origin = origin;
    this.name = name;
  }

  /** A script that takes a global away before anybody sees it. */
  static String without(String global) {
    return global.equals("navigator.locks")
        ? "Object.defineProperty(Navigator.prototype, 'locks', {get: () => undefined});"
        : "delete window." + global + ";";
  }

  Tab open() throws Exception {
    page.open(url());
    return this;
  }

  String url() {
    return origin + "/tab/" + name;
  }

  Page page() {
    return page;
  }

  String name() {
    return name;
  }

  /** Follows /t, with these options, and waits until it is open. */
  Tab follow(String options) throws Exception {
    return begin("/t", options).awaitTold("open");
  }

  /** Begins to follow. */
  Tab begin(String path, String options) throws Exception {
    assertThat(page.text(FOLLOW.formatted(path, options))).isEqualTo("following");
    return this;
  }

  /** Begins to follow, and returns before that is so. */
  Tab beginSoon(String path, String options) throws Exception {
    page.evaluate("void (" + FOLLOW.formatted(path, options).strip() + ")");
    return this;
  }

  /** Waits until a state was told that begins so. */
  Tab awaitTold(String state) throws Exception {
    page.await("told.some(each => each.startsWith('" + state + "'))", PATIENCE);
    return this;
  }

  /** Waits until the last state that was told begins so. */
  Tab awaitState(String state) throws Exception {
    page.await("told.at(-1)?.startsWith('" + state + "') === true", PATIENCE);
    return this;
  }

  /** Waits for the message with this number. */
  Tab awaitNumber(int number) throws Exception {
    try {
      page.await("heard.includes('m" + number + "')", PATIENCE);
    } catch (AssertionError missing) {
      throw new AssertionError(name + ", told " + told() + ", gaps " + gaps(), missing);
    }
    return this;
  }

  /** It has heard exactly these numbers, in this order, and was told of no gap. */
  Tab assertHeard(int from, int to) throws Exception {
    return assertHeard(heard(), from, to);
  }

  /** It has heard one number after the other, from any on, and was told of no gap. */
  Tab assertHeardWithoutHole() throws Exception {
    List<String> heard = heard();
    int from = heard.isEmpty() ? 1 : Integer.parseInt(heard.get(0).substring(1));
    return assertHeard(heard, from, from + heard.size() - 1);
  }

  private Tab assertHeard(List<String> heard, int from, int to) throws Exception {
    if (!heard.equals(BridgeFixture.numbers(from, to))) {
      throw new AssertionError(
          name
              + " should have heard m"
              + from
              + " to m"
              + to
              + ", heard "
              + runs(heard)
              + ", told "
              + told());
    }
    assertThat(gaps()).as("gaps of " + name).isEmpty();
    return this;
  }

  /** What was heard, as stretches without a hole. */
  private static String runs(List<String> heard) {
    StringBuilder runs = new StringBuilder();
    int next = -1;
    for (String each : heard) {
      int number = Integer.parseInt(each.substring(1));
      if (number != next) {
        runs.append(next < 0 ? "m" : " to m" + (next - 1) + ", m").append(number);
      }
      next = number + 1;
    }
    return heard.isEmpty() ? "nothing" : runs + " to m" + (next - 1);
  }

  /** Forgets the states until now. */
  Tab forget() throws Exception {
    page.evaluate("void (told.length = 0)");
    return this;
  }

  List<String> heard() throws Exception {
    return page.list("heard");
  }

  List<String> gaps() throws Exception {
    return page.list("gaps");
  }

  List<String> told() throws Exception {
    return page.list("told");
  }

  /** How long it heard nothing, at most, in milliseconds. */
  long longestSilence() throws Exception {
    return page.number("at.slice(1).reduce((most, time, i) => Math.max(most, time - at[i]), 0)");
  }

  @Override
  public void close() {
    page.close();
  }
}
