package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.impl.MessageImpl;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The one consumer of each address, shared by all channels that want it: a message is copied once,
 * and dispatched once to each loop that writes such channels. Any thread.
 */
final class AddressConsumers {
  /** How many listeners get a message before others get their turn on the loop. */
  private static final int SLICE = 256;

  private static final System.Logger LOG = System.getLogger(AddressConsumers.class.getName());

  private final Vertx vertx;
  private final DropWarnings warnings;

  /** Of what is published anywhere. Changed with the lock only. */
  private final ConcurrentMap<String, Feed> feeds = new ConcurrentHashMap<>();

  /** Of what is published on this node of a cluster. Changed with the lock only. */
  private final ConcurrentMap<String, Feed> localFeeds = new ConcurrentHashMap<>();

  AddressConsumers(Vertx vertx, DropWarnings warnings) {
    this.vertx = vertx;
    this.warnings = warnings;
  }

  /** Gets the messages of an address, in order, on its loop. Must not block. */
  interface Listener {
    /**
     * One message.
     *
     * @param posted whether it was posted to a bridge
     */
    void onMessage(Message<?> message, boolean posted);

    /** {@code count} messages were dropped, because they cannot be decoded. */
    void onUndecodable(long count);

    /** {@code count} messages that should have come now were dropped, because too many waited. */
    void onLost(long count);

    /** What is behind the history that the messages go to. Any thread. */
    default @Nullable StoredHistory stored() {
      return null;
    }
  }

  /** Tells publishers that can wait when to wait, because too much is queued. Any thread. */
  interface Busy {

    /** Runs a task when that is no longer so. */
    void whenQuiet(Runnable task);
  }

  /**
   * Listens to an address.
   *
   * @param local whether to nothing that other nodes of a cluster publish
   * @param onLoop the loop that the listener is called on
   */
  synchronized Attachment attach(
      String address, boolean local, Loops.OnLoop onLoop, Listener listener) {
    boolean only = local && vertx.isClustered();
    ConcurrentMap<String, Feed> all = only ? localFeeds : feeds;
    Feed known = all.get(address);
    Feed feed = known == null ? new Feed(address, only, onLoop) : known;
    feed.add(onLoop, listener);
    if (known == null) {
      all.put(address, feed);
      feed.open();
    }
    return new Attachment(feed, onLoop, listener);
  }

  /**
   * Hands over a message that is being published here to those who listen to nothing else. The
   * event bus of a cluster finds them too, but only a moment after they have come. On the
   * publisher's thread.
   */
  void handOver(Message<Object> message) {
    Feed feed = localFeeds.get(message.address());
    if (feed != null) {
      // As the event bus does for each consumer: the publisher may change the body later.
      feed.handOver(
          message instanceof MessageImpl<?, Object> sent ? sent.copyBeforeReceive() : message);
    }
  }

  /** A loop that is called for an address already, or this one if there is none yet. */
  Loops.OnLoop loopOf(String address, Loops.OnLoop otherwise) {
    Feed feed = feeds.get(address);
    Feed known = feed == null ? localFeeds.get(address) : feed;
    return known == null ? otherwise : known.opener;
  }

  /** The addresses that are consumed. */
  Set<String> addresses() {
    Set<String> all = new LinkedHashSet<>(feeds.keySet());
    all.addAll(localFeeds.keySet());
    return Set.copyOf(all);
  }

  /** How many addresses are consumed. */
  int size() {
    return feeds.size() + localFeeds.size();
  }

  /** Runs the task once whatever waits of this address has been handed on; or at once. */
  void fence(String address, Runnable task) {
    Feed feed = feeds.get(address);
    Feed local = localFeeds.get(address);
    Runnable then = local == null ? task : () -> local.fence(task);
    if (feed == null) {
      then.run();
    } else {
      feed.fence(then);
    }
  }

  /**
   * What of all that this address feeds has so much queued that publishers have to wait, or null.
   */
  @Nullable Busy busy(String address) {
    Feed feed = feeds.get(address);
    Busy busy = feed == null ? null : feed.busy();
    Feed local = busy == null ? localFeeds.get(address) : null;
    return local == null ? busy : local.busy();
  }

