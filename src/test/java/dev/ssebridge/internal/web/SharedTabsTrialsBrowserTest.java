package dev.ssebridge.internal.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.StreamInfo;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TcpProxy;
import dev.ssebridge.testing.browser.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens to a connection that tabs share is told to all, and none of them loses anything. */
@Tag("slow")
class SharedTabsTrialsBrowserTest extends TabsInBrowser {
  private static final String WORKER = "/sse-bridge.js";
  private static final String CLOCK =
      "self.slept = 0; { const now = Date.now; Date.now = () => now.call(Date) + slept; }";

  /** Those to try; the others come in the long run. */
  Stream<Sharing> ways() {
    return Stream.of(Sharing.WORKER);
  }

  private Tab open(ModuleSite site, Sharing way) throws Exception {
    Tab tab = way.open(site, browser(), "s" + (tabs.size() + 1));
    tabs.add(tab);
    return tab;
  }

  private void follow(ModuleSite site, Sharing way, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      open(site, way).follow("shared: true");
    }
  }

  private void assertAllHeard(int last) throws Exception {
    for (Tab tab : tabs) {
      tab.awaitNumber(last).assertHeard(1, last);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void theEndForGoodIsTheEndInAllTabs(Sharing way) throws Exception {
    try (ModuleSite site = way.deploy(vertx)) {
      follow(site, way, 3);
      site.publish(1, 3);
      assertAllHeard(3);
      site.refuse(
          context -> {
            context.response().setStatusCode(204).end();
            return true;
          });
      endStreams(site);
      for (Tab tab : tabs) {
        tab.awaitState("closed|204|");
      }
      assertThat(site.requests()).isEqualTo(2);
    }
  }

  private static void endStreams(ModuleSite site) {
    for (StreamInfo stream : BridgeFixture.get(site.bridge().bridge().streams())) {
      BridgeFixture.get(site.bridge().bridge().endStream(stream.id()));
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aRefusalIsToldInAllTabsAndThenAllGoOn(Sharing way) throws Exception {
    try (ModuleSite site = way.deploy(vertx)) {
      follow(site, way, 3);
      int before = site.requests();
      site.refuse(
          context -> {
            if (site.requests() > before + 1) {
              return false;
            }
            context.response().setStatusCode(503).putHeader("retry-after", "1").end("busy");
            return true;
          });
      endStreams(site);
      for (Tab tab : tabs) {
        tab.awaitTold("waiting|503|503 Service Unavailable|");
      }
      site.publish(1, 3);
      assertAllHeard(3);
      site.onlyHolder();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whereThereIsNoRoomYetAllBeginWhereTheyWantedTo(Sharing way) throws Exception {
    String limited =
        "{'http':{'hosts':['127.0.0.1','localhost','bridge.test']},'limits':{'subscribers':1},"
            + ModuleSite.ROUTES
            + "}";
    try (ModuleSite site = ModuleSite.deploy(vertx, limited).under(way.host())) {
      SseProbe other = site.bridge().open("/t");
      open(site, way).begin("/t", "shared: true, from: 'earliest'");
      open(site, way).begin("/t", "shared: true, from: 'earliest'");
      for (Tab tab : tabs) {
        tab.awaitTold("waiting|200|limits.subscribers: 1 streams are open");
      }
      site.publish(1, 3);
      other.close();
      assertAllHeard(3);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aGapIsToldInAllTabsEachWithWhatItMissed(Sharing way) throws Exception {
    String small =
        "{'http':{'hosts':['127.0.0.1','localhost','bridge.test']},"
            + "'routes':{'t':{'path':'/t','address':'t','retry':'200ms','history':{'events':10}}}}";
    try (ModuleSite site = ModuleSite.deploy(vertx, small).under(way.host())) {
      follow(site, way, 3);
      site.publish(1, 3);
      assertAllHeard(3);
      AtomicBoolean refuses = new AtomicBoolean(true);
      site.refuse(
          context -> {
            if (refuses.get()) {
              context.response().setStatusCode(503).end();
            }
            return refuses.get();
          });
      endStreams(site);
      tabs.get(0).awaitTold("waiting|503");
      site.publish(4, 50);
      site.bridge().awaitHead("t", 50);
      refuses.set(false);
      for (Tab tab : tabs) {
        tab.awaitNumber(50);
        int missed = 50 - tab.heard().size();
        assertThat(missed).isPositive();
        assertThat(tab.gaps()).as("gaps of " + tab.name()).containsExactly("evicted " + missed);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void offlineIsToldInAllTabsAndMadeUpForWhenItIsOver(Sharing way) throws Exception {
    try (ModuleSite site = way.deploy(vertx)) {
      follow(site, way, 3);
      site.publish(1, 3);
      assertAllHeard(3);
      List<Session> all = new ArrayList<>();
      tabs.forEach(tab -> all.add(tab.page()));
      if (way.isWorker()) {
        all.add(browser().sharedWorker(WORKER));
      }
      for (Session each : all) {
        each.offline(true);
      }
      for (Tab tab : tabs) {
        tab.awaitState("waiting|");
      }
      site.publish(4, 6);
      Collections.reverse(all); // the worker first: it hears of it from the pages
      for (Session each : all) {
        each.offline(false);
      }
      assertAllHeard(6);
      site.onlyHolder();
      if (way.isWorker()) {
        all.get(0).detach();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aMachineThatHasSleptGoesOnInAllTabs(Sharing way) throws Exception {
    try (ModuleSite site = way.deploy(vertx);
        TcpProxy proxy = new TcpProxy(site.bridge().port())) {
      site.through(proxy.port());
      for (int i = 0; i < 3; i++) {
        Tab tab = open(site, way);
        tab.page().evaluate(CLOCK);
        tab.follow("shared: true, connectTimeout: 1500");
      }
      site.publish(1, 3);
      assertAllHeard(3);
      List<Session> all = new ArrayList<>();
      tabs.forEach(tab -> all.add(tab.page()));
      if (way.isWorker()) {
        Session worker = browser().sharedWorker(WORKER);
        worker.evaluate(CLOCK);
        all.add(worker);
      }
      proxy.hold();
      proxy.letNewThrough();
      site.publish(4, 6);
      for (Session each : all) {
        each.evaluate("void (slept += 10 * 60000)");
      }
      assertAllHeard(6);
      proxy.speak(); // what was held is of no use to anybody
      site.onlyHolder();
      if (way.isWorker()) {
        all.get(3).detach();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aPageThatIsGoneBackToGoesOnWhereItWas(Sharing way) throws Exception {
    try (ModuleSite site = way.deploy(vertx)) {
      follow(site, way, 2);
      Tab first = tabs.get(0);
      site.publish(1, 3);
      assertAllHeard(3);
      first.page().open(site.origin() + "/tab/elsewhere");
      site.publish(4, 6);
      tabs.get(1).awaitNumber(6);
      first.page().go(-1);
      boolean kept = first.page().text("typeof window.s").equals("object");
      System.out.println(way + ": kept in the back-forward cache: " + kept);
      if (kept) {
        assertAllHeard(6);
      } else {
        first.follow("shared: true"); // a page that was loaded anew
      }
      site.publish(7, 7);
      tabs.get(1).awaitNumber(7).assertHeard(1, 7);
      first.awaitNumber(7).assertHeard(kept ? 1 : 7, 7);
      site.onlyHolder();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whoIsFarBehindCatchesUpAloneAndThenShares(Sharing way) throws Exception {
    try (ModuleSite site = way.deploy(vertx)) {
      site.publish(1, 3000);
      site.bridge().awaitHead("t", 3000);
      open(site, way).follow("shared: true, last: 1");
      tabs.get(0).awaitNumber(3000);
      open(site, way).follow("shared: true, from: 'earliest'").awaitNumber(3000);
      site.publish(3001, 3002);
      tabs.get(1).awaitNumber(3002).assertHeard(1, 3002);
      tabs.get(0).awaitNumber(3002).assertHeard(3000, 3002);
      site.onlyHolder();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aTabThatIsClosedLeavesTheConnectionToAnother(Sharing way) throws Exception {
    try (ModuleSite site = way.deploy(vertx);
        Publisher publisher = new Publisher(vertx, site)) {
      for (int i = 0; i < 3; i++) {
        open(site, way).follow("shared: true, from: 'earliest'");
      }
      publisher.awaitMore(5);
      int before = site.requests();
      long begun = System.nanoTime();
      tabs.remove(0).close();
      if (!way.isWorker()) {
        Deadline.await(() -> site.requests() > before, () -> "another connection");
        System.out.println(
            way
                + ": closed, the next connection after "
                + (System.nanoTime() - begun) / 1_000_000
                + " ms");
      }
      publisher.awaitMore(20);
      assertAllHeard(publisher.stop());
      site.onlyHolder();
    }
  }
}
