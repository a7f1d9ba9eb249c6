package dev.ssebridge.client;

/** How the events of a source are handed over to the event bus. */
public enum DeliveryMode {
  /** To all consumers of the address. */
  PUBLISH,
  /** To one consumer of the address, in turn. */
  SEND,
  /** To one consumer in turn, which must reply before the next event follows. */
  REQUEST
}
