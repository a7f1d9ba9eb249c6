package dev.ssebridge.internal.http;

import dev.ssebridge.spi.CloseReason;

/** What the subscribe handlers of a bridge need to know of it, and tell it. */
interface StreamListener {

  /** The name of the bridge among bridges that follow each other. */
  String name();

  /** Tells who sent a request. */
  Remotes remotes();

  /** What every stream and every message has to pass; shut when the bridge is closed. */
  Gate gate();

  /** A stream has ended; on its loop. Must not throw. */
  void onClose(BridgeRequest request, String route, CloseReason reason);
}
