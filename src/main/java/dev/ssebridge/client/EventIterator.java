package dev.ssebridge.client;

import dev.ssebridge.format.ServerSentEvent;
import java.util.Iterator;

/**
 * The events of an {@link EventSource} for a thread that may wait: one of your own, a virtual
 * thread, a worker of Vert.x. On an event loop {@link #hasNext} and {@link #next} throw an {@link
 * IllegalStateException}.
 *
 * <p>At most eight events are fetched ahead; beyond them nothing is read from the socket until
 * {@link #next} is called. So the position of what was handled is the {@link ServerSentEvent#id} of
 * the event, while {@link EventSource#lastEventId} may be ahead of it.
 *
 * <p>A worker verticle cannot be undeployed while its own thread waits here, since Vert.x calls its
 * {@code stop} on that thread; close the iterator or the source before, or wait within {@code
 * executeBlocking} of a verticle on an event loop, or on a virtual thread.
 *
 * <p>One thread at a time may use it. It is closed from any thread.
 */
public interface EventIterator extends Iterator<ServerSentEvent>, AutoCloseable {

  /**
   * Waits for the next event or the end. A wait that is interrupted ends the iteration: the source
   * is closed, the thread stays interrupted, and an {@link EventSourceException} is thrown whose
   * cause is the {@link InterruptedException}.
   *
   * @return whether there is an event; false where the source has ended, or this was closed
   * @throws EventSourceException with what went wrong, if the source has ended because of a
   *     failure; after the events that came before
   * @throws IllegalStateException on an event loop; on the worker context that the source was
   *     connected on, since that has to go on meanwhile; if another thread is waiting
   */
  @Override
  boolean hasNext();

  /**
   * The next event; waits as {@link #hasNext} does.
   *
   * @throws java.util.NoSuchElementException if the source has ended, or this was closed
   */
  @Override
  ServerSentEvent next();

  /** Closes the source and drops what was fetched ahead. Does not wait; idempotent. */
  @Override
  void close();
}
