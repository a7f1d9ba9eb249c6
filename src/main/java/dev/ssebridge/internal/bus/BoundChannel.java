package dev.ssebridge.internal.bus;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.eventstream.FrameBuffer;
import dev.ssebridge.internal.fanout.Channel;
import dev.ssebridge.internal.fanout.Deadline;
import dev.ssebridge.internal.fanout.DropCause;
import dev.ssebridge.internal.fanout.EntryWay;
import dev.ssebridge.internal.fanout.LoopCounters;
import dev.ssebridge.internal.fanout.Start;
import dev.ssebridge.internal.log.Position;
import dev.ssebridge.internal.log.Retention;
import dev.ssebridge.spi.GapReason;
import dev.ssebridge.spi.StoredEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A channel and the addresses that feed it. All its messages pass through one loop, the channel's
 * writer.
 */
public final class BoundChannel {
  /** How many seconds it waits for a store; what comes until then waits before it. */
  private static final long MOST_WAIT = 10;

  /** How many milliseconds what waits may take to be stored before the history is handed on. */
  private static final long RETIRE_MILLIS = 5000;

  // set at construction
  private final Channel channel;
  private final List<String> addresses;
  private final JsonBodyCodec json;
  private final DropWarnings warnings;
  private final boolean traced;
  private final Receipts receipts;
  private final LongSupplier clock;
  private final Loops.OnLoop writer;
  private final RetainedOnLoop retained;
  private final RetainedOnLoop.Entry held;
  private final LoopCounters counters;

  private final @Nullable StoredHistory stored;

  // written by attach, before anybody else sees the channel
  private final List<AddressConsumers.Attachment> attachments = new ArrayList<>();
  private final Promise<Void> ready = Promise.promise();

  /** Among the other channels of the route, which guard it. */
  Places.@Nullable Place place;

  // written by any thread
  private volatile @Nullable Future<Long> handedOn;
  private volatile @Nullable String firstUser;
  private volatile boolean shared;

  // written by any loop
  private final AtomicInteger subscribers = new AtomicInteger();

  /** How many messages were published since it is held until they have been appended. */
  private final AtomicInteger published = new AtomicInteger();

  // written by the writer, read by any thread
  private volatile ChannelSpec spec;

  // only the writer
  private MessageEncoder encoder;
  private boolean closed;
  private @Nullable MessageIds ids;
  private boolean doubting;
  private boolean doubtedAgain;

  /**
   * @param writer the loop that writes; best that of the addresses, so that no message has to
   *     change loops
   */
  BoundChannel(
      Channel channel,
      List<String> addresses,
      ChannelSpec spec,
      Hub hub,
      RetainedBytes retained,
      Loops.OnLoop writer) {
    this.channel = channel;
    this.addresses = addresses;
    this.spec = spec;
    this.warnings = hub.warnings();
    this.traced = hub.isTraced();
    this.receipts = hub.receipts();
    this.clock = hub.clock();
    this.retained = retained.on(writer.loop());
    this.counters = spec.counters().on(writer.loop());
    this.held = new RetainedOnLoop.Entry(channel, counters);
    this.json = hub.json();
    this.encoder = new MessageEncoder(spec, json, warnings, counters, traced);
    this.writer = writer;
    StoredSpec kept = spec.stored();
    this.stored =
        kept == null
            ? null
            : new StoredHistory(
                kept,
                spec.route() + kept.shape() + ' ' + String.join(",", addresses),
                channel,
                writer,
                new OfStored(),
                spec.shape(addresses.size()),
                retained,
                counters,
                hub);
  }

  /** Takes messages from now on. Once, before anybody else sees it. */
  void attach(AddressConsumers consumers) {
    List<Future<Void>> opened = new ArrayList<>();
    boolean local = isFedByAStore();
    for (int i = 0; i < addresses.size(); i++) {
      AddressConsumers.Attachment attachment =
          consumers.attach(addresses.get(i), local, writer, new Source(i));
      attachments.add(attachment);
      opened.add(attachment.ready());
    }
    StoredHistory history = stored;
    if (history != null) {
      history.open();
      opened.add(history.tried().timeout(MOST_WAIT, TimeUnit.SECONDS).otherwiseEmpty());
    }
    Future.all(opened).<Void>mapEmpty().onComplete(ready);
  }

