package dev.ssebridge.internal.config;

import dev.ssebridge.GapMode;
import dev.ssebridge.client.DeliveryMode;
import dev.ssebridge.client.EventSourceOptions.Refused;
import dev.ssebridge.client.SourceOptions;
import java.time.Duration;

/**
 * What a source does about a server that refuses, and whom it tells that it is down.
 *
 * @param answer what becomes of the source
 * @param maxRetry what the wait grows to while the server refuses
 * @param outages whether the routes of its address are told that it is down, and that it is back
 */
public record SourceRefusal(Refused answer, Duration maxRetry, GapMode outages) {

  static SourceRefusal of(SourceOptions options) {
    GapMode outages = options.getOutages();
    return new SourceRefusal(
        options.getRefused(),
        options.getMaxRefusedRetry(),
        outages != null
            ? outages
            : options.getDeliver() == DeliveryMode.PUBLISH ? GapMode.EVENT : GapMode.SILENT);
  }
}
