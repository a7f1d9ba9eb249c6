package dev.ssebridge.internal.tool;

import java.lang.System.Logger.Level;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Notices soon that nobody reads the standard output of the process any longer. The JVM tells this
 * only to a thread that writes; the epoll of Netty, which the program has on Linux, tells it at any
 * time. Elsewhere it is noticed with the next event. Looks on a thread of its own.
 */
final class ReaderWatch {
  private static final System.Logger LOG = System.getLogger(ReaderWatch.class.getName());
  private static final int STANDARD_OUTPUT = 1;
  private static final long EVERY_MILLIS = 250;

  private final CountDownLatch closed = new CountDownLatch(1);

  private ReaderWatch() {}

  /**
   * Begins to look.
   *
   * @param gone run once, on another thread, when the reader has gone
   */
  static ReaderWatch start(Runnable gone) {
    ReaderWatch watch = new ReaderWatch();
    Thread thread = new Thread(() -> watch.look(gone), "reader-watch");
    thread.setDaemon(true);
    thread.start();
    return watch;
  }

  private void look(Runnable gone) {
    try (Output output = Output.open()) {
      while (!closed.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        if (output.isBroken()) {
          gone.run();
          return;
        }
      }
    } catch (InvocationTargetException refused) { // a file, say
      LOG.log(Level.DEBUG, "the standard output is not watched", refused.getCause());
    } catch (ReflectiveOperationException | RuntimeException | LinkageError none) {
      LOG.log(Level.DEBUG, "the standard output is not watched", none);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks no more. */
  void close() {
    closed.countDown();
  }

  /** The standard output, as epoll sees it. No class of it is named: only the fat jar has them. */
  private static final class Output implements AutoCloseable {
    private final Object epoll;
    private final Object events;
    private final Method wait;

    private Output(Object epoll, Object events, Method wait) {
      this.epoll = epoll;
      this.events = events;
      this.wait = wait;
    }

    static Output open() throws ReflectiveOperationException {
      Class<?> calls = Class.forName("io.netty.channel.epoll.Native");
      Class<?> array = Class.forName("io.netty.channel.epoll.EpollEventArray");
      Constructor<?> events = array.getDeclaredConstructor(int.class);
      events.setAccessible(true);
      Object epoll = calls.getMethod("newEpollCreate").invoke(null);
      int number = (int) epoll.getClass().getMethod("intValue").invoke(epoll);
      // Without any events of its own, errors and the end are told.
      calls
          .getMethod("epollCtlAdd", int.class, int.class, int.class)
          .invoke(null, number, STANDARD_OUTPUT, 0);
      return new Output(
          epoll, events.newInstance(1), calls.getMethod("epollBusyWait", epoll.getClass(), array));
    }

    boolean isBroken() throws ReflectiveOperationException {
      return (int) wait.invoke(null, epoll, events) > 0;
    }

    @Override
    public void close() throws ReflectiveOperationException {
      epoll.getClass().getMethod("close").invoke(epoll);
    }
  }
}
