package dev.ssebridge.internal.fanout;

/**
 * What became of the stretch of the log that a subscriber covered. The promise: {@code delivered +
 * merged + filtered + missed = to - from}.
 *
 * @param from the sequence after which it began
 * @param to the sequence it came to
 * @param delivered events written to it
 * @param merged events left out because a newer one of their key followed
 * @param filtered events of addresses that it did not ask for
 * @param missed events in the gaps that it was told of, and places in the gaps that stand for an
 *     unknown number
 */
public record Account(long from, long to, long delivered, long merged, long filtered, long missed) {

  /** Whether nothing is unaccounted for. */
  public boolean isBalanced() {
    return delivered + merged + filtered + missed == to - from;
  }
}
