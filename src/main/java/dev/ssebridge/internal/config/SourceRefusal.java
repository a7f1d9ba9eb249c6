package dev.ssebridge.internal.config;

import java.time.Duration;

/**
 * What a source does about a server that refuses, and whom it tells that it is down.
 *
 * @param answer what becomes of the source
 * @param maxRetry what the wait grows to while the server refuses
 * @param outages whether the routes of its address are told that it is down, and that it is back
 */
public record SourceRefusal(Answer answer, Duration maxRetry, GapMode outages) {

  /** What becomes of a source whose server refuses. */
  public enum Answer {
    /** It is tried again, slowly. */
    RETRY,
    /** It stops for good. */
    STOP
  }

  /**
   * @param mode where each event is for one consumer, that one expects nothing else
   */
  static SourceRefusal read(ConfigObject in, SourceDelivery.Mode mode) {
    return new SourceRefusal(
        in.get("refused", ValueType.oneOf(Answer.class), "retry"),
        in.get("maxRefusedRetry", ValueType.duration(Duration.ZERO), "5m"),
        in.get(
            "outages",
            ValueType.oneOf(GapMode.class),
            mode == SourceDelivery.Mode.PUBLISH ? "event" : "silent"));
  }
}
