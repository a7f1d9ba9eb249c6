package dev.ssebridge.internal.http;

import dev.ssebridge.spi.CloseReason;

/** What the subscribe handlers of a bridge need to know of it, and tell it. */
interface StreamListener {

  /** The name of the bridge among bridges that follow each other. */
  String name();

  /** Tells who sent a request. */
  Remotes remotes();

  /** Whether no more streams are to be opened. */
  boolean isDraining();

  /** A stream has ended; on its loop. Must not throw. */
  void onClose(BridgeRequest request, String route, CloseReason reason);
}
