package dev.ssebridge.internal.web;

import dev.ssebridge.testing.browser.Chromium;
import io.vertx.core.Vertx;

/** The ways in which tabs share a connection, and what makes a browser have only that one. */
enum Sharing {
  /** One worker for all tabs. */
  WORKER("127.0.0.1", ""),
  /** A leader by Web Locks, where there is no such worker. */
  LOCKS("localhost", "SharedWorker"),
  /** A leader by heartbeats, over plain HTTP, where there are no locks either. */
  HEARTBEATS("bridge.test", "SharedWorker");

  /** The option by which the browser knows the name that is not secure. */
  static final String HOST_RULE = "--host-resolver-rules=MAP bridge.test 127.0.0.1";

  private final String host;
  private final String missing;

  Sharing(String host, String missing) {
    this.host = host;
    this.missing = missing;
  }

  boolean isWorker() {
    return this == WORKER;
  }

  String host() {
    return host;
  }

  ModuleSite deploy(Vertx vertx) {
    return ModuleSite.deploy(
            vertx,
            "{'http':{'hosts':['127.0.0.1','localhost','bridge.test']}," + ModuleSite.ROUTES + "}")
        .under(host);
  }

  Tab open(ModuleSite site, Chromium browser, String name) throws Exception {
    Tab tab =
        missing.isEmpty() ? site.open(browser, name) : site.openWithout(browser, name, missing);
    String has =
        tab.page()
            .text(
                "[typeof SharedWorker, typeof navigator.locks, typeof BroadcastChannel].join(' ')");
    String expected =
        switch (this) {
          case WORKER -> "function object function";
          case LOCKS -> "undefined object function";
          case HEARTBEATS -> "undefined undefined function";
        };
    if (!has.equals(expected)) {
      throw new AssertionError("expected " + expected + ", got " + has);
    }
    return tab;
  }
}
