package dev.ssebridge.internal.log;

/**
 * What the entries of a log hold beside their frame.
 *
 * @param sources how many addresses feed the log
 * @param keyed whether each entry has a key to be conflated by
 */
public record LogShape(int sources, boolean keyed) {

  /** Events of one address, without keys. */
  public static final LogShape PLAIN = new LogShape(1, false);

  /** Checks the number of addresses. */
  public LogShape {
    if (sources < 1 || sources > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "sources: expected 1.." + Short.MAX_VALUE + ", got " + sources);
    }
  }
}
