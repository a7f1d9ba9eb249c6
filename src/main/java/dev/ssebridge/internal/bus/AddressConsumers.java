package dev.ssebridge.internal.bus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The one consumer of each address, shared by all channels that want it: a message is copied and
 * dispatched once, not once per browser. Any thread.
 */
final class AddressConsumers {
  private static final System.Logger LOG = System.getLogger(AddressConsumers.class.getName());

  private final Vertx vertx;
  private final DropWarnings warnings;
  private final Map<String, Feed> feeds = new HashMap<>();

  AddressConsumers(Vertx vertx, DropWarnings warnings) {
    this.vertx = vertx;
    this.warnings = warnings;
  }

  /** Gets the messages of an address, in order, on the loop of the address. Must not block. */
  interface Listener {
    void onMessage(Message<?> message);
  }

  /**
   * Listens to an address.
   *
   * @param preferred the loop to consume on if nobody consumes this address yet
   */
  synchronized Attachment attach(String address, Loops.OnLoop preferred, Listener listener) {
    Feed feed = feeds.computeIfAbsent(address, a -> new Feed(a, preferred));
    feed.listeners.add(listener);
    return new Attachment(feed, listener);
  }

  /** The loop on which an address is consumed, or this one if nobody consumes it yet. */
  synchronized Loops.OnLoop loopOf(String address, Loops.OnLoop otherwise) {
    Feed feed = feeds.get(address);
    return feed == null ? otherwise : feed.onLoop;
  }

  /** How many addresses are consumed. */
  synchronized int size() {
    return feeds.size();
  }

  /** Runs the task on the address' loop, behind the messages that wait there; or at once. */
  void fence(String address, Runnable task) {
    Feed feed;
    synchronized (this) {
      feed = feeds.get(address);
    }
    if (feed == null) {
      task.run();
    } else {
      feed.onLoop.loop().execute(task);
    }
  }

  private synchronized void detach(Feed feed, Listener listener) {
    feed.listeners.remove(listener);
    if (feed.listeners.isEmpty() && feeds.remove(feed.address, feed)) {
      feed.close();
    }
  }

  /** One listener of one address. */
  final class Attachment {
    private final Feed feed;
    private final Listener listener;

    private Attachment(Feed feed, Listener listener) {
      this.feed = feed;
      this.listener = listener;
    }

    /** Completed once messages published anywhere arrive here. */
    Future<Void> ready() {
      return feed.ready.future();
    }

    /** No message is delivered to the listener any more, once the loop has turned. */
    void close() {
      detach(feed, listener);
    }
  }

  private final class Feed {
    private final String address;
    private final Loops.OnLoop onLoop;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Promise<Void> ready = Promise.promise();

    // only the loop
    private @Nullable MessageConsumer<Object> consumer;

    Feed(String address, Loops.OnLoop onLoop) {
      this.address = address;
      this.onLoop = onLoop;
      onLoop.context().runOnContext(v -> open());
    }

    private void open() {
      MessageConsumer<Object> opened = vertx.eventBus().consumer(address, this::onMessage);
      consumer = opened;
      opened.exceptionHandler(
          e -> LOG.log(Level.ERROR, "address " + address + ": the event bus reports", e));
      opened.completion().onComplete(ready);
    }

    void close() {
      onLoop.context().runOnContext(v -> unregister());
    }

    private void unregister() {
      MessageConsumer<Object> opened = consumer;
      if (opened != null) {
        opened
            .unregister()
            .onFailure(
                e -> LOG.log(Level.WARNING, "address " + address + ": unregistering failed", e));
      }
    }

    /** An exception ends neither the consumer nor the turn of the other listeners. */
    private void onMessage(Message<Object> message) {
      try {
        // Decoded here, once: the listeners hand it to several loops, and a message from the
        // cluster decodes itself when it is first asked, without a lock.
        message.headers();
        message.body();
      } catch (RuntimeException e) {
        warnings.dropped("address " + address + ": message dropped, it cannot be decoded", e);
        return;
      }
      for (Listener listener : listeners) {
        try {
          listener.onMessage(message);
        } catch (RuntimeException e) {
          LOG.log(Level.ERROR, "address " + address + ": a message was lost", e);
        }
      }
    }
  }
}
