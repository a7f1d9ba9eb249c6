package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.config.ConfigReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which configuration a command is for: the same for all that read one. */
final class ConfigChoice {
  private static final String BUILT_IN = "conf/bridge.json";

  @Parameters(
      paramLabel = "FILE",
      arity = "0..*",
      description = {
        "Configuration, JSON (with comments) or YAML (.yaml, .yml). Several are merged in their"
            + " order. Without any: the variable SSE_BRIDGE_CONFIG, or else the demo."
      })
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "Sets one key, over files and environment: --set http.port=9000. Any number of times."
      })
  private List<String> settings = new ArrayList<>();

  /** A reader of it, which can be asked again. */
  ConfigReader reader(Map<String, String> environment) {
    return reader(files, environment);
  }

  /** The same for one of several files. */
  ConfigReader reader(List<Path> only, Map<String, String> environment) {
    return new ConfigReader(only, settings, environment, builtIn());
  }

  List<Path> files() {
    return files;
  }

  private static ConfigReader.BuiltIn builtIn() {
    return new ConfigReader.BuiltIn("built-in " + BUILT_IN, resource(BUILT_IN));
  }

  /** A text that is part of the program. */
  static String resource(String name) {
    try (InputStream in = ConfigChoice.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new FileNotFoundException("expected " + name + " on the class path");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
