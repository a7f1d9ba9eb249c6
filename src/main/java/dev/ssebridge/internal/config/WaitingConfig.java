package dev.ssebridge.internal.config;

import dev.ssebridge.WaitingOptions;

/**
 * What may wait between the event bus and the logs, over all event loops.
 *
 * @param events messages
 * @param bytes about what they take of memory
 */
public record WaitingConfig(int events, long bytes) {
  static WaitingConfig of(WaitingOptions options) {
    return new WaitingConfig(options.getEvents(), options.getBytes());
  }
}
