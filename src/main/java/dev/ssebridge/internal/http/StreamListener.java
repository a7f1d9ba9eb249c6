package dev.ssebridge.internal.http;

import dev.ssebridge.spi.CloseReason;
import io.vertx.ext.web.RoutingContext;

/** What the subscribe handlers of a bridge need to know of it, and tell it. */
interface StreamListener {

  /** Whether no more streams are to be opened. */
  boolean isDraining();

  /** A stream has ended; on its loop. Must not throw. */
  void onClose(RoutingContext context, String route, CloseReason reason);
}
