package dev.ssebridge.internal.conf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.metrics.BridgeMeters;
import dev.ssebridge.metrics.MeterInfo;
import dev.ssebridge.metrics.MeterKind;
import dev.ssebridge.testing.Installed;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Prometheus and Grafana are given speaks of meters that there are, in their language. */
@Tag("slow")
class PrometheusFilesTest {
  private static final Path CONF = Path.of("conf").toAbsolutePath();
  private static final Pattern METER = Pattern.compile("\\bssebridge_\\w+");
  private static final Pattern SELECTOR = Pattern.compile("\\b(ssebridge_\\w+)\\{([^}]*)}");
  private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"");
  private static final Pattern ALERT = Pattern.compile("(?m)^ +- alert: (\\w+)$");
  private static final Pattern RUNBOOK = Pattern.compile("(?m)^ +runbook: \"([^\"]+)\"$");

  @Test
  void promtoolIsContentWithTheScrapeAndTheRules() throws Exception {
    content("check", "config", "prometheus.yml");
    content("check", "rules", "alerts.yml");
  }

  @Test
  void everyAlertFiresWhenItShouldAndNotOtherwise() throws Exception {
    content("test", "rules", "alerts.test.yml");
    String tests = Files.readString(CONF.resolve("alerts.test.yml"));
    for (String alert : alerts()) {
      assertThat(tests).contains("alertname: " + alert + "\n");
      // Once it is expected, and once it is not.
      assertThat(tests.split("alertname: " + alert + "\n\\s+exp_alerts: \\[]", -1).length)
          .as(alert)
          .isEqualTo(2);
      assertThat(tests.split("alertname: " + alert + "\n\\s+exp_alerts:\n", -1).length)
          .as(alert)
          .isEqualTo(2);
    }
  }

  private static void content(String... arguments) throws Exception {
    Installed.Result result = Installed.require("promtool", "prometheus").run(CONF, arguments);
    assertThat(result.status()).as(result.output()).isZero();
  }

  private static List<String> alerts() throws IOException {
    List<String> names =
        ALERT
            .matcher(Files.readString(CONF.resolve("alerts.yml")))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(names).hasSizeGreaterThan(10).doesNotHaveDuplicates();
    return names;
  }

  /**
   * Each says where it stands what it means, and there is nothing there of an alert that is gone.
   */
  @Test
  void everyAlertHasItsHeadingInOperations() throws IOException {
    List<String> expected = new ArrayList<>();
    for (String alert : alerts()) {
      expected.add("src/site/markdown/operations.md#" + alert.toLowerCase(java.util.Locale.ROOT));
    }
    List<String> runbooks =
        RUNBOOK
            .matcher(Files.readString(CONF.resolve("alerts.yml")))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(runbooks).isEqualTo(expected);
    String page = Files.readString(Path.of("src/site/markdown/operations.md"));
    List<String> headings =
        Pattern.compile("(?m)^#+ (SseBridge\\w+)$")
            .matcher(page)
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(headings).isEqualTo(alerts());
  }

  @ParameterizedTest
  @ValueSource(strings = {"alerts.yml", "alerts.test.yml", "grafana.json"})
  void everyMeterAndLabelThatIsNamedIsOneThatThereIs(String file) throws IOException {
    Set<String> known = series();
    String text = Files.readString(CONF.resolve(file)).replace("\\\"", "\"");
    Set<String> named = new TreeSet<>();
    METER.matcher(text).results().forEach(found -> named.add(found.group()));
    assertThat(named).isNotEmpty().isSubsetOf(known);
    Matcher selector = SELECTOR.matcher(text);
    while (selector.find()) {
      Set<String> labels = labels(selector.group(1));
      LABEL
          .matcher(selector.group(2))
          .results()
          .forEach(found -> assertThat(labels).as(selector.group()).contains(found.group(1)));
    }
  }

  /** An operator who looks at the dashboard overlooks nothing that is counted. */
  @Test
  void theDashboardShowsEveryMeter() throws IOException {
    String text = Files.readString(CONF.resolve("grafana.json"));
    for (MeterInfo meter : BridgeMeters.all()) {
      assertThat(text).contains(meter.name());
    }
  }

  private static Set<String> series() {
    Set<String> names = new TreeSet<>();
    for (MeterInfo meter : BridgeMeters.all()) {
      switch (meter.kind()) {
        case COUNTER -> names.add(meter.name() + "_total");
        case GAUGE -> names.add(meter.name());
        case HISTOGRAM ->
            Stream.of("_bucket", "_sum", "_count").forEach(end -> names.add(meter.name() + end));
      }
    }
    return names;
  }

  private static Set<String> labels(String series) {
    Set<String> labels = new TreeSet<>(Set.of("job", "instance"));
    for (MeterInfo meter : BridgeMeters.all()) {
      String name = meter.kind() == MeterKind.COUNTER ? meter.name() + "_total" : meter.name();
      if (series.equals(name) || series.startsWith(name + "_")) {
        labels.addAll(meter.tags());
        if (series.endsWith("_bucket")) {
          labels.add("le");
        }
      }
    }
    return labels;
  }

  /** Each query of the dashboard as a rule, with what Grafana puts in for its variables. */
  @Test
  void promtoolIsContentWithTheQueriesOfTheDashboard(@TempDir Path directory) throws Exception {
    JsonObject dashboard = new JsonObject(Files.readString(CONF.resolve("grafana.json")));
    JsonArray panels = dashboard.getJsonArray("panels");
    StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
    Set<Integer> ids = new TreeSet<>();
    int queries = 0;
    for (int i = 0; i < panels.size(); i++) {
      JsonObject panel = panels.getJsonObject(i);
      assertThat(ids.add(panel.getInteger("id"))).as("id of %s", panel).isTrue();
      JsonObject place = panel.getJsonObject("gridPos");
      assertThat(place.getInteger("x") + place.getInteger("w")).isLessThanOrEqualTo(24);
      JsonArray targets = panel.getJsonArray("targets", new JsonArray());
      for (int j = 0; j < targets.size(); j++) {
        String query = targets.getJsonObject(j).getString("expr");
        rules
            .append("      - record: query_" + queries++ + "\n        expr: '")
            .append(query.replace("$__rate_interval", "1m").replaceAll("\\$(\\w+)", ".*"))
            .append("'\n");
      }
    }
    assertThat(queries).isGreaterThan(30);
    Files.writeString(directory.resolve("dashboard.yml"), rules);
    Installed.Result result =
        Installed.require("promtool", "prometheus")
            .run(directory, "check", "rules", "dashboard.yml");
    assertThat(result.status()).as(result.output() + rules).isZero();
  }
}