  /** Why a store takes nothing now that is published on an address, or null. */
  @Nullable String storeProblem(String address) {
    Feed feed = feeds.get(address);
    String problem = feed == null ? null : feed.storeProblem();
    Feed local = problem == null ? localFeeds.get(address) : null;
    return local == null ? problem : local.storeProblem();
  }

  /** Whether a store is behind a history that an address feeds. */
  boolean isStored(String address) {
    Feed feed = feeds.get(address);
    Feed local = localFeeds.get(address);
    return (feed != null && feed.isStored()) || (local != null && local.isStored());
  }

  /** Whether one node of several records what is published on an address, for all. */
  boolean isLeased(String address) {
    Feed feed = feeds.get(address); // those of what is published here are not
    return feed != null && feed.isLeased();
  }

  private synchronized void detach(Feed feed, Loops.OnLoop onLoop, Listener listener) {
    feed.remove(onLoop, listener);
    ConcurrentMap<String, Feed> all = feed.local ? localFeeds : feeds;
    if (feed.parts.length == 0 && all.remove(feed.address, feed)) {
      feed.close();
    }
  }

  /** One listener of one address. */
  final class Attachment {
    private final Feed feed;
    private final Loops.OnLoop onLoop;
    private final Listener listener;

    private Attachment(Feed feed, Loops.OnLoop onLoop, Listener listener) {
      this.feed = feed;
      this.onLoop = onLoop;
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
      detach(feed, onLoop, listener);
    }
  }

  private final class Feed {
    private static final Part[] NONE = {};

    private final String address;
    private final boolean local;
    private final Loops.OnLoop opener;
    private final Promise<Void> ready = Promise.promise();

    // changed with the lock of the consumers
    private volatile Part[] parts = NONE;

    // written once, before anybody else sees it
    private volatile @Nullable MessageConsumer<Object> consumer;

    Feed(String address, boolean local, Loops.OnLoop opener) {
      this.address = address;
      this.local = local;
      this.opener = opener;
    }

    /** What is published here from now on arrives. On the thread of the caller. */
    void open() {
      opener.intake().context().dispatch(this::register);
    }

    private void register() {
      MessageConsumer<Object> opened =
          local
              ? vertx.eventBus().localConsumer(address, this::onMessage)
              : vertx.eventBus().consumer(address, this::onMessage);
      consumer = opened;
      opened.completion().onComplete(done -> opener.loop().execute(() -> ready.handle(done)));
    }

    void handOver(Message<Object> message) {
      opener.intake().context().runOnContext(v -> take(message));
    }

    /** On the publisher's thread. */
    private void onMessage(Message<Object> message) {
      if (!local || message.isSend()) {
        take(message); // all else was handed over
      }
    }

    void close() {
      opener.loop().execute(() -> opener.intake().context().runOnContext(v -> unregister()));
    }

    private void unregister() {
      MessageConsumer<Object> opened = consumer;
      if (opened != null) {
        opened
            .unregister()
            .onFailure(
                e ->
                    LOG.log(
                        Level.WARNING,
                        PrintableText.of("address " + address + ": unregistering failed"),
                        e));
      }
    }

    void add(Loops.OnLoop onLoop, Listener listener) {
      for (Part part : parts) {
        if (part.inbox == onLoop.inbox()) {
          part.add(listener);
          return;
        }
      }
      Part part = new Part(address, onLoop.inbox());
      part.add(listener);
      Part[] more = Arrays.copyOf(parts, parts.length + 1);
      more[parts.length] = part;
      parts = more;
    }

    void remove(Loops.OnLoop onLoop, Listener listener) {
      for (Part part : parts) {
        if (part.inbox == onLoop.inbox() && part.removeLast(listener)) {
          parts = Arrays.stream(parts).filter(other -> other != part).toArray(Part[]::new);
        }
      }
    }

    /** On the publisher's thread. */
    private void take(Message<Object> message) {
      long size;
      try {
        // Decoded here, once: a message from the cluster decodes itself when it is first asked,
        // without a lock, and several loops will ask.
        size = MessageSize.of(message);
      } catch (RuntimeException | Error e) {
        warnings.dropped("address " + address + ": message dropped, it cannot be decoded", e);
        for (Part part : parts) {
          part.addUndecodable();
        }
        return;
      }
      boolean posted = opener.intake().isPosted();
      for (Part part : parts) {
        part.inbox.add(part, new Delivery(address, part.listenersNow(), message, posted), size);
      }
    }

