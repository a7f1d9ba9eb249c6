package dev.ssebridge.internal.app;

import dev.ssebridge.SseBridge;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.internal.text.TimeText;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** What the log says of the life of the program, one line each: start, ready, drain and stop. */
final class LifeLines {
  private static final Logger LOG = Logger.getLogger(Program.class.getName());

  /** How often it is said how many streams are left. */
  static final Duration PROGRESS = Duration.ofSeconds(2);

  private static final int MOST_NAMES = 20;

  private final long begunNanos = System.nanoTime();

  private LifeLines() {}

  /** The program begins. */
  static LifeLines starting(ConfigFile file, String transport, int instances) {
    LOG.info(
        () ->
            "starting with "
                + file.name()
                + ", vertx-sse-bridge "
                + BridgeCommand.Version.number()
                + ", Java "
                + Runtime.version()
                + ", transport "
                + transport
                + ", "
                + counted(instances, "instance"));
    return new LifeLines();
  }

  /** Everything that the configuration names is there. */
  void ready(String address, BridgeConfig config) {
    LOG.info(
        () ->
            "ready on "
                + address
                + " after "
                + runningFor()
                + ": "
                + named(config.routes().keySet(), "route")
                + ", "
                + named(config.publish().keySet(), "publish rule")
                + ", "
                + named(config.sources().keySet(), "source"));
  }

  private static String named(Collection<String> names, String what) {
    String more = names.size() > MOST_NAMES ? ", ..." : "";
    return counted(names.size(), what)
        + (names.isEmpty()
            ? ""
            : names.stream().limit(MOST_NAMES).collect(Collectors.joining(", ", " (", more + ")")));
  }

  private static String counted(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  /**
   * Waits while streams end, and says now and then how many are left. Blocks.
   *
   * @param over how long they may take
   * @param open how many are left
   * @throws TimeoutException if they have not ended within the limit
   */
  void drain(Future<?> ended, Duration over, Duration limit, IntSupplier open)
      throws ExecutionException, TimeoutException {
    int all = open.getAsInt();
    LOG.info(
        () ->
            "draining: " + counted(all, "stream") + ", over " + TimeText.ofMillis(over.toMillis()));
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      long left = end - System.nanoTime();
      try {
        Program.await(ended, Duration.ofNanos(Math.max(0, Math.min(left, PROGRESS.toNanos()))));
        return;
      } catch (TimeoutException notYet) {
        if (left <= PROGRESS.toNanos()) {
          throw notYet;
        }
        LOG.info(() -> "draining: " + open.getAsInt() + " of " + counted(all, "stream") + " left");
      }
    }
  }

  /** The last line. */
  void stopped(SseBridge bridge) {
    JsonObject stats = bridge.stats();
    LOG.info(
        () ->
            "ran for "
                + runningFor()
                + ": "
                + counted(stats.getLong("appendedEvents", 0L), "event")
                + " in, "
                + stats.getLong("deliveredEvents", 0L)
                + " delivered, "
                + stats.getLong("missedEvents", 0L)
                + " missed; stopped");
  }

  private String runningFor() {
    return TimeText.ofMillis(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos));
  }
}
