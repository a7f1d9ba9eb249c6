package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.config.LimitsConfig;
import dev.ssebridge.internal.config.RouteConfig;
import java.lang.System.Logger.Level;
import java.util.Collection;

/**
 * What a bridge may need of the heap at the most: its history, its channels, and everything else.
 */
final class MemoryNeeds {
  /** What a channel takes that holds no history, in bytes; about 2 KB were measured. */
  static final long CHANNEL_BYTES = 3 * 1024;

  private static final System.Logger LOG = System.getLogger(MemoryNeeds.class.getName());
  private static final long MIB = 1 << 20;

  /** The program itself, its buffers, and some subscribers. */
  private static final long REST_BYTES = 24 * MIB;

  /** No history is kept where there is room for less. */
  private static final long LEAST_BYTES = MIB;

  private final long retained;
  private final long waiting;
  private final long bodies;
  private final long channels;
  private final long others;

  /**
   * @param others bytes that other bridges of this Vert.x were promised
   */
  MemoryNeeds(LimitsConfig limits, Collection<RouteConfig> routes, long others) {
    this.others = others;
    this.retained = limits.retained();
    this.waiting = limits.waiting().bytes();
    this.bodies = limits.bodies();
    this.channels = routes.stream().mapToLong(MemoryNeeds::channelsOf).sum();
  }

  private static long channelsOf(RouteConfig route) {
    if (route.gone()) {
      return 0;
    }
    return route.isOfOneChannel() ? 1 : route.limits().channels();
  }

  /**
   * How much bodies may hold that are on their way: the limit, or of a small heap an eighth.
   *
   * @param heap the most that the heap may grow to, in bytes
   */
  long bodiesIn(long heap) {
    return Math.min(bodies, heap / 8);
  }

  /**
   * How much history may be kept: the limit, or with a warning what a heap of this size has room
   * for beside the channels and everything else.
   *
   * @param heap the most that the heap may grow to, in bytes
   * @throws IllegalArgumentException if it has no room for any
   */
  long retainedIn(long heap) {
    // A collector needs some room, or it does nothing but collect.
    long room = heap - heap / 8 - REST_BYTES - waiting - bodiesIn(heap) - ofChannels() - others;
    if (retained <= room) {
      return retained;
    }
    if (room < Math.min(retained, LEAST_BYTES)) {
      throw new IllegalArgumentException(
          "limits: expected a heap with room for "
              + described(heap)
              + ", got one of "
              + inMib(heap)
              + " MiB; give the JVM at least -Xmx"
              + inMib(heapFor(Math.min(retained, LEAST_BYTES)))
              + "m, or lower limits.channels of the routes");
    }
    LOG.log(
        Level.WARNING,
        "the heap of "
            + inMib(heap)
            + " MiB has no room for "
            + described(heap)
            + ": no more history is kept than "
            + inMib(room)
            + " MiB; give the JVM -Xmx"
            + inMib(heapFor(retained))
            + "m, or lower a limit");
    return room;
  }

  /** What the channels of one route take that hold no history. */
  static long ofChannels(RouteConfig route) {
    return channelsOf(route) * CHANNEL_BYTES;
  }

  /** What the channels take that hold no history. */
  long ofChannels() {
    return channels * CHANNEL_BYTES;
  }

  private String described(long heap) {
    return "limits.retained ("
        + inMib(retained)
        + " MiB), "
        + channels
        + " channels (limits.channels of the routes, "
        + CHANNEL_BYTES
        + " bytes each), limits.waiting ("
        + inMib(waiting)
        + " MiB), limits.bodies ("
        + inMib(bodiesIn(heap))
        + " MiB, an eighth of the heap at most), "
        + (others == 0 ? "" : "the other bridges of this Vert.x (" + inMib(others) + " MiB), ")
        + "and "
        + inMib(REST_BYTES)
        + " MiB for the rest";
  }

  private long heapFor(long history) {
    return (history + REST_BYTES + waiting + bodies + ofChannels() + others) / 7 * 8 + MIB;
  }

  private static long inMib(long bytes) {
    return (bytes + MIB - 1) / MIB;
  }
}
