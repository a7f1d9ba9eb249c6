package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.LimitsConfig;
import dev.ssebridge.internal.config.RouteConfig;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a bridge may need of the heap at the most: its history, its channels, and everything else.
 */
public final class MemoryNeeds {
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
    String shortage = shortage(heap);
    if (shortage == null) {
      return retained;
    }
    if (room(heap) < least()) {
      throw new IllegalArgumentException("limits: " + shortage);
    }
    LOG.log(Level.WARNING, shortage);
    return room(heap);
  }

  /** For history. A collector needs some room, or it does nothing but collect. */
  private long room(long heap) {
    return heap - heap / 8 - REST_BYTES - waiting - bodiesIn(heap) - ofChannels() - others;
  }

  private long least() {
    return Math.min(retained, LEAST_BYTES);
  }

  /**
   * What is to be said of a heap that is too small; null where it is not.
   *
   * @param heap the most that the heap may grow to, in bytes
   */
  @Nullable String shortage(long heap) {
    long room = room(heap);
    if (retained <= room) {
      return null;
    }
    if (room < least()) {
      return "expected a heap with room for "
          + described(heap)
          + ", got one of "
          + inMib(heap)
          + " MiB; give the JVM at least -Xmx"
          + inMib(heapFor(least()))
          + "m, or lower limits.channels of the routes";
    }
    return "the heap of "
        + inMib(heap)
        + " MiB has no room for "
        + described(heap)
        + ": no more history is kept than "
        + inMib(room)
        + " MiB; give the JVM -Xmx"
        + inMib(heapFor(retained))
        + "m, or lower a limit";
  }

  /**
   * What a bridge that is alone in its Vert.x would say of this heap at its start.
   *
   * @param heap the most that the heap may grow to, in bytes
   */
  public static Optional<String> shortage(BridgeConfig config, long heap) {
    return Optional.ofNullable(
        new MemoryNeeds(config.limits(), config.routes().values(), 0).shortage(heap));
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
