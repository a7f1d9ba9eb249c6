package dev.ssebridge.internal.app;

import dev.ssebridge.internal.access.AccessLine;
import dev.ssebridge.internal.socket.PeerFailures;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Lets a limited number of records of one kind pass in a while, and counts the others: what a
 * client can cause as often as it likes must not fill the disk. Records are of one kind if they are
 * of one logger, one level and one class of exception. What Netty says of {@linkplain PeerFailures
 * failures that peers cause} on their connections is left out altogether. The access log, which is
 * there because somebody wants all of it, passes. Any thread; none waits for another.
 */
public final class LogLimit implements Filter {
  static final int MOST = 100;
  static final long WINDOW_MILLIS = 10_000;

  /** Of more, those that come late share one limit. */
  static final int MOST_KINDS = 500;

  /** Where Netty tells what listeners and handlers of a connection throw, and what it brought. */
  private static final Set<String> OF_CONNECTIONS =
      Set.of("io.netty.util.concurrent.DefaultPromise", "io.netty.channel.DefaultChannelPipeline");

  /** Where Netty tells what a handler throws that is handed a failure. */
  private static final String OF_HANDLERS = "io.netty.channel.AbstractChannelHandlerContext";

  /** Where Netty tells that a connection was accepted and cannot be served. */
  private static final String OF_ACCEPTED = "io.netty.bootstrap.ServerBootstrap";

  private static final Kind OTHER = new Kind("", Level.OFF, "");

  private final LongSupplier clock;
  private final ConcurrentMap<Kind, Window> windows = new ConcurrentHashMap<>();

  private record Kind(@Nullable String logger, Level level, String thrown) {}

  /** Called by the JDK, which finds the class by its name. */
  public LogLimit() {
    this(() -> System.nanoTime() / 1_000_000);
  }

  /**
   * @param clock milliseconds
   */
  LogLimit(LongSupplier clock) {
    this.clock = clock;
  }

  @Override
  public boolean isLoggable(LogRecord entry) {
    if (AccessLine.LOGGER.equals(entry.getLoggerName())) {
      return true;
    }
    Throwable thrown = entry.getThrown();
    if ((isOfAConnection(entry) || isOfVertx(entry)) && PeerFailures.caused(thrown)) {
      return false;
    }
    if (OF_ACCEPTED.equals(entry.getLoggerName()) && PeerFailures.cameTooLate(thrown)) {
      return false;
    }
    String type = thrown == null ? "" : thrown.getClass().getName();
    long now = clock.getAsLong();
    Window window = windowOf(new Kind(entry.getLoggerName(), entry.getLevel(), type), now);
    long leftOut = window.renew(now);
    if (leftOut > 0) {
      entry.setMessage(entry.getMessage() + " (" + leftOut + " others were left out)");
    }
    return window.pass();
  }

  /** Others may say what is wrong here: a selector that fails does so with an IOException, too. */
  private static boolean isOfAConnection(LogRecord entry) {
    String logger = entry.getLoggerName();
    return logger != null && OF_CONNECTIONS.contains(logger);
  }

  /** Handlers of others may fail as well, whatever they were handed. */
  private static boolean isOfVertx(LogRecord entry) {
    return OF_HANDLERS.equals(entry.getLoggerName())
        && PeerFailures.toldOfVertx(entry.getMessage());
  }

  private Window windowOf(Kind kind, long now) {
    Window present = windows.get(kind);
    if (present != null) {
      return present;
    }
    if (windows.size() >= MOST_KINDS) {
      windows.values().removeIf(window -> window.isOver(now));
    }
    Kind counted = windows.size() >= MOST_KINDS ? OTHER : kind;
    return windows.computeIfAbsent(counted, k -> new Window(now));
  }

  /** What passed since it began; several threads at its bounds may be counted a few off. */
  private static final class Window {
    private final AtomicLong begun;
    private final AtomicInteger passed = new AtomicInteger();
    private final AtomicLong leftOut = new AtomicLong();

    Window(long begun) {
      this.begun = new AtomicLong(begun);
    }

    boolean isOver(long now) {
      return now - begun.get() >= WINDOW_MILLIS;
    }

    /** Begins again if it is over; returns how many were left out in that case. */
    long renew(long now) {
      long before = begun.get();
      if (now - before < WINDOW_MILLIS || !begun.compareAndSet(before, now)) {
        return 0;
      }
      passed.set(0);
      return leftOut.getAndSet(0);
    }

    boolean pass() {
      if (passed.get() < MOST && passed.incrementAndGet() <= MOST) {
        return true;
      }
      leftOut.incrementAndGet();
      return false;
    }
  }
}
