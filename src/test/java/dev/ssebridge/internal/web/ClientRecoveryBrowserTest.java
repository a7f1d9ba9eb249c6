package dev.ssebridge.internal.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TcpProxy;
import dev.ssebridge.testing.browser.Page;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A page that follows a stream says what happens to it, and goes on with nothing lost or twice. */
@Tag("slow")
class ClientRecoveryBrowserTest extends TabsInBrowser {
  private static final String CLOCK =
      "window.slept = 0; { const now = Date.now; Date.now = () => now.call(Date) + slept; }";

  /** What is open is told so after a tenth of a second, unless it says so itself before. */
  private static final String SOON_IS_LATE =
      "(() => { const set = setTimeout; window.setTimeout = (task, ms) =>"
          + " set(task, ms === 100 ? 10000 : ms); })()";

  private Tab open(String origin) throws Exception {
    Page page = browser().newPage();
    page.initScript(CLOCK);
    Tab tab = new Tab(page, origin, "r");
    tabs.add(tab);
    return tab.open();
  }

  private ModuleSite deploy() {
    return ModuleSite.deploy(vertx, "{" + ModuleSite.ROUTES + "}");
  }

  @Test
  void offlineIsSaidAndMadeUpForWhenItIsOver() throws Exception {
    try (ModuleSite site = deploy()) {
      Tab tab = open(site.origin()).follow("");
      site.publish(1, 3);
      tab.awaitNumber(3).page().offline(true);
      // Its connection may end a little before it is told why.
      tab.page().await("/^waiting.*[|]offline[|]/.test(told.at(-1))", Tab.PATIENCE);
      site.publish(4, 6);
      tab.page().offline(false);
      tab.awaitNumber(6).assertHeard(1, 6).awaitState("open|200");
    }
  }

  @Test
  void aNetworkThatSwallowsAllIsNoticedByItsSilence() throws Exception {
    try (ModuleSite site = deploy();
        TcpProxy proxy = new TcpProxy(site.bridge().port())) {
      Tab tab =
          open("http://127.0.0.1:" + proxy.port()).follow("heartbeat: 400, connectTimeout: 1500");
      site.publish(1, 3);
      tab.awaitNumber(3);
      proxy.hold();
      proxy.letNewThrough();
      site.publish(4, 6);
      tab.awaitNumber(6).assertHeard(1, 6);
      assertThat(tab.told().toString()).contains("waiting|200|nothing came for");
    }
  }

  @Test
  void aMachineThatHasSleptConnectsAgainAsSoonAsItIsAwake() throws Exception {
    try (ModuleSite site = deploy();
        TcpProxy proxy = new TcpProxy(site.bridge().port())) {
      Tab tab =
          open("http://127.0.0.1:" + proxy.port()).follow("heartbeat: 20000, connectTimeout: 1500");
      site.publish(1, 3);
      tab.awaitNumber(3);
      proxy.hold();
      proxy.letNewThrough();
      site.publish(4, 6);
      tab.page().evaluate("void (slept += 10 * 60000)");
      tab.awaitNumber(6).assertHeard(1, 6);
      assertThat(tab.told().toString())
          .containsPattern("waiting\\|200\\|nothing came for 6\\d\\d ");
    }
  }

  @Test
  void aClockThatIsSetBackEndsNothing() throws Exception {
    try (ModuleSite site = deploy()) {
      Tab tab = open(site.origin()).follow("");
      site.publish(1, 3);
      tab.awaitNumber(3).page().evaluate("void (slept -= 3600000)");
      site.publish(4, 6);
      tab.awaitNumber(6);
      tab.page().evaluate("new Promise(done => setTimeout(done, 100))");
      assertThat(tab.told()).containsExactly("connecting|-|-|-", "open|200|-|-");
      tab.assertHeard(1, 6);
    }
  }

  @Test
  void whatMayPassIsTriedAgain() throws Exception {
    try (ModuleSite site = deploy()) {
      Tab tab = open(site.origin());
      for (int status : new int[] {500, 502, 503, 504, 429}) {
        int first = site.requests() + 1;
        site.refuse(context -> site.requests() == first && refuse(context, status, "0"));
        tab.begin("/t", "").awaitTold("waiting|" + status + "|" + status).awaitState("open|200");
        tab.page().evaluate("s.close()");
      }
    }
  }