  /** The channel. */
  public Channel channel() {
    return channel;
  }

  /** The addresses that feed it; an event's source is an index into these. */
  public List<String> addresses() {
    return addresses;
  }

  /** Completed once messages published anywhere arrive here. */
  public Future<Void> ready() {
    return ready.future();
  }

  Loops.OnLoop writer() {
    return writer;
  }

  /** From now on it is as this says; the shape of its log is the same. Any thread. */
  void change(ChannelSpec other) {
    writer
        .loop()
        .execute(
            () -> {
              if (!closed) {
                spec = other;
                encoder = new MessageEncoder(other, json, warnings, counters, traced);
                channel.change(other.policy(), other.retention());
                StoredSpec kept = other.stored();
                if (stored != null && kept != null) {
                  stored.retain(kept);
                }
                retained.onEvict(held);
              }
            });
  }

  /** Writer only. */
  void expire() {
    channel.expire();
    retained.onEvict(held);
  }

  /**
   * Runs the task once all that was published on its addresses before has been appended. Any
   * thread.
   */
  public void fence(Runnable task) {
    Runnable one = Last.of(attachments.size(), task);
    attachments.forEach(attachment -> attachment.fence(one));
  }

  /**
   * Lets go of what holds it once all that was published on its addresses until now has been
   * appended: after a message of the event bus, whose thread this is. Many of them wait as one.
   */
  public void releaseAppended() {
    if (published.getAndIncrement() == 0) {
      releaseLater();
    } else {
      channel.release(); // who came first still holds it
    }
  }

  private void releaseLater() {
    int until = published.get();
    fence(
        () -> {
          if (published.compareAndSet(until, 0)) {
            channel.release();
          } else {
            releaseLater();
          }
        });
  }

  /**
   * Messages for it that others have published may have been lost, an unknown number: everybody is
   * told in its place, after all that has come. A history that records what was published here, and
   * has the rest from a store, does not miss any. On the writer.
   */
  void mayHaveMissed() {
    if (closed || isFedByAStore()) {
      return;
    }
    if (doubting) {
      doubtedAgain = true;
      return;
    }
    doubting = true;
    fence(() -> writer.loop().run(this::doubt));
  }

  private boolean isFedByAStore() {
    StoredSpec kept = spec.stored();
    return kept != null && kept.isOfThisNode();
  }

  private void doubt() {
    doubting = false;
    if (doubtedAgain) {
      doubtedAgain = false;
      mayHaveMissed(); // what has come since may have been lost since
      return;
    }
    if (!closed && channel.mustTellUnknown()) {
      lose(1, GapReason.UNKNOWN);
    }
  }

  private void lose(long count, GapReason reason) {
    if (stored == null) {
      channel.lose(count, reason);
      retained.onEvict(held);
    } else {
      stored.lost(count, reason);
    }
  }

  /** A request of this remote makes use of it. Any thread. */
  void usedBy(String remote) {
    String first = firstUser;
    if (first == null) {
      firstUser = remote;
    } else if (!shared && !first.equals(remote)) {
      shared = true;
    }
  }

  /** Whether more than one remote has made use of it. */
  boolean isShared() {
    return shared;
  }

  /** How many streams are open. */
  public AtomicInteger subscribers() {
    return subscribers;
  }

  /**
   * Finds where somebody is to begin, where more than the log is to be asked for it. Any thread.
   *
   * @return {@code null} where it is not; fails, with a reason for the client, where it cannot be
   *     found now
   */
  public @Nullable Future<Start.From> find(Start.From from) {
    return stored == null ? null : stored.find(from);
  }

