package dev.ssebridge.internal.app;

import static dev.ssebridge.internal.app.ConsoleGround.PATIENCE;
import static dev.ssebridge.internal.app.ConsoleGround.number;
import static dev.ssebridge.internal.app.ConsoleGround.press;
import static dev.ssebridge.internal.app.ConsoleGround.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.browser.Page;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The console while 200 events a second arrive: nothing grows, and no frame is long. */
@Tag("slow")
class ConsoleSoakBrowserTest extends OnConsoleGround {
  private static final int PER_SECOND = 200;
  private static final int EVERY_MILLIS = 50;

  /** Of a page that holds 10,000 events: their text twice, and what is in view. */
  private static final long MOST_GROWN = 24L << 20;

  private static final long MOST_NODES = 1500;

  private static final String CONFIG =
      """
      {'http': {'port': 0}, 'admin': {'port': 0},
       'routes': {'load': {'path': '/load', 'address': 'load', 'history': {'events': 20000}}},
       'publish': {'load': {'path': '/load', 'address': 'load'}}}
      """;

  private final Vertx vertx = Vertx.vertx();

  /** Vert.x closes one that nobody refers to. */
  private final HttpClient client = vertx.createHttpClient();

  private final AtomicLong published = new AtomicLong();

  ConsoleSoakBrowserTest() {
    super(CONFIG);
  }

  @AfterAll
  void stopPublishing() {
    vertx.close();
  }

  @Test
  void nothingGrowsInSomeSeconds() throws Exception {
    soak(Duration.ofSeconds(8), 0);
  }

  @Test
  @Tag("heavy")
  void nothingGrowsAndNoFrameIsLongInAMinute() throws Exception {
    List<Double> frames = soak(Duration.ofSeconds(60), 9000);
    // Where others keep the processors busy, a frame waits for them, and says nothing of the page.
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    assumeTrue(
        system.getSystemLoadAverage() <= system.getAvailableProcessors(),
        "the frames are not judged: the load is " + system.getSystemLoadAverage());
    assertThat(frames).as("milliseconds of long frames").allMatch(each -> each <= 100);
  }

  @Test
  void whatFallsOutOfTheBoundIsToldAndNeverInThePage() throws Exception {
    HttpClientRequest request = publisher();
    request.write(lines(10_500));
    try (Page page = ground().open("#/live?path=/load&from=earliest")) {
      awaitShown(page, published.get());
      page.await(says(".live-bar", "older fell out"), PATIENCE);
      page.await(says(".live-bar", "10,000 entries"), PATIENCE);
      assertThat(page.number(number(".list .row"))).isLessThan(120);
      page.evaluate("document.querySelector('.list').focus()");
      page.hands().press("Home");
      page.await(number(".list [aria-selected=true]") + " === 1", PATIENCE);
      page.hands().press(" ");
      page.await(says(".live-bar", "0 waiting"), PATIENCE);
      request.write(lines(300));
      page.await(says(".live-bar", "300 waiting"), PATIENCE);
      page.await(says(".live-bar", "300 fell out since the pause"), PATIENCE);
      press(page, "Resume");
      awaitShown(page, published.get());
      ground().assertClean(page);
    } finally {
      request.end();
    }
  }

  /** The long frames of so long a time, with so many events there before. */
  private List<Double> soak(Duration time, int before) throws Exception {
    HttpClientRequest request = publisher();
    for (int i = 0; i < before; i += 100) {
      request.write(lines(100));
    }
    long last = published.get();
    try (Page page = ground().open("#/live?path=/load&from=earliest")) {
      long timer =
          vertx.setPeriodic(
              EVERY_MILLIS, id -> request.write(lines(PER_SECOND * EVERY_MILLIS / 1000)));
      try {
        page.await(number(".list .row:not(.mark)") + " > 10", PATIENCE);
        awaitShown(page, last + PER_SECOND);
        page.show();
        page.watchFrames();
        page.evaluate(
            "(() => { window.frames = 0; const next = () => { window.frames++;"
                + " requestAnimationFrame(next); }; next(); })()");
        long heapBefore = page.heapBytes();
        long from = published.get();
        long begun = System.nanoTime();
        Deadline.await(
            time.plus(PATIENCE),
            () -> System.nanoTime() - begun > time.toNanos(),
            () -> "the time");
        long nodes = page.number("document.querySelectorAll('*').length");
        List<Double> frames = page.longFrames();
        double perSecond = page.number("window.frames") * 1e9 / (System.nanoTime() - begun);
        awaitShown(page, published.get());
        long grown = page.heapBytes() - heapBefore;
        double longest = frames.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        System.out.printf(
            "console: %d events in %d s: %.0f frames a second, %d of more than 50 ms, the longest"
                + " %.0f ms; the heap has grown by %d kB to %d kB, %d elements%n",
            published.get() - from,
            time.toSeconds(),
            perSecond,
            frames.size(),
            longest,
            grown / 1024,
            (heapBefore + grown) / 1024,
            nodes);
        assertThat(published.get() - from).isGreaterThan(PER_SECOND * time.toSeconds() / 2);
        assertThat(nodes).isLessThan(MOST_NODES);
        assertThat(grown).isLessThan(MOST_GROWN);
        ground().assertClean(page);
        return frames;
      } finally {
        vertx.cancelTimer(timer);
        request.end();
      }
    }
  }

  /** Waits until an event so new is in view. */
  private void awaitShown(Page page, long number) throws Exception {
    page.await(
        "Math.max(0, ...[...document.querySelectorAll('.list .row:not([hidden]) .row-sequence')]"
            + ".map(each => Number(each.textContent))) >= "
            + number,
        PATIENCE);
  }

  /** A request that goes on: each line of its body is a message. */
  private HttpClientRequest publisher() throws Exception {
    HttpClientRequest request =
        client
            .request(
                new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setPort(URI.create(ground().origin).getPort())
                    .setHost("127.0.0.1")
                    .setURI("/load")
                    .putHeader("content-type", "application/x-ndjson"))
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    request.setChunked(true);
    return request;
  }

  private Buffer lines(int count) {
    Buffer lines = Buffer.buffer();
    for (int i = 0; i < count; i++) {
      long n = published.incrementAndGet();
      lines
          .appendString("{\"n\":")
          .appendString(String.valueOf(n))
          .appendString(",\"text\":\"" + "what such an event may hold, ".repeat(6) + "\"}\n");
    }
    return lines;
  }
}
