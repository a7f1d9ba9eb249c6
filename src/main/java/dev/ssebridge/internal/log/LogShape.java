package dev.ssebridge.internal.log;

/**
 * What the entries of a log hold beside their frame.
 *
 * @param sources how many addresses feed the log
 * @param keyed whether each entry has a key to be conflated by
 * @param labelled whether each entry has a label, which says whom it is for
 */
public record LogShape(int sources, boolean keyed, boolean labelled) {

  /** Events of one address, without keys. */
  public static final LogShape PLAIN = new LogShape(1, false);

  /** Entries without labels. */
  public LogShape(int sources, boolean keyed) {
    this(sources, keyed, false);
  }

  /** Checks the number of addresses. */
  public LogShape {
    if (sources < 1 || sources > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "sources: expected 1.." + Short.MAX_VALUE + ", got " + sources);
    }
  }
}