  /** Whether what its heap does not hold cannot be had now, and is told as missing. Any thread. */
  public boolean isHeapOnly() {
    return stored != null && stored.isHeapOnly();
  }

  /** What is behind its log, or {@code null} where that is nothing. */
  @Nullable StoredHistory stored() {
    return stored;
  }

  /** Whether nobody needs it any more. */
  boolean isUnused() {
    boolean isEmpty = stored == null ? channel.log().isEmpty() : stored.isEmpty();
    return channel.users() == 0 && isEmpty && isIdleFor(spec.lingerMillis());
  }

  boolean isIdleFor(long millis) {
    return channel.idleMillis() >= millis;
  }

  /**
   * Takes no more messages, has what waits stored, as far as that goes within a limited time, and
   * lets go of the store; the log stays for those who read it. Once, and only where there is a
   * store. Any thread.
   *
   * @return completed once another channel can have the history, with how many events were given up
   */
  Future<Long> retire(StoredHistory history) {
    Promise<Long> done = Promise.promise();
    handedOn = done.future();
    Deadline late =
        new Deadline() {
          @Override
          protected void due(long now) {
            handOn(history, done);
          }
        };
    writer.loop().execute(() -> writer.fanout().scheduleIn(late, RETIRE_MILLIS));
    // Once more, for what has come after the fence and before the end of the consumers.
    fence(() -> writer.loop().run(() -> history.whenSettled(() -> handOn(history, done))));
    attachments.forEach(AddressConsumers.Attachment::close);
    return done.future();
  }

  private void handOn(StoredHistory history, Promise<Long> done) {
    if (!closed) {
      closed = true;
      ids = null;
      history.retire().onComplete(done);
    }
  }

  /** Whether another one has its history. Any thread. */
  boolean isRetired() {
    return handedOn != null;
  }

  /** As {@link Unstored#lostBefore}. Any thread. */
  void lostBefore(long count) {
    if (stored != null) {
      writer.loop().execute(() -> stored.unstored().lostBefore(count));
    }
  }

  /** Takes no more messages and lets go of the history. Any thread. */
  void close() {
    Future<Long> handed = handedOn;
    if (handed == null) {
      attachments.forEach(AddressConsumers.Attachment::close);
      writer.loop().execute(this::clear);
    } else {
      handed.onComplete(done -> writer.loop().execute(this::clear));
    }
  }

  private void clear() {
    closed = true;
    ids = null;
    held.remember(null);
    if (stored != null) {
      stored.close();
    }
    channel.clear();
    retained.onEvict(held);
  }

  /** What is behind the log changes what is in it. */
  private final class OfStored implements StoredHistory.Host {
    @Override
    public Retention retention() {
      return spec.retention();
    }

    @Override
    public void makeRoom(int bytes) {
      retained.makeRoom(bytes);
    }

    @Override
    public void onAppended() {
      retained.onAppend(held);
    }

    @Override
    public void onEvicted() {
      retained.onEvict(held);
    }

    @Override
    public void onFilled(long bytes) {
      retained.makeRoom(bytes);
      retained.onAppend(held);
      retained.onEvict(held);
    }
  }

  /** Whether something waits to be stored. Any thread. */
  boolean hasUnstored() {
    return stored != null && stored.unstored().holds();
  }

  /** One of its addresses. */
  private final class Source implements AddressConsumers.Listener {
    private final int index;

    Source(int index) {
      this.index = index;
    }

    @Override
    public void onMessage(Message<?> message, boolean posted) {
      append(index, message, posted);
    }

    @Override
    public void onUndecodable(long count) {
      if (!closed) {
        counters.onDropped(DropCause.UNDECODABLE, count);
      }
    }

    @Override
    public void onLost(long count) {
      if (!closed) {
        counters.onDropped(DropCause.WAITING, count);
        channel.touch();
        lose(count, GapReason.DROPPED);
      }
    }

