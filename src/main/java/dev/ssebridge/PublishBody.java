package dev.ssebridge;

/** What a body that is posted becomes for the consumers of its address. */
public enum PublishBody {
  /** What its media type says: JSON becomes what it says, anything else a String. */
  AUTO,
  /** A String. */
  TEXT,
  /** What the JSON says; other media types are refused. */
  JSON,
  /** A Buffer; any media type may be sent. */
  BUFFER
}
