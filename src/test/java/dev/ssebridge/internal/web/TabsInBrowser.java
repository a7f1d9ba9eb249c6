package dev.ssebridge.internal.web;

import static java.util.Objects.requireNonNull;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.browser.Chromium;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** One browser for the tests of a class, and the tabs of each, which are closed after it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TabsInBrowser {
  final Vertx vertx = Vertx.vertx();
  final List<Tab> tabs = new ArrayList<>();
  private @Nullable Chromium browser;

  @BeforeAll
  void start() throws Exception {
    Chromium.require();
    browser = Chromium.start(vertx, Sharing.HOST_RULE, "--ignore-certificate-errors");
  }

  @AfterAll
  void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    BridgeFixture.get(vertx.close());
  }

  @AfterEach
  void closeTabs() {
    tabs.forEach(Tab::close);
    tabs.clear();
  }

  Chromium browser() {
    return requireNonNull(browser);
  }
}
