package dev.ssebridge.internal.app;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the bridge is run: the options of {@code run}, which the program takes without it, too. */
final class RunChoice {
  private static final int MOST_INSTANCES = 1024;

  @Mixin private ConfigChoice config = new ConfigChoice();

  @Option(
      names = "--instances",
      paramLabel = "N",
      description = "Event loops that serve HTTP, 1..1024 (default: one for each processor).")
  private int instances = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--print-address",
      description = {
        "Prints http://HOST:PORT to the standard output once it listens, for scripts with port 0."
      })
  private boolean printAddress;

  ConfigChoice config() {
    return config;
  }

  /**
   * How many event loops serve.
   *
   * @throws WrongUsageException if it is no number of them
   */
  int instances() {
    if (instances < 1 || instances > MOST_INSTANCES) {
      throw new WrongUsageException(
          "--instances: expected 1.." + MOST_INSTANCES + ", got " + instances);
    }
    return instances;
  }

  boolean printsAddress() {
    return printAddress;
  }
}
