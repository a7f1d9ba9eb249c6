package dev.ssebridge.internal.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.browser.Page;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tabs of one origin share a connection, in each of the ways that a browser may have. */
@Tag("slow")
class SharedTabsBrowserTest extends TabsInBrowser {
  private Tab open(ModuleSite site, Sharing way, String name) throws Exception {
    Tab tab = way.open(site, browser(), name);
    tabs.add(tab);
    return tab;
  }

  @ParameterizedTest
  @EnumSource
  void nineTabsShareOneConnection(Sharing way) throws Exception {
    try (ModuleSite site = way.deploy(vertx)) {
      for (int i = 1; i <= 9; i++) {
        open(site, way, "n" + i).follow("shared: true");
      }
      site.publish(1, 20);
      for (Tab tab : tabs) {
        tab.awaitNumber(20).assertHeard(1, 20);
      }
      String holder = site.onlyHolder();
      assertThat(site.requests()).as("requests for the stream by " + holder).isEqualTo(1);
      assertThat(holder).isEqualTo(way.isWorker() ? "sse-bridge.js" : "n1");

      // There is room for what else the pages do.
      Page first = tabs.get(0).page();
      assertThat(
              first.evaluate(
                  "fetch('/t', {method: 'POST', headers: {'content-type': 'text/plain'},"
                      + " body: 'm21'}).then(r => r.status)"))
          .isEqualTo(202);
      for (Tab tab : tabs) {
        tab.awaitNumber(21).assertHeard(1, 21);
      }
      open(site, way, "n10").follow("shared: true");
      site.publish(22, 22);
      tabs.get(9).awaitNumber(22).assertHeard(22, 22);
      assertThat(site.requests()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whenTheTabWithTheConnectionEndsAnotherHasIt(Sharing way) throws Exception {
    try (ModuleSite site = way.deploy(vertx);
        Publisher publisher = new Publisher(vertx, site)) {
      for (int i = 1; i <= 3; i++) {
        open(site, way, "e" + i).follow("shared: true, from: 'earliest'");
      }
      publisher.awaitMore(10);
      String before = site.onlyHolder();
      int requests = site.requests();
      long begun = System.nanoTime();
      end(way, before);
      Deadline.await(() -> site.requests() > requests, () -> "another connection");
      long millis = (System.nanoTime() - begun) / 1_000_000;
      site.onlyHolder();
      int last = publisher.stop();
      long silence = 0;
      for (Tab tab : tabs) {
        if (!tab.page().isGone()) {
          tab.awaitNumber(last).assertHeard(1, last);
          silence = Math.max(silence, tab.longestSilence());
        }
      }
      System.out.println(
          way + ": the next connection after " + millis + " ms, silent " + silence + " ms");
    }
  }

  @ParameterizedTest
  @EnumSource
  void tabsThatComeAtTheSameTimeAgreeOnOneConnection(Sharing way) throws Exception {
    try (ModuleSite site = way.deploy(vertx);
        Publisher publisher = new Publisher(vertx, site)) {
      for (int i = 1; i <= 5; i++) {
        open(site, way, "c" + i);
      }
      for (Tab tab : tabs) {
        tab.beginSoon("/t", "shared: true, from: 'earliest'");
      }
      for (Tab tab : tabs) {
        tab.page()
            .await("window.told?.some(each => each.startsWith('open')) === true", Tab.PATIENCE);
      }
      publisher.awaitMore(20);
      site.onlyHolder();
      int last = publisher.stop();
      for (Tab tab : tabs) {
        tab.awaitNumber(last).assertHeard(1, last);
      }
      System.out.println(way + ": five tabs at the same time, " + site.requests() + " requests");
      site.onlyHolder();
    }
  }

  private void end(Sharing way, String holder) throws Exception {
    if (way.isWorker()) {
      browser().killSharedWorker("/sse-bridge.js");
    } else {
      tab(holder).page().kill();
    }
  }

  private Tab tab(String name) {
    return tabs.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void aFrozenTabHoldsNobodyUpAndMissesNothing(Sharing way) throws Exception {
    try (ModuleSite site = way.deploy(vertx);
        Publisher publisher = new Publisher(vertx, site)) {
      for (int i = 1; i <= 3; i++) {
        open(site, way, "f" + i).follow("shared: true, from: 'earliest'");
      }
      publisher.awaitMore(10);
      Tab frozen = tab(way.isWorker() ? "f1" : site.onlyHolder());
      frozen.page().freeze();
      int after = publisher.awaitMore(50);
      for (Tab tab : tabs) {
        if (tab != frozen) {
          tab.awaitNumber(after);
        }
      }
      site.onlyHolder();
      frozen.page().thaw();
      int last = publisher.stop();
      for (Tab tab : tabs) {
        tab.awaitNumber(last).assertHeard(1, last);
      }
      site.onlyHolder();
    }
  }

  @Test
  void eachTabHasItsOwnPosition() throws Exception {
    Sharing way = Sharing.WORKER;
    try (ModuleSite site = way.deploy(vertx)) {
      Tab one = open(site, way, "p1").follow("shared: true");
      site.publish(1, 10);
      one.awaitNumber(10);
      Tab two = open(site, way, "p2").follow("shared: true, from: 'earliest'");
      two.awaitNumber(10).assertHeard(1, 10);
      Tab three = open(site, way, "p3").follow("shared: true, last: 3");
      three.awaitNumber(10).assertHeard(8, 10);
      Tab four = open(site, way, "p4").follow("shared: true");
      site.publish(11, 12);
      one.awaitNumber(12).assertHeard(1, 12);
      two.awaitNumber(12).assertHeard(1, 12);
      three.awaitNumber(12).assertHeard(8, 12);
      four.awaitNumber(12).assertHeard(11, 12);
      site.onlyHolder();
    }
  }

  @Test
  void theLastTabThatClosesEndsTheConnection() throws Exception {
    for (Sharing way : Sharing.values()) {
      try (ModuleSite site = way.deploy(vertx)) {
        open(site, way, "l1").follow("shared: true");
        open(site, way, "l2").follow("shared: true");
        tabs.get(0).page().evaluate("s.close()");
        site.publish(1, 1);
        tabs.get(1).awaitNumber(1);
        site.onlyHolder();
        tabs.get(1).page().evaluate("s.close()");
        site.bridge().awaitStreams(0);
        closeTabs();
      }
    }
  }
}
