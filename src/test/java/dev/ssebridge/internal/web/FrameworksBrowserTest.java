package dev.ssebridge.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.browser.Page;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The examples for frameworks of browser.md are what they say: run as they stand there. */
@Tag("slow")
class FrameworksBrowserTest extends TabsInBrowser {
  private static final Path DOCUMENT = Path.of("src/site/markdown/browser.md");
  private static final String WEBJARS = "/META-INF/resources/webjars/";
  private static final String CONFIG = "{'routes':{'t':{'path':'/topics/weather','address':'t'}}}";

  private @Nullable ModuleSite site;
  private @Nullable Tab tab;

  @BeforeEach
  void open() throws Exception {
    site = ModuleSite.deploy(vertx, CONFIG);
    tab = site.open(browser(), "x");
  }

  @AfterEach
  void close() {
    if (tab != null) {
      tab.close();
    }
    requireNonNull(site).close();
  }

  private Page page() {
    return requireNonNull(tab).page();
  }

  @Test
  void aReactHook() throws Exception {
    page().evaluate(library("react", "umd/react.production.min.js") + ";void 0");
    page().evaluate(library("react-dom", "umd/react-dom.production.min.js") + ";void 0");
    page()
        .evaluate(importMap("react", "'export const { useEffect, useState } = globalThis.React;'"));
    runModule(example("React", "jsx"), "useStream");
    page()
        .evaluate(
            "void (window.root = ReactDOM.createRoot(document.body), root.render("
                + "React.createElement(() => { const { events, state } ="
                + " useStream('/topics/weather'); return state + ': ' +"
                + " events.map(e => e.data).join(); })))");
    awaitEventsIn("open: ");
    page().evaluate("root.unmount()");
    requireNonNull(site).bridge().awaitStreams(0);
  }

  @Test
  void aVueComposable() throws Exception {
    page()
        .evaluate(
            importMap(
                "vue",
                JsonObject.of("x", library("vue", "dist/vue.esm-browser.prod.js")).encode()
                    + ".x"));
    runModule(
        "import { createApp } from 'vue';\nwindow.createApp = createApp;\n" + example("Vue", "js"),
        "useStream");
    page()
        .evaluate(
            "void (window.app = createApp({ setup() { const { events, state } ="
                + " useStream('/topics/weather'); return () => state.value + ': ' +"
                + " events.value.map(e => e.data).join(); } }), app.mount(document.body))");
    awaitEventsIn("open: ");
    page().evaluate("app.unmount()");
    requireNonNull(site).bridge().awaitStreams(0);
  }

  @Test
  void htmxWithItsExtension() throws Exception {
    page().evaluate(library("htmx.org", "dist/htmx.min.js") + ";void (window.htmx = htmx)");
    page().evaluate(library("htmx-ext-sse", "sse.js") + ";void 0");
    page()
        .evaluate(
            "document.body.addEventListener('htmx:sseOpen', () => { window.isOpen = true; })");
    insert(example("htmx", "html"));
    page().await("window.isOpen === true", Tab.PATIENCE);
    requireNonNull(site).bridge().publish("t", "<li>sunny</li>");
    page().await("document.querySelector('ul > li')?.textContent === 'sunny'", Tab.PATIENCE);
  }

  @Test
  void htmxWithThePageClient() throws Exception {
    page().evaluate(library("htmx.org", "dist/htmx.min.js") + ";void (window.htmx = htmx)");
    String all = Files.readString(DOCUMENT);
    insert(block(all.substring(all.indexOf(example("htmx", "html")) + 10), "html"));
    awaitOpen();
    requireNonNull(site).bridge().publish("t", "<b>sunny</b>");
    page().await("document.querySelector('ul > li')?.textContent === '<b>sunny</b>'", Tab.PATIENCE);
  }

  /** Another one of this page, which comes later, shares the connection, and says how it is. */
  private void awaitOpen() throws Exception {
    page().await("window.hasRun === true", Tab.PATIENCE);
    page()
        .evaluate(
            "void import('/sse-bridge.js').then(({ connect }) => connect('/topics/weather',"
                + " { shared: true }).on('state', ({ state }) => { window.shared = state; }))");
    page().await("window.shared === 'open'", Tab.PATIENCE);
  }

  private void awaitEventsIn(String before) throws Exception {
    page().await("document.body.textContent === '" + before + "'", Tab.PATIENCE);
    requireNonNull(site).publish(1, 2);
    page().await("document.body.textContent === '" + before + "m1,m2'", Tab.PATIENCE);
    assertThat(page().errors()).noneMatch(each -> !each.contains("favicon"));
  }

  /** Puts HTML into the page, and runs its scripts, which innerHTML does not. */
  private void insert(String html) throws Exception {
    page()
        .evaluate(
            "(() => { document.body.innerHTML = "
                + JsonObject.of("x", html).encode()
                + ".x; document.body.querySelectorAll('script').forEach(old => {"
                + " const script = document.createElement('script'); script.type = old.type;"
                + " script.textContent = old.textContent + '; window.hasRun = true'; old.replaceWith(script); });"
                + " htmx.process(document.body); })()");
  }

  /** Runs a module in the page, and makes a function of it known to all. */
  private void runModule(String source, String name) throws Exception {
    String script =
        source.replace("export function", "function") + "\nwindow." + name + " = " + name + ";";
    page()
        .evaluate(
            "(() => { const script = document.createElement('script'); script.type = 'module';"
                + " script.textContent = "
                + JsonObject.of("x", script).encode()
                + ".x; document.head.append(script); })()");
    page().await("typeof window." + name + " === 'function'", Tab.PATIENCE);
  }

  private static String importMap(String name, String source) {
    return "(() => { const map = document.createElement('script'); map.type = 'importmap';"
        + (" const url = URL.createObjectURL(new Blob([" + source + "],")
        + " {type: 'text/javascript'}));"
        + (" map.textContent = JSON.stringify({imports: {'" + name + "': url}});")
        + " document.head.append(map); })()";
  }

  /** A file of a webjar, whatever its version. */
  private static String library(String name, String file) throws IOException {
    try (InputStream properties =
        FrameworksBrowserTest.class.getResourceAsStream(
            "/META-INF/maven/org.webjars.npm/" + name + "/pom.properties")) {
      java.util.Properties read = new java.util.Properties();
      read.load(requireNonNull(properties, "webjar " + name));
      String path = WEBJARS + name + "/" + read.getProperty("version") + "/" + file;
      try (InputStream script = FrameworksBrowserTest.class.getResourceAsStream(path)) {
        return new String(requireNonNull(script, path).readAllBytes(), UTF_8);
      }
    }
  }

  /** The first block of this language below a heading. */
  private static String example(String heading, String language) throws IOException {
    String text = Files.readString(DOCUMENT);
    Matcher found =
        Pattern.compile("(?m)^#+ .*\\b" + Pattern.quote(heading) + "\\b.*$").matcher(text);
    if (!found.find()) {
      throw new AssertionError("no heading with " + heading + " in " + DOCUMENT);
    }
    return block(text.substring(found.end()), language);
  }

  private static String block(String text, String language) {
    Matcher found = Pattern.compile("(?ms)^```" + language + "\n(.*?)^```").matcher(text);
    if (!found.find()) {
      throw new AssertionError("no block of " + language + " in " + DOCUMENT);
    }
    return found.group(1);
  }
}
