package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.bus.Hub;

/**
 * How fast messages may be published on an address: as fast as they reach the logs that it feeds.
 * Any thread; tasks are run on any.
 *
 * @param hub where they wait
 * @param address on the event bus
 */
record Pace(Hub hub, String address) {

  /** Whether so much waits that the next message shall, too. */
  boolean isBusy() {
    return hub.isBusy(address);
  }

  /** Runs a task when that is no longer so. */
  void whenQuiet(Runnable task) {
    hub.whenQuiet(address, task);
  }

  /** Runs a task once whatever was published before has reached the logs. */
  void whenAppended(Runnable task) {
    hub.fence(address).accept(task);
  }
}
