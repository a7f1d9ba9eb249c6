package dev.ssebridge.internal.app;

import dev.ssebridge.ConfigException;
import dev.ssebridge.ConfigException.Problem;
import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.internal.config.ConfigReader;
import dev.ssebridge.internal.config.ConfigWarnings;
import dev.ssebridge.internal.tool.Terminal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says of configurations what is wrong with them. */
final class ConfigCheck {
  private final Terminal terminal;
  private final boolean isStrict;
  private final boolean isJson;

  private JsonObject told = new JsonObject();

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
    return read(reader) == null ? Terminal.WRONG : Terminal.DONE;
  }

  /** The configuration, or null where something is wrong; either has been told. */
  @Nullable ConfigFile read(ConfigReader reader) {
    try {
      ConfigFile file = reader.read();
      List<Problem> warnings =
          ConfigWarnings.of(file.config()).stream().map(file::located).toList();
      boolean isFine = warnings.isEmpty() || !isStrict;
      tell(file.name(), isFine, isFine ? List.of() : warnings, isFine ? warnings : List.of());
      return isFine ? file : null;
    } catch (ConfigException wrong) {
      tell(nameOf(reader), false, wrong.problems(), List.of());
      return null;
    }
  }

  private static String nameOf(ConfigReader reader) {
    List<String> files = reader.files().stream().map(String::valueOf).toList();
    if (!files.isEmpty()) {
      return String.join(", ", files);
    }
    String whole = reader.environment().getOrDefault(ConfigReader.WHOLE, "");
    return whole.isBlank() ? reader.builtIn().name() : "variable " + ConfigReader.WHOLE;
  }

  /** Adds to what a program is told. */
  void tell(JsonObject more) {
    terminal.out().println(told.mergeIn(more).encodePrettily());
  }

  private void tell(String name, boolean isFine, List<Problem> problems, List<Problem> warnings) {
    told =
        new JsonObject()
            .put("configuration", name)
            .put("ok", isFine)
            .put("problems", json(problems))
            .put("warnings", json(warnings));
    if (isJson) {
      if (!isFine) {
        tell(new JsonObject());
      }
      return;
    }
    problems.forEach(terminal.err()::println);
    for (Problem warning : warnings) {
      terminal
          .out()
          .println(new Problem(warning.source(), "warning: " + warning.place(), warning.message()));
    }
    if (isFine) {
      terminal.out().println(name + ": ok");
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
