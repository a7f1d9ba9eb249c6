package dev.ssebridge.internal.config;

import dev.ssebridge.ConfigException;
import dev.ssebridge.ConfigException.Problem;
import dev.ssebridge.SseBridgeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A configuration that was read.
 *
 * @param name what it was read from
 * @param options what it says
 * @param config the same, checked as a whole
 * @param files that were read
 * @param tree what it says, as it was written, and where
 */
public record ConfigFile(
    String name, SseBridgeOptions options, BridgeConfig config, Set<Path> files, ConfigTree tree) {

  /**
   * Reads a file. Blocks while it does.
   *
   * @throws ConfigException if it cannot be read, is not JSON or YAML, or anything in it is wrong
   *     or refers to what is not there
   */
  public static ConfigFile read(Path file) {
    return ConfigReader.of(file).read();
  }

  /**
   * Reads a text. Blocks while it looks for the files that it refers to.
   *
   * @param name how problems shall call it; the end of it says whether it is YAML
   * @throws ConfigException if it is not JSON or YAML, or anything in it is wrong or refers to what
   *     is not there
   */
  public static ConfigFile parse(String name, String text) {
    return new ConfigReader(List.of(), List.of(), Map.of(), new ConfigReader.BuiltIn(name, text))
        .read();
  }

  /** The same with the place where it is written. */
  public Problem located(Problem problem) {
    return new Problem(
        tree.origins().sourceOf(problem.place()),
        problem.place(),
        tree.origins().withoutSecrets(problem.message()));
  }

  /** What came from files into it and is never printed, in all the forms in which it may come. */
  public List<String> hidden() {
    return tree.origins().hidden();
  }
}