  private static boolean refuse(RoutingContext context, int status, String retryAfter) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "text/html")
        .putHeader("retry-after", retryAfter)
        .end("<html>no JSON");
    return true;
  }

  @Test
  void aServerThatSaysWhenIsHeeded() throws Exception {
    try (ModuleSite site = deploy()) {
      Tab tab = open(site.origin());
      List<Long> asked = new CopyOnWriteArrayList<>();
      site.refuse(
          context -> {
            asked.add(System.nanoTime());
            return site.requests() < 2 && refuse(context, 503, "2");
          });
      tab.begin("/t", "").awaitTold("waiting|503|503 Service Unavailable|").awaitTold("open");
      assertThat((asked.get(1) - asked.get(0)) / 1_000_000).isGreaterThan(1990);
    }
  }

  @Test
  void whatIsFinalIsSaidOnce() throws Exception {
    try (ModuleSite site = deploy()) {
      Tab tab = open(site.origin());
      for (int status : new int[] {400, 401, 403, 404, 410}) {
        int before = site.requests();
        site.refuse(context -> refuse(context, status, "0"));
        tab.begin("/t", "").awaitTold("closed|" + status + "|" + status);
        assertThat(tab.page().evaluate("s.state.state")).isEqualTo("closed");
        assertThat(site.requests()).isEqualTo(before + 1);
      }
    }
  }

  @Test
  void aRouteThatIsGoneEndsIt() throws Exception {
    String gone = "{'routes':{'t':{'path':'/t','address':'t','gone':true}}}";
    try (ModuleSite site = ModuleSite.deploy(vertx, gone)) {
      Tab tab = open(site.origin()).begin("/t", "").awaitTold("closed|204|");
      assertThat(tab.told()).filteredOn(told -> told.startsWith("closed")).hasSize(1);
      assertThat(site.requests()).isEqualTo(1);
    }
  }

  @Test
  void whoIsRefusedByALimitIsToldAndComesInWhenThereIsRoom() throws Exception {
    String limited = "{'limits':{'subscribers':1}," + ModuleSite.ROUTES + "}";
    try (ModuleSite site = ModuleSite.deploy(vertx, limited)) {
      SseProbe other = site.bridge().open("/t");
      Tab tab = open(site.origin());
      tab.page().evaluate(SOON_IS_LATE); // the refusal is there by then, whatever else goes on
      tab.begin("/t", "from: 'earliest'");
      tab.awaitTold("waiting|200|limits.subscribers: 1 streams are open");
      assertThat(tab.told()).as("what is refused is not open").noneMatch(t -> t.startsWith("open"));
      site.publish(1, 3);
      other.close();
      tab.awaitNumber(3).assertHeard(1, 3);
    }
  }

  @Test
  void whatIsNoLongerKeptIsAGapWithItsNumber() throws Exception {
    comeBackTooLate("event", "evicted");
  }

  @Test
  void soItIsOnARouteThatTellsGapsInTheHeadOfTheAnswerAlone() throws Exception {
    comeBackTooLate("silent", "null");
  }

  private void comeBackTooLate(String mode, String reason) throws Exception {
    String small =
        "{'routes':{'t':{'path':'/t','address':'t','retry':'200ms','history':{'events':10},'gap':'"
            + (mode + "'}}}");
    try (ModuleSite site = ModuleSite.deploy(vertx, small)) {
      Tab tab = open(site.origin()).follow("");
      site.publish(1, 3);
      tab.awaitNumber(3).page().offline(true);
      tab.awaitState("waiting|");
      site.publish(4, 50);
      site.bridge().awaitHead("t", 50);
      tab.page().offline(false);
      tab.awaitNumber(50);
      List<String> expected = new ArrayList<>(BridgeFixture.numbers(1, 3));
      int missed = 50 - 3 - (tab.heard().size() - 3);
      expected.addAll(BridgeFixture.numbers(4 + missed, 50));
      assertThat(tab.heard()).isEqualTo(expected);
      assertThat(tab.gaps()).containsExactly(reason + " " + missed);
      assertThat(missed).isPositive();
    }
  }

  @Test
  void aPageThatIsGoneBackToGoesOnWhereItWas() throws Exception {
    try (ModuleSite site = deploy()) {
      Tab tab = open(site.origin()).follow("");
      site.publish(1, 3);
      tab.awaitNumber(3).page().open(site.origin() + "/tab/elsewhere");
      site.bridge().awaitStreams(0);
      site.publish(4, 6);
      tab.page().go(-1);
      assertThat(tab.page().text("typeof window.s")).as("from the cache").isEqualTo("object");
      tab.awaitNumber(6).assertHeard(1, 6).awaitState("open|200");
      site.publish(7, 7);
      tab.awaitNumber(7).assertHeard(1, 7);
      site.bridge().awaitStreams(1);
    }
  }

  @Test
  void aPageThatWasFrozenGoesOnWhereItWas() throws Exception {
    try (ModuleSite site = deploy()) {
      Tab tab = open(site.origin()).follow("");
      site.publish(1, 3);
      tab.awaitNumber(3).page().freeze();
      site.bridge().awaitStreams(0);
      site.publish(4, 6);
      tab.page().thaw();
      tab.awaitNumber(6).assertHeard(1, 6).awaitState("open|200");
    }
  }
}
