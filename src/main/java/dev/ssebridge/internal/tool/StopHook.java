package dev.ssebridge.internal.tool;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ends a command in good order when the process is told to end (SIGINT, SIGTERM). */
final class StopHook {
  /** The reader of the output may be stuck; the process ends nevertheless. */
  private static final long PATIENCE_SECONDS = 3;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread;

  private StopHook(Runnable leave) {
    this.thread =
        new Thread(
            () -> {
              leave.run();
              try {
                boolean inTime = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (!inTime) {
                  System.getLogger(StopHook.class.getName())
                      .log(System.Logger.Level.DEBUG, "the command has not ended in time");
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "stop");
  }

  /**
   * From now on.
   *
   * @param leave makes the command end soon; called on a thread of its own
   */
  static StopHook install(Runnable leave) {
    StopHook hook = new StopHook(leave);
    try {
      Runtime.getRuntime().addShutdownHook(hook.thread);
    } catch (IllegalStateException ending) {
      leave.run(); // told to end before it began
    }
    return hook;
  }

  /** The command has ended. */
  void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException ending) {
      // The process is ending, and the hook is what has ended the command.
    }
  }
}
