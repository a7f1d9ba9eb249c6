package dev.ssebridge.internal.config;

/**
 * Where a value of a configuration was written.
 *
 * @param source a file, a variable or an option
 * @param line from 1; 0 where the source has no lines
 * @param column from 1; 0 where the source has no lines
 */
record Origin(String source, int line, int column) {
  static Origin of(String source) {
    return new Origin(source, 0, 0);
  }

  /** For example {@code conf/bridge.json:3:5}. */
  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line + ":" + column;
  }
}