    /** The task runs on the loop that comes last. */
    void fence(Runnable task) {
      opener.intake().execute(() -> fenceNow(task)); // a message may be left there
    }

    private void fenceNow(Runnable task) {
      Part[] now = parts;
      if (now.length == 0) {
        task.run();
        return;
      }
      Runnable one = Last.of(now.length, task);
      for (Part part : now) {
        part.inbox.addTask(part, () -> part.whenSettled(one));
      }
    }

    @Nullable Busy busy() {
      for (Part part : parts) {
        if (part.inbox.isBusy()) {
          return part.inbox;
        }
        for (StoredHistory each : part.stored) {
          if (each.unstored().isBusy()) {
            return each.unstored();
          }
        }
      }
      return null;
    }

    @Nullable String storeProblem() {
      for (Part part : parts) {
        for (StoredHistory each : part.stored) {
          String problem = each.problem();
          if (problem != null) {
            return problem;
          }
        }
      }
      return null;
    }

    boolean isStored() {
      return feedsHistory(history -> true);
    }

    boolean isLeased() {
      return feedsHistory(StoredHistory::isLeased);
    }

    private boolean feedsHistory(Predicate<StoredHistory> such) {
      for (Part part : parts) {
        for (StoredHistory each : part.stored) {
          if (such.test(each)) {
            return true;
          }
        }
      }
      return false;
    }
  }

  /** The listeners of one address on one loop. */
  private final class Part extends Inbox.Lane {
    private static final StoredHistory[] NONE = {};

    private final String address;
    private final Inbox inbox;

    // any thread, guarded by the set
    private final Set<Listener> listeners = new LinkedHashSet<>(2);
    private Listener @Nullable [] known;

    // changed with the set, read by any thread
    private volatile StoredHistory[] stored = NONE;

    // any thread
    private final AtomicLong undecodable = new AtomicLong();

    Part(String address, Inbox inbox) {
      this.address = address;
      this.inbox = inbox;
    }

    void add(Listener listener) {
      synchronized (listeners) {
        listeners.add(listener);
        known = null;
        findStored();
      }
    }

    private void findStored() {
      stored =
          listeners.stream()
              .map(Listener::stored)
              .filter(Objects::nonNull)
              .toArray(StoredHistory[]::new);
    }

    /** On the loop. */
    void whenSettled(Runnable task) {
      StoredHistory[] all = stored;
      if (all.length == 0) {
        task.run();
        return;
      }
      Runnable one = Last.of(all.length, task);
      for (StoredHistory each : all) {
        each.whenSettled(one);
      }
    }

    boolean removeLast(Listener listener) {
      synchronized (listeners) {
        listeners.remove(listener);
        known = null;
        findStored();
        return listeners.isEmpty();
      }
    }

    /** All that listen now, copied once for all messages until that changes. */
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

    @Override
    void onLost(long count) {
      warnings.dropped(
          "address " + address + ": messages dropped, more than limits.waiting permits waited",
          count);
      for (Listener listener : listenersNow()) {
        listener.onLost(count);
      }
    }

    /** However many there are, one task waits to tell of them. On the publisher's thread. */
    void addUndecodable() {
      if (undecodable.getAndIncrement() == 0) {
        inbox.addTask(this, this::tellUndecodable);
      }
    }

    private void tellUndecodable() {
      long count = undecodable.getAndSet(0);
      for (Listener listener : listenersNow()) {
        listener.onUndecodable(count);
      }
    }

    @Override
    void onFailure(Throwable failure) {
      LOG.log(Level.ERROR, PrintableText.of("address " + address + ": a task failed"), failure);
    }
  }

  /** One message on its way to all who listened when it arrived. */
  private static final class Delivery implements Inbox.Step {
    private final String address;
    private final Listener[] listeners;
    private final Message<?> message;
    private final boolean posted;
    private int next;

    Delivery(String address, Listener[] listeners, Message<?> message, boolean posted) {
      this.posted = posted;
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
          listeners[next++].onMessage(message, posted);
        } catch (RuntimeException | Error e) {
          LOG.log(Level.ERROR, PrintableText.of("address " + address + ": a message was lost"), e);
        }
      }
      return next == listeners.length;
    }
  }
}
