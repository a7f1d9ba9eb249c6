package dev.ssebridge;

/** How the program writes its log. */
public enum LogFormat {
  /** For people: time, level, logger and message. */
  TEXT,
  /** For machines: one JSON object a line, with the names of the Elastic Common Schema. */
  JSON
}
