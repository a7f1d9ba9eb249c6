package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.Gate;
import dev.ssebridge.internal.http.Remotes;
import dev.ssebridge.spi.CloseReason;

/** What the subscribe handlers of a bridge need to know of it, and tell it. */
public interface StreamListener {

  /** The name of the bridge among bridges that follow each other. */
  String name();

  /** Tells who sent a request. */
  Remotes remotes();

  /** What every stream and every message has to pass; shut when the bridge is closed. */
  Gate gate();

  /** A stream has ended; on its loop. Must not throw. */
  void onClose(BridgeRequest request, String route, CloseReason reason);
}
