package dev.ssebridge.internal.app;

import dev.ssebridge.ConfigException;
import dev.ssebridge.ConfigException.Problem;
import dev.ssebridge.internal.bridge.MemoryNeeds;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.internal.config.ConfigReader;
import dev.ssebridge.internal.config.ConfigWarnings;
import dev.ssebridge.internal.tool.Terminal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says of configurations what is wrong with them. */
final class ConfigCheck {
  private final Terminal terminal;
  private final boolean isStrict;
  private final boolean isJson;

  /**
   * @param isStrict whether a warning is a problem
   * @param isJson whether it speaks to a program
   */
  ConfigCheck(Terminal terminal, boolean isStrict, boolean isJson) {
    this.terminal = terminal;
    this.isStrict = isStrict;
    this.isJson = isJson;
  }

  /** The exit code. */
  int check(ConfigReader reader) {
    Result result = read(reader);
    tell(result, new JsonObject());
    return result.file() == null ? Terminal.WRONG : Terminal.DONE;
  }

  /**
   * What was found.
   *
   * @param name of the configuration
   * @param file null where something is wrong
   * @param problems what is wrong; warnings where these are problems
   * @param warnings what is seldom meant
   */
  record Result(
      String name, @Nullable ConfigFile file, List<Problem> problems, List<Problem> warnings) {
    private JsonObject json() {
      return new JsonObject()
          .put("configuration", name)
          .put("ok", file != null)
          .put("problems", ConfigCheck.json(problems))
          .put("warnings", ConfigCheck.json(warnings));
    }
  }

  /** Reads and looks; tells nothing. */
  Result read(ConfigReader reader) {
    try {
      ConfigFile file = reader.read();
      List<Problem> warnings = warnings(file.config()).stream().map(file::located).toList();
      return isStrict && !warnings.isEmpty()
          ? new Result(file.name(), null, warnings, List.of())
          : new Result(file.name(), file, List.of(), warnings);
    } catch (ConfigException wrong) {
      return new Result(nameOf(reader), null, wrong.problems(), List.of());
    }
  }

  private static List<Problem> warnings(BridgeConfig config) {
    List<Problem> warnings = new ArrayList<>(ConfigWarnings.of(config));
    MemoryNeeds.shortage(config, Runtime.getRuntime().maxMemory())
        .map(told -> told + " (this heap is the one of the check, which may run elsewhere)")
        .ifPresent(told -> warnings.add(new Problem(null, "/limits", told)));
    return warnings;
  }

  private static String nameOf(ConfigReader reader) {
    List<String> files = reader.files().stream().map(String::valueOf).toList();
    if (!files.isEmpty()) {
      return String.join(", ", files);
    }
    String whole = reader.environment().getOrDefault(ConfigReader.WHOLE, "");
    return whole.isBlank() ? reader.builtIn().name() : "variable " + ConfigReader.WHOLE;
  }

  /**
   * Tells what was found.
   *
   * @param more for programs alone
   */
  void tell(Result result, JsonObject more) {
    if (isJson) {
      terminal.out().println(result.json().mergeIn(more).encodePrettily());
      return;
    }
    result.problems().forEach(terminal.err()::println);
    for (Problem warning : result.warnings()) {
      terminal
          .out()
          .println(new Problem(warning.source(), "warning: " + warning.place(), warning.message()));
    }
    if (result.file() != null) {
      terminal.out().println(result.name() + ": ok");
    }
  }

  private static JsonArray json(List<Problem> problems) {
    JsonArray all = new JsonArray();
    problems.forEach(
        problem ->
            all.add(
                new JsonObject()
                    .put("source", problem.source())
                    .put("place", problem.place())
                    .put("message", problem.message())));
    return all;
  }
}
