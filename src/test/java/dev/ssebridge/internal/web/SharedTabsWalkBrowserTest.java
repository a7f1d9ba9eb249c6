package dev.ssebridge.internal.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.browser.Chromium;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tabs that share a connection come, go, are frozen and killed, and again and again it is the one
 * that has the connection. The order of things is by chance; the seed is printed, and can be given
 * as {@code -Dwalk.seed}.
 */
@Tag("slow")
class SharedTabsWalkBrowserTest extends TabsInBrowser {
  private static final int MOST_TABS = 5;

  @Test
  void eachTabHasEachEventOnceThoughTheOneWithTheConnectionIsKilledTenTimes() throws Exception {
    walk(Sharing.LOCKS, 10);
  }

  @ParameterizedTest
  @EnumSource(names = {"WORKER", "HEARTBEATS"})
  void alsoInTheOtherWays(Sharing way) throws Exception {
    walk(way, 2);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("heavy")
  void alsoTwentyTimes(Sharing way) throws Exception {
    walk(way, 20);
  }

  private void walk(Sharing way, int kills) throws Exception {
    long seed = Long.getLong("walk.seed", System.nanoTime());
    try (ModuleSite site = way.deploy(vertx);
        Publisher publisher = new Publisher(vertx, site);
        Walk walk = new Walk(way, site, publisher, browser(), new Random(seed))) {
      walk.go(kills);
      System.out.println(way + ", seed " + seed + ": " + walk.end());
    } catch (AssertionError | RuntimeException failed) {
      throw new AssertionError(way + ", seed " + seed, failed);
    }
  }

  private static final class Walk implements AutoCloseable {
    private final Sharing way;
    private final ModuleSite site;
    private final Publisher publisher;
    private final Chromium browser;
    private final Random random;
    private final List<Tab> tabs = new ArrayList<>();
    private final List<Tab> frozen = new ArrayList<>();
    private final List<Tab> everFrozen = new ArrayList<>();
    private final List<Long> moves = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private long longest;
    private int count;

    Walk(Sharing way, ModuleSite site, Publisher publisher, Chromium browser, Random random) {
      this.way = way;
      this.site = site;
      this.publisher = publisher;
      this.browser = browser;
      this.random = random;
    }

    void go(int kills) throws Exception {
      try {
        join();
        join();
        join();
        while (moves.size() < kills) {
          step();
          publisher.awaitMore(5 + random.nextInt(20));
        }
      } catch (AssertionError failed) {
        throw new AssertionError(steps + ": " + failed.getMessage(), failed);
      }
    }

    private void step() throws Exception {
      switch (random.nextInt(6)) {
        case 0 -> {
          if (tabs.size() < MOST_TABS) {
            join();
          } else {
            leave(anyBut(null));
          }
        }
        case 1 -> freezeOrThaw();
        case 2 -> {
          if (tabs.size() > 3) {
            killOneWithout();
          } else {
            join();
          }
        }
        default -> killTheOneWithTheConnection();
      }
    }

    private void join() throws Exception {
      String from = random.nextBoolean() ? ", from: 'earliest'" : "";
      Tab tab = way.open(site, browser, "w" + ++count);
      tab.follow("shared: true" + from);
      steps.add("join " + tab.name() + from + " at " + publisher.last());
      tabs.add(tab);
    }

    private void leave(Tab tab) throws Exception {
      steps.add("leave " + tab.name());
      check(tab);
      remove(tab);
      tab.close();
    }

    private void freezeOrThaw() throws Exception {
      if (frozen.isEmpty() && tabs.size() > 2) {
        Tab tab = anyBut(null);
        steps.add("freeze " + tab.name() + " at " + publisher.last());
        tab.page().freeze();
        frozen.add(tab);
        everFrozen.add(tab);
      } else if (!frozen.isEmpty()) {
        thaw();
      }
    }

    private void thaw() throws Exception {
      Tab tab = frozen.remove(0);
      steps.add("thaw " + tab.name() + " at " + publisher.last());
      tab.page().thaw();
    }

    private void killOneWithout() {
      String holder = site.onlyHolder();
      Tab tab = anyBut(holder);
      steps.add("kill " + tab.name() + ", without the connection");
      remove(tab);
      tab.page().kill();
      tab.close();
    }

    private void killTheOneWithTheConnection() throws Exception {
      while (tabs.size() - frozen.size() < 2) {
        join();
      }
      String holder = site.onlyHolder();
      steps.add("kill " + holder + ", with the connection, at " + publisher.last());
      int before = site.requests();
      long begun = System.nanoTime();
      if (way.isWorker()) {
        browser.killSharedWorker("/sse-bridge.js");
      } else {
        Tab tab =
            tabs.stream().filter(each -> each.name().equals(holder)).findFirst().orElseThrow();
        remove(tab);
        tab.page().kill();
        tab.close();
      }
      Deadline.await(() -> site.requests() > before, () -> "another connection");
      moves.add((System.nanoTime() - begun) / 1_000_000);
      site.onlyHolder();
    }

    private Tab anyBut(@Nullable String name) {
      List<Tab> others = tabs.stream().filter(each -> !each.name().equals(name)).toList();
      return others.get(random.nextInt(others.size()));
    }

    private void remove(Tab tab) {
      tabs.remove(tab);
      frozen.remove(tab);
    }

    private void check(Tab tab) throws Exception {
      tab.assertHeardWithoutHole();
      if (!everFrozen.contains(tab)) {
        longest = Math.max(longest, tab.longestSilence());
      }
    }

    String end() throws Exception {
      try {
        while (!frozen.isEmpty()) {
          thaw();
        }
        publisher.awaitMore(10);
        int last = publisher.stop();
        for (Tab tab : tabs) {
          tab.awaitNumber(last);
          check(tab);
        }
        site.onlyHolder();
      } catch (AssertionError failed) {
        throw new AssertionError(steps + ": " + failed.getMessage(), failed);
      }
      assertThat(moves).as("milliseconds to the next connection").allMatch(each -> each < 15_000);
      return "connections moved in "
          + moves
          + " ms, longest silence of a tab that was never frozen "
          + longest
          + " ms, "
          + steps.size()
          + " steps, "
          + publisher.stop()
          + " events";
    }

    @Override
    public void close() {
      tabs.forEach(Tab::close);
    }
  }
}
