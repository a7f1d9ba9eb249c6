package dev.ssebridge.internal.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.browser.Accessibility;
import dev.ssebridge.testing.browser.Chromium;
import dev.ssebridge.testing.browser.Page;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The page of slow readers in a real browser, whose sockets are really full: some 15 s, longer
 * where the machine has much else to do.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
class SlowPageBrowserTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PUBLISHED = 20_000;

  private final Vertx vertx = Vertx.vertx();
  private String origin = "";
  private @Nullable Chromium browser; // null where there is none

  @BeforeAll
  void start() throws Exception {
    Chromium.require();
    JsonObject config = new JsonObject(Files.readString(Path.of("conf/bridge.json")));
    config.getJsonObject("http").put("port", 0);
    BridgeVerticle bridge = new BridgeVerticle(BridgeConfig.read(config));
    BridgeFixture.get(vertx.deployVerticle(bridge));
    origin = "http://127.0.0.1:" + bridge.server().actualPort();
    browser = Chromium.start(vertx);
  }

  @AfterAll
  void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    BridgeFixture.get(vertx.close());
  }

  @Test
  void whatEachReaderReceivedAndWasToldIsWhatWasPublished() throws Exception {
    Page page = requireNonNull(browser).page();
    page.open(origin + "/slow");
    page.evaluate("document.getElementById('start').click()");
    page.await("document.getElementById('start').disabled", PATIENCE);
    page.await("!document.getElementById('start').disabled", PATIENCE);

    assertThat(page.texts("#state")).containsExactly("all accounted for");
    assertThat(numbers(page, "#published")).containsExactly(PUBLISHED);
    List<Integer> received = numbers(page, ".received");
    List<Integer> missed = numbers(page, ".missed");
    assertThat(received).hasSize(3).allMatch(count -> count > 0);
    for (int column = 0; column < 3; column++) {
      assertThat(received.get(column) + missed.get(column))
          .as("column %s, %s told", column, missed)
          .isEqualTo(PUBLISHED);
    }
    assertThat(missed.subList(1, 3)).as("told to the slow ones").allMatch(count -> count > 0);
    assertThat(page.texts(".last")).allMatch(text -> text.startsWith("no. 20,000: "));
    assertThat(page.texts("#readers section:nth-child(2) .told li"))
        .isNotEmpty()
        .allMatch(text -> text.matches("[0-9,]+ missed \\([a-z]+\\)"));
    assertThat(page.texts("#readers section:nth-child(3) .told li"))
        .anyMatch(text -> text.matches("[0-9,]+ merged \\(slow\\)"));
  }

  /** And a picture of each, for whoever wants to look. */
  @Test
  void noPageOfTheDemoKeepsSomebodyOut() throws Exception {
    Path pictures = Files.createDirectories(Path.of("target", "demo-pages"));
    Page page = requireNonNull(browser).page();
    for (String path : List.of("/", "/sse", "/slow")) {
      page.open(origin + path);
      String name = "demo" + path.replace('/', '-');
      for (boolean dark : new boolean[] {false, true}) {
        page.screenshot(
            pictures.resolve(name + (dark ? "dark.png" : "light.png")), 1280, 900, dark);
        assertThat(Accessibility.findings(page)).as("%s, dark: %s", path, dark).isEmpty();
      }
      page.screenshot(pictures.resolve(name + "narrow.png"), 400, 1600, false);
      assertThat(page.evaluate("document.documentElement.scrollWidth <= 400"))
          .as("%s fits into 400 px", path)
          .isEqualTo(true);
    }
  }

  private static List<Integer> numbers(Page page, String selector) throws Exception {
    return page.texts(selector).stream()
        .map(text -> Integer.valueOf(text.replace(",", "")))
        .toList();
  }
}
