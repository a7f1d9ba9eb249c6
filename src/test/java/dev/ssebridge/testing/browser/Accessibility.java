package dev.ssebridge.testing.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.List;

/**
 * What axe-core finds in a page. It comes in through the DevTools, so the page's content security
 * policy is as it is.
 */
public final class Accessibility {
  private static final String SCRIPT = "axe.min.js";
  private static final String PLACE = "META-INF/resources/webjars/axe-core/";
  private static final String VERSION_FILE =
      "META-INF/maven/org.webjars.npm/axe-core/pom.properties";

  private Accessibility() {}

  /** What is wrong with the page as it is now; each finding names its rule and its element. */
  public static List<String> findings(Page page) throws Exception {
    if (!Boolean.TRUE.equals(page.evaluate("typeof window.axe === 'object'"))) {
      page.evaluate(script() + "\n;void 0");
    }
    String found =
        page.text(
            "axe.run(document, {resultTypes: ['violations']}).then(result => JSON.stringify("
                + "result.violations.flatMap(rule => rule.nodes.map(node => rule.id + ' ('"
                + " + rule.impact + '): ' + rule.help + ': ' + node.target.join(' ') + ': '"
                + " + node.html.slice(0, 200) + ': ' + node.failureSummary"
                + ".replace(/\\s+/g, ' ')))))");
    return new JsonArray(found).stream().map(String::valueOf).toList();
  }

  private static String script() throws IOException {
    ClassLoader loader = Accessibility.class.getClassLoader();
    for (URL properties : Collections.list(loader.getResources(VERSION_FILE))) {
      java.util.Properties read = new java.util.Properties();
      try (InputStream stream = properties.openStream()) {
        read.load(stream);
      }
      String path = PLACE + read.getProperty("version") + "/" + SCRIPT;
      try (InputStream stream = loader.getResourceAsStream(path)) {
        if (stream != null) {
          return new String(stream.readAllBytes(), UTF_8);
        }
      }
    }
    throw new AssertionError("no " + SCRIPT + " in the class path (org.webjars.npm:axe-core)");
  }
}
