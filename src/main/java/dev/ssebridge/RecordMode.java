package dev.ssebridge;

/** Which nodes record the messages of a clustered event bus in a store that they share. */
public enum RecordMode {
  /** Each node what is published on it: a bridge is wanted on every node that publishes. */
  NODE,
  /** One node at a time what is published on all of them, for whom the others stand by. */
  LEASE
}
