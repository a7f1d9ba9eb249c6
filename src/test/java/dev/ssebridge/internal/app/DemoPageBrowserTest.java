package dev.ssebridge.internal.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.DemoConfig;
import dev.ssebridge.testing.browser.Chromium;
import dev.ssebridge.testing.browser.Page;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The pages of the demo in a real browser, which reconnects and resumes as browsers do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
class DemoPageBrowserTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private String origin = "";
  private @Nullable Chromium browser; // null where there is none

  @BeforeAll
  void start() throws Exception {
    Chromium.require();
    JsonObject config = new JsonObject(Files.readString(Path.of("conf/bridge.json")));
    config.getJsonObject("http").put("port", 0);
    config.getJsonObject("routes").getJsonObject("demo").put("retry", "400ms");
    BridgeVerticle bridge = new BridgeVerticle(BridgeConfig.read(config));
    await(vertx.deployVerticle(bridge));
    await(vertx.deployVerticle(new DemoVerticle(new DemoConfig("demo", Duration.ofMillis(80)))));
    origin = "http://127.0.0.1:" + bridge.server().actualPort();
    browser = Chromium.start(vertx);
  }

  @AfterAll
  void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    await(vertx.close());
  }

  @Test
  void theDemoStreamGoesOnWithTheNextEventAfterTheServerHungUp() throws Exception {
    try (Page chromium = requireNonNull(browser).newPage()) {
      chromium.initScript(
          "delete window.BroadcastChannel"); // a connection of its own, which never moves
      chromium.open(origin + "/sse");
      chromium.await("document.querySelectorAll('#log .event').length >= 25", PATIENCE);

      List<String> statuses = chromium.texts("#log .status");
      assertThat(statuses.subList(0, 5))
          .containsExactly(
              "connected", "connection lost", "connected", "connection lost", "connected");

      List<String> kinds = chromium.texts("#log .event, #log .lost");
      assertThat(kinds.indexOf("connection lost")).as("events before the hang-up").isEqualTo(10);

      List<String> ids = chromium.texts("#log .event .id");
      List<String> epochs = ids.stream().map(id -> id.substring(0, id.lastIndexOf('-'))).toList();
      assertThat(epochs).containsOnly(epochs.get(0));
      assertConsecutive(ids, id -> id.substring(id.lastIndexOf('-') + 1));
      assertConsecutive(chromium.texts("#log .event .data"), text -> text.replaceAll("\\D", ""));
      assertThat(chromium.texts("#log .event .type")).containsOnly("my-custom-event");
    }
  }

  @Test
  void whatTheFormPublishesArrivesOnThePage() throws Exception {
    Page chromium = requireNonNull(browser).page();
    chromium.open(origin + "/");
    chromium.await("document.getElementById('state').textContent === 'connected'", PATIENCE);
    submit(chromium, "hello", "", "first\\nsecond");
    chromium.await("document.querySelectorAll('#log .event').length === 1", PATIENCE);
    assertThat(chromium.texts("#log .event .data")).containsExactly("first\nsecond");
    assertThat(chromium.texts("#log .event .type")).containsExactly("message");
    chromium.await("document.getElementById('result').textContent === 'published'", PATIENCE);

    submit(chromium, "hello", "greeting", "typed");
    chromium.await("document.querySelectorAll('#log .event').length === 2", PATIENCE);
    assertThat(chromium.texts("#log .event .type")).containsExactly("message", "greeting");
  }

  @Test
  void anotherTopicHasAStreamOfItsOwn() throws Exception {
    Page chromium = requireNonNull(browser).page();
    chromium.open(origin + "/");
    submit(chromium, "other/ä?", "", "elsewhere");
    chromium.await("document.getElementById('result').className === 'good'", PATIENCE);

    assertThat(chromium.texts("#target")).containsExactly("/topics/other%2F%C3%A4%3F");
    chromium.await("document.querySelectorAll('#log .event').length === 1", PATIENCE);
    assertThat(chromium.texts("#log .event .data")).containsExactly("elsewhere");
  }

  @Test
  void aRefusalIsShownWithItsReason() throws Exception {
    Page chromium = requireNonNull(browser).page();
    chromium.open(origin + "/");
    submit(chromium, "hello", "", "' + 'x'.repeat(100000) + '");
    chromium.await("document.getElementById('result').className === 'bad'", PATIENCE);

    assertThat(chromium.texts("#result")).singleElement().asString().startsWith("refused: 413 ");
  }

  /** A browser has six connections to a server over HTTP/1.1, and each tab would keep one. */
  @Test
  void nineTabsLoadAndTheFirstOneCanPublishToAll() throws Exception {
    List<Page> tabs = new ArrayList<>();
    try {
      for (int tab = 1; tab <= 9; tab++) {
        Page page = requireNonNull(browser).newPage();
        tabs.add(page);
        page.open(origin + "/");
        page.await("document.getElementById('state').textContent === 'connected'", PATIENCE);
      }
      submit(tabs.get(0), "hello", "", "to all");
      for (Page page : tabs) {
        page.await(
            "[...document.querySelectorAll('#log .data')].at(-1)?.textContent === 'to all'",
            PATIENCE);
        page.open(origin + "/sse");
        page.await("document.querySelectorAll('#log .event').length >= 3", PATIENCE);
      }
    } finally {
      tabs.forEach(Page::close);
    }
  }

  private static void submit(Page chromium, String topic, String type, String message)
      throws Exception {
    chromium.evaluate(
        "(() => { const fields = document.getElementById('form').elements;"
            + (" fields.topic.value = '" + topic + "';")
            + (" fields.type.value = '" + type + "';")
            + (" fields.message.value = '" + message + "';")
            + " document.querySelector('button[type=submit]').click(); })()");
  }

  private static void assertConsecutive(List<String> texts, UnaryOperator<String> number) {
    List<Integer> numbers = texts.stream().map(number).map(Integer::valueOf).toList();
    int first = numbers.get(0);
    assertThat(numbers).isEqualTo(IntStream.range(first, first + numbers.size()).boxed().toList());
  }

  private static void await(Future<?> future) throws Exception {
    future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
