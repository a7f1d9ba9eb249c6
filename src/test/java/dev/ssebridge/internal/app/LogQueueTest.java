package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log on its way to a stream that takes it, or does not. */
class LogQueueTest {
  private static final String PAD = "x".repeat(1000);

  private final Pipe pipe = new Pipe();

  /** What is written waits at the gate. */
  private static final class Pipe extends OutputStream {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean broken;

    @Override
    public void write(int b) {
      throw new AssertionError("a line at a time");
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (broken) {
        throw new IOException("broken pipe");
      }
      synchronized (written) {
        written.write(bytes, from, length);
      }
    }

    List<String> lines() {
      synchronized (written) {
        return written.toString(UTF_8).lines().toList();
      }
    }
  }

  private static final class Message extends Formatter {
    @Override
    public String format(LogRecord entry) {
      if (entry.getMessage().equals("fails")) {
        throw new IllegalStateException("as told");
      }
      return entry.getMessage() + "\n";
    }
  }

  /** Otherwise the JDK says on the standard error stream what fails here on purpose. */
  private static final class Silent extends ErrorManager {
    @Override
    public void error(String message, Exception e, int code) {}
  }

  private LogQueue queue(Duration endLimit) {
    LogQueue queue = new LogQueue(pipe, endLimit);
    queue.setFormatter(new Message());
    queue.setErrorManager(new Silent());
    return queue;
  }

  private static void log(LogQueue queue, String message) {
    queue.publish(new LogRecord(Level.INFO, message));
  }

  @Test
  void linesComeInTheirOrderAndAllOfThemBeforeTheEnd() {
    LogQueue queue = queue(Deadline.PATIENCE);
    for (int i = 0; i < 1000; i++) {
      log(queue, "m" + i);
    }
    queue.close();
    assertThat(pipe.lines()).hasSize(1000).startsWith("m0", "m1").endsWith("m999");
    assertThat(queue.leftOut()).isZero();
  }

  @Test
  void whoeverLogsDoesNotWaitForTheStreamAndWhatDoesNotFitIsCounted() {
    LogQueue queue = queue(Deadline.PATIENCE);
    pipe.gate = new CountDownLatch(1);
    int all = 2 * LogQueue.MOST_WAITING / PAD.length();
    for (int i = 0; i < all; i++) {
      log(queue, PAD); // returns
    }
    long leftOut = queue.leftOut();
    assertThat(leftOut).isBetween(all / 2L, all - 1L);
    pipe.gate.countDown();
    String told = leftOut + " lines were left out: nobody read the log";
    Deadline.await(() -> pipe.lines().contains(told), () -> told);
    log(queue, "after");
    queue.close();
    assertThat(pipe.lines()).hasSize((int) (all - leftOut) + 2).endsWith(PAD, told, "after");
    assertThat(queue.leftOut()).isEqualTo(leftOut);
  }

  @Test
  void aStreamThatTakesNothingHoldsTheEndForAWhileOnly() {
    LogQueue queue = queue(Duration.ofMillis(1));
    pipe.gate = new CountDownLatch(1);
    log(queue, "waits");
    queue.flush();
    queue.close();
    queue.close();
    log(queue, "late");
    assertThat(queue.leftOut()).isEqualTo(1);
    assertThat(pipe.lines()).isEmpty();
    pipe.gate.countDown();
  }

  @Test
  void whatIsFlushedIsWritten() {
    LogQueue queue = queue(Deadline.PATIENCE);
    log(queue, "one");
    queue.flush();
    assertThat(pipe.lines()).containsExactly("one");
    queue.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a stream that fails", "fails"})
  void whatCannotBeWrittenDisturbsNobody(String message) {
    LogQueue queue = queue(Deadline.PATIENCE);
    pipe.broken = true;
    log(queue, message);
    queue.flush();
    pipe.broken = false;
    log(queue, "next");
    queue.close();
    assertThat(pipe.lines()).containsExactly("next");
  }
}
