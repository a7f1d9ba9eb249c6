package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.internal.config.ConfigReader;
import dev.ssebridge.internal.config.EffectiveConfig;
import dev.ssebridge.internal.config.SourceWay;
import dev.ssebridge.internal.tls.Certificates;
import dev.ssebridge.internal.tool.Terminal;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what is wrong with a configuration, and what is in effect. */
@Command(
    name = "check",
    description = {
      "Says what is wrong with a configuration, and starts nothing.",
      "It looks at what \"run\" with the same arguments and the same environment would start with."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {" 0:nothing is wrong", " 2:something is, or wrong usage"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  vertx-sse-bridge check bridge.yaml",
      "  vertx-sse-bridge check --strict base.json site.json",
      "  vertx-sse-bridge check bridge.json --effective --set http.port=9000"
    })
final class CheckCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigChoice choice = new ConfigChoice();

  @Option(
      names = "--effective",
      description = {
        "Prints the whole configuration, and where each value came from: default, file:line:column,"
            + " variable or option. Secrets are ***."
      })
  private boolean effective;

  @Option(names = "--strict", description = "Warnings are problems.")
  private boolean strict;

  @Option(names = "--verbose", description = "Also tells of the certificates: names, validity.")
  private boolean verbose;

  @Option(names = "--json", description = "Prints JSON, for programs.")
  private boolean json;

  CheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ConfigReader reader = choice.reader(terminal.environment());
    ConfigCheck check = new ConfigCheck(terminal, strict, json);
    ConfigCheck.Result result = check.read(reader);
    ConfigFile file = result.file();
    if (file == null) {
      check.tell(result, new JsonObject());
      return Terminal.WRONG;
    }
    EffectiveConfig config = EffectiveConfig.of(file);
    Map<String, List<String>> certificates = verbose ? certificates(file.config()) : Map.of();
    JsonObject more = new JsonObject();
    if (effective) {
      more.put("effective", config.toJson());
    }
    if (verbose) {
      more.put("certificates", new JsonObject(new LinkedHashMap<>(certificates)));
    }
    check.tell(result, more);
    if (!json) {
      certificates.forEach(
          (place, lines) -> lines.forEach(line -> terminal.out().println(place + ": " + line)));
      if (effective) {
        config.lines().forEach(terminal.out()::println);
      }
    }
    return Terminal.DONE;
  }

  /** What is in them, by the place that names their file. */
  private static Map<String, List<String>> certificates(BridgeConfig config) {
    Map<String, List<String>> described = new LinkedHashMap<>();
    if (config.http().tls() != null) {
      described.put("/http/tls/cert", Certificates.describe(config.http().tls().cert()));
    }
    config
        .sources()
        .forEach(
            (name, source) -> {
              SourceWay way = source.request().way();
              if (way.ca() != null) {
                described.put("/sources/" + name + "/ca", Certificates.describe(way.ca()));
              }
              if (way.identity() != null) {
                described.put(
                    "/sources/" + name + "/clientCert/cert",
                    Certificates.describe(way.identity().cert()));
              }
            });
    return described;
  }
}
