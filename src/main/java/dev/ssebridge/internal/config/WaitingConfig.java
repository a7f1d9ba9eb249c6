package dev.ssebridge.internal.config;

/**
 * What may wait between the event bus and the logs, over all event loops.
 *
 * @param events messages
 * @param bytes about what they take of memory
 */
public record WaitingConfig(int events, long bytes) {
  private static final int MOST_EVENTS = 100_000_000;

  static WaitingConfig read(ConfigObject in) {
    WaitingConfig config =
        new WaitingConfig(
            in.get("events", ValueType.integer(1, MOST_EVENTS), 50_000),
            in.get("bytes", ValueType.size(1), "16MiB"));
    in.end();
    return config;
  }
}
