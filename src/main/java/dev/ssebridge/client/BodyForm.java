package dev.ssebridge.client;

/** What the data of an event becomes on the event bus. */
public enum BodyForm {
  /** A String. */
  TEXT,
  /** What the JSON text says: a JsonObject, a JsonArray, a String, a number and so on. */
  JSON,
  /** A Buffer of its UTF-8 bytes. */
  BUFFER
}
