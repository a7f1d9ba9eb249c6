package dev.ssebridge.internal.bus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one consumer of each address, shared by all channels that want it: a message is copied and
 * dispatched once, not once per browser. Any thread.
 */
final class AddressConsumers {
  /** So many listeners get a message before others get their turn on the loop. */
  private static final int SLICE = 256;

  /**
   * So many messages of an address may wait for slices. Whoever brings one more first does the work
   * of the oldest: a busy loop is the only thing that holds back a publisher on the event bus.
   */
  static final int WAITING = 256;

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
    feed.add(listener);
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
      feed.fence(task);
    }
  }

  private synchronized void detach(Feed feed, Listener listener) {
    feed.remove(listener);
    if (feed.isUnused() && feeds.remove(feed.address, feed)) {
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

    /** As {@link AddressConsumers#fence}. */
    void fence(Runnable task) {
      feed.fence(task);
    }

    /**
     * No message is delivered to the listener any more, once those that have arrived were handed
     * on.
     */
    void close() {
      detach(feed, listener);
    }
  }

  private final class Feed {
    private final String address;
    private final Loops.OnLoop onLoop;
    private final Promise<Void> ready = Promise.promise();

    // any thread, guarded by the set
    private final Set<Listener> listeners = new LinkedHashSet<>();
    private Listener @Nullable [] known;

    // only the loop
    private final Deque<Step> steps = new ArrayDeque<>();
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

    void add(Listener listener) {
      synchronized (listeners) {
        listeners.add(listener);
        known = null;
      }
    }

    void remove(Listener listener) {
      synchronized (listeners) {
        listeners.remove(listener);
        known = null;
      }
    }

    boolean isUnused() {
      synchronized (listeners) {
        return listeners.isEmpty();
      }
    }

    /** Whoever listens now, copied once for all messages until that changes. */
    private Listener[] listenersNow() {
      synchronized (listeners) {
        Listener[] now = known;
        if (now == null) {
          now = listeners.toArray(new Listener[0]);
          known = now;
        }
        return now;
      }
    }

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
      take(new Delivery(address, listenersNow(), message));
    }

    void fence(Runnable task) {
      onLoop
          .loop()
          .execute(
              () ->
                  take(
                      () -> {
                        task.run();
                        return true;
                      }));
    }

    /** Does it at once, but behind what is not yet done: messages keep their order. */
    private void take(Step step) {
      if (!steps.isEmpty()) {
        steps.add(step);
        if (steps.size() > WAITING) {
          finishOldest();
        }
      } else if (!step.proceed()) {
        steps.add(step);
        onLoop.loop().executeAfterOthers(this::goOn);
      }
    }

    private void finishOldest() {
      int waiting = steps.size();
      while (steps.size() == waiting) {
        proceed();
      }
    }

    private void proceed() {
      Step step = steps.element();
      try {
        if (step.proceed()) {
          steps.remove();
        }
      } catch (RuntimeException | Error e) {
        steps.remove();
        LOG.log(Level.ERROR, "address " + address + ": a task failed", e);
      }
    }

    private void goOn() {
      proceed();
      if (!steps.isEmpty()) {
        onLoop.loop().executeAfterOthers(this::goOn);
      }
    }
  }

  /** What is done slice by slice. */
  private interface Step {
    /** Does a slice more, and says whether it was the last. */
    boolean proceed();
  }

  /** One message on its way to all who listened when it arrived. */
  private static final class Delivery implements Step {
    private final String address;
    private final Listener[] listeners;
    private final Message<?> message;
    private int next;

    Delivery(String address, Listener[] listeners, Message<?> message) {
      this.address = address;
      this.listeners = listeners;
      this.message = message;
    }

    /** An exception ends neither the consumer nor the turn of the other listeners. */
    @Override
    public boolean proceed() {
      int end = Math.min(listeners.length, next + SLICE);
      while (next < end) {
        try {
          listeners[next++].onMessage(message);
        } catch (RuntimeException | Error e) {
          LOG.log(Level.ERROR, "address " + address + ": a message was lost", e);
        }
      }
      return next == listeners.length;
    }
  }
}