    @Override
    public @Nullable StoredHistory stored() {
      return stored;
    }
  }

  private void append(int source, Message<?> message, boolean posted) {
    String address = addresses.get(source);
    if (closed || !encoder.takes(message, address)) {
      return;
    }
    String mark = receipts.markOf(message);
    String id = MessageIds.of(message, warnings, address);
    if (stored != null) {
      store(stored, source, address, message, id, mark, posted);
      return;
    }
    Position known = id == null || ids == null ? null : ids.get(id);
    if (known != null) {
      counters.onDropped(DropCause.DUPLICATE, 1);
      reached(address, mark, known);
      return;
    }
    long appended = -1;
    try {
      FrameBuffer frame = writer.frame();
      long sequence = channel.log().head() + 1;
      encoder.encode(message, address, channel.log().epoch(), sequence, frame);
      String label = encoder.label(message);
      String key = keyOf(encoder.type(), address, message, label);
      retained.makeRoom(frame.length());
      channel.append(source, key, label, frame.array(), 0, frame.length());
      counters.onAppended(wayOf(message, posted));
      counters.onWaited(writer.inbox().waited());
      appended = sequence;
      if (id != null) {
        remember(id, channel.log().positionOf(sequence));
      }
      retained.onAppend(held);
      if (label == null && spec.only() != null) {
        encoder.tellForNobody();
      }
    } catch (RuntimeException | Error e) {
      if (appended < 0) {
        counters.onDropped(DropCause.UNENCODABLE, 1);
      }
      warnings.dropped("address " + address + ": message dropped, it cannot be encoded", e);
    }
    reached(address, mark, appended < 0 ? null : channel.log().positionOf(appended));
  }

  private void reached(String address, @Nullable String mark, @Nullable Position position) {
    if (mark != null) {
      receipts.reached(this, address, mark, position);
    }
  }

  private void remember(String id, Position position) {
    MessageIds known = ids;
    if (known == null) {
      known = new MessageIds();
      ids = known;
      held.remember(known);
    }
    known.put(id, position);
  }

  /** The log has it once the store does. */
  private void store(
      StoredHistory history,
      int source,
      String address,
      Message<?> message,
      @Nullable String id,
      @Nullable String mark,
      boolean posted) {
    try {
      FrameBuffer frame = writer.frame();
      encoder.encode(message, address, frame);
      String label = encoder.label(message);
      String key = keyOf(encoder.type(), address, message, label);
      StoredEvent event =
          StoredEvent.of(clock.getAsLong(), frame.toByteArray(), source, key, label, id);
      history.add(event, wayOf(message, posted), address, mark);
      if (id == null && history.isLeased()) {
        warnings.tell(
            "address "
                + address
                + ": a message without "
                + SseHeaders.MESSAGE_ID
                + " cannot be told from others, so if another node takes over, subscribers are told"
                + " that some may be missing");
      }
      if (label == null && spec.only() != null) {
        encoder.tellForNobody();
      }
    } catch (RuntimeException | Error e) {
      counters.onDropped(DropCause.UNENCODABLE, 1);
      warnings.dropped("address " + address + ": message dropped, it cannot be encoded", e);
      reached(address, mark, null);
    }
  }

  private static EntryWay wayOf(Message<?> message, boolean posted) {
    if (posted) {
      return EntryWay.HTTP;
    }
    return !message.headers().isEmpty() && message.headers().contains(SseHeaders.SOURCE)
        ? EntryWay.SOURCE
        : EntryWay.BUS;
  }

  /** Events of different labels are never the same thing, as nobody gets both. */
  private @Nullable String keyOf(
      @Nullable String type, String address, Message<?> message, @Nullable String label) {
    KeyRule rule = spec.key();
    if (rule == null || MessageEncoder.isNotice(message)) {
      return null;
    }
    String key = rule.key(type, address, message);
    if (key == null || spec.only() == null) {
      return key;
    }
    return (label == null ? "-" : label) + key;
  }
}
