package dev.ssebridge.internal.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where tabs cannot share in the best way they do in another, and where not at all, each alone. */
@Tag("slow")
class SharedTabsFallbackBrowserTest extends TabsInBrowser {
  private Tab open(ModuleSite site) throws Exception {
    Tab tab = Sharing.WORKER.open(site, browser(), "s" + (tabs.size() + 1));
    tabs.add(tab);
    return tab;
  }

  private void assertAllHeard(int last) throws Exception {
    for (Tab tab : tabs) {
      tab.awaitNumber(last).assertHeard(1, last);
    }
  }

  @Test
  void tabsThatAskForDifferentThingsShareNothing() throws Exception {
    try (ModuleSite site = Sharing.WORKER.deploy(vertx)) {
      open(site).begin("/t", "shared: true").awaitTold("open");
      open(site).begin("/t?address=t", "shared: true").awaitTold("open");
      open(site).begin("/t", "shared: true, headers: {'x-who': 'b'}").awaitTold("open");
      site.publish(1, 3);
      assertAllHeard(3);
      assertThat(site.holders()).hasSize(3);
    }
  }

  @Test
  void aPolicyThatForbidsWorkersLeavesItToTheTabs() throws Exception {
    try (ModuleSite site = Sharing.WORKER.deploy(vertx)) {
      for (int i = 0; i < 3; i++) {
        Tab tab = site.open(browser(), "s" + (i + 1));
        tabs.add(tab);
        tab.page().open(site.origin() + "/strict/s" + (i + 1));
        tab.follow("shared: true");
      }
      site.publish(1, 3);
      assertAllHeard(3);
      assertThat(site.onlyHolder()).isEqualTo("s1");
      assertThat(browser().sharedWorkers()).isZero();
    }
  }

  @Test
  void aWorkerThatCannotBeLoadedLeavesItToTheTabs() throws Exception {
    try (ModuleSite site = Sharing.WORKER.deploy(vertx)) {
      for (int i = 0; i < 3; i++) {
        open(site).follow("shared: true, worker: '/nowhere.js'");
      }
      site.publish(1, 3);
      assertAllHeard(3);
      assertThat(site.onlyHolder()).isEqualTo("s1");
    }
  }

  @Test
  void whereNothingCanBeSharedEachTabHasItsOwnConnection() throws Exception {
    try (ModuleSite site = Sharing.WORKER.deploy(vertx)) {
      for (int i = 1; i <= 2; i++) {
        Tab tab = site.openWithout(browser(), "s" + i, "BroadcastChannel");
        tabs.add(tab);
        tab.follow("shared: true");
      }
      site.publish(1, 3);
      assertAllHeard(3);
      assertThat(site.holders()).containsExactlyInAnyOrder("s1", "s2");
    }
  }
}
