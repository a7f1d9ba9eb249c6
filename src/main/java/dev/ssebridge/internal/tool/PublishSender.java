package dev.ssebridge.internal.tool;

import dev.ssebridge.internal.client.RetryAfter;
import dev.ssebridge.internal.text.TimeText;
import dev.ssebridge.internal.tool.PublishException.Fate;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * Posts until it is taken or refused. What a server will take later (429, 503) is sent again, and
 * so is what could not be sent because there was no connection. What may have been taken is sent
 * again only where the server asks for it, by the same name (504 of a bridge).
 */
final class PublishSender {
  private static final long FIRST_WAIT = 500;
  private static final long LONGEST_WAIT = 30_000;

  private final PublishClient client;
  private final int retries;
  private final long maxWait;
  private final PublishReport report;
  private boolean connected;

  /**
   * @param retries how often it is sent again
   * @param maxWait how long it waits in all, before something is given up
   */
  PublishSender(PublishClient client, int retries, Duration maxWait, PublishReport report) {
    this.client = client;
    this.retries = retries;
    this.maxWait = maxWait.toMillis();
    this.report = report;
  }

  /** What is to be sent, as long as it is not taken. */
  interface Outgoing {
    /** What is left of it. */
    Buffer bytes();

    /** The server has taken {@code messages} messages of it, which are not sent again. */
    default void taken(long messages) {}

    /** Whether all of it was taken. */
    default boolean isEmpty() {
      return false;
    }
  }

  /** Sends it; the answer is one that is final. */
  PublishAnswer send(Outgoing outgoing) throws PublishException, InterruptedException {
    int tries = 0;
    long waited = 0;
    String key = UUID.randomUUID().toString();
    while (true) {
      String why;
      long wait;
      try {
        PublishAnswer answer = client.post(outgoing.bytes(), key);
        connected = true;
        if (!answer.isForLater()) {
          return answer;
        }
        if (answer.published() > 0 && !answer.isUndecided()) {
          outgoing.taken(answer.published());
          key = UUID.randomUUID().toString(); // what is left is something else
          tries = 0;
          waited = 0;
        }
        if (outgoing.isEmpty()) {
          return answer;
        }
        why = answer.toString();
        wait = RetryAfter.millis(answer.retryAfter(), Instant.now());
      } catch (PublishException failed) {
        if (failed.fate() == Fate.UNKNOWN || !connected) {
          throw failed;
        }
        why = String.valueOf(failed.getMessage());
        wait = 0;
      }
      wait = wait > 0 ? wait : Math.min(LONGEST_WAIT, FIRST_WAIT << Math.min(tries, 10));
      if (tries == retries) {
        throw new PublishException(
            Fate.NOT_TAKEN, why + (retries == 0 ? "" : "; tried " + (tries + 1) + " times"));
      }
      if (waited + wait > maxWait) {
        throw new PublishException(
            Fate.NOT_TAKEN,
            why
                + "; the next try would be in "
                + TimeText.ofMillis(wait)
                + ", which is longer than --max-wait allows");
      }
      tries++;
      report.again(why, wait, tries, retries);
      Thread.sleep(wait);
      waited += wait;
    }
  }
}
