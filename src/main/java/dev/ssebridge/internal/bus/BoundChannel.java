package dev.ssebridge.internal.bus;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.eventstream.FrameBuffer;
import dev.ssebridge.internal.fanout.Channel;
import dev.ssebridge.internal.fanout.DropCause;
import dev.ssebridge.internal.fanout.EntryWay;
import dev.ssebridge.internal.fanout.LoopCounters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A channel and the addresses that feed it. All its messages pass through one loop, the channel's
 * writer.
 */
public final class BoundChannel {
  // set at construction
  private final Channel channel;
  private final List<String> addresses;
  private final JsonBodyCodec json;
  private final DropWarnings warnings;
  private final boolean traced;
  private final Receipts receipts;
  private final Loops.OnLoop writer;
  private final RetainedOnLoop retained;
  private final RetainedOnLoop.Entry held;
  private final LoopCounters counters;

  // written by attach, before anybody else sees the channel
  private final List<AddressConsumers.Attachment> attachments = new ArrayList<>();
  private final Promise<Void> ready = Promise.promise();

  /** Among the other channels of the route, which guard it. */
  Places.@Nullable Place place;

  // written by any thread
  private volatile @Nullable String firstUser;
  private volatile boolean shared;

  // written by any loop
  private final AtomicInteger subscribers = new AtomicInteger();

  // written by the writer, read by any thread
  private volatile ChannelSpec spec;

  // only the writer
  private MessageEncoder encoder;
  private boolean closed;

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
    this.retained = retained.on(writer.loop());
    this.counters = spec.counters().on(writer.loop());
    this.held = new RetainedOnLoop.Entry(channel, counters);
    this.json = hub.json();
    this.encoder = new MessageEncoder(spec, json, warnings, counters, traced);
    this.writer = writer;
  }

  /** Takes messages from now on. Once, before anybody else sees it. */
  void attach(AddressConsumers consumers) {
    List<Future<Void>> opened = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      AddressConsumers.Attachment attachment =
          consumers.attach(addresses.get(i), writer, new Source(i));
      attachments.add(attachment);
      opened.add(attachment.ready());
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
    AtomicInteger left = new AtomicInteger(attachments.size());
    Runnable one =
        () -> {
          if (left.decrementAndGet() == 0) {
            task.run();
          }
        };
    attachments.forEach(attachment -> attachment.fence(one));
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

  /** How many streams are open, for whoever counts them. */
  public AtomicInteger subscribers() {
    return subscribers;
  }

  /** Whether nobody needs it any more. */
  boolean isUnused() {
    return channel.users() == 0 && channel.log().isEmpty() && isIdleFor(spec.lingerMillis());
  }

  boolean isIdleFor(long millis) {
    return channel.idleMillis() >= millis;
  }

  /** Takes no more messages and lets go of the history. Any thread. */
  void close() {
    attachments.forEach(AddressConsumers.Attachment::close);
    writer.loop().execute(this::clear);
  }

  private void clear() {
    closed = true;
    channel.clear();
    retained.onEvict(held);
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
        channel.lose(count);
        retained.onEvict(held);
        counters.onDropped(DropCause.WAITING, count);
      }
    }
  }

  private void append(int source, Message<?> message, boolean posted) {
    String address = addresses.get(source);
    if (closed || !encoder.takes(message, address)) {
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
      retained.onAppend(held);
      if (label == null && spec.only() != null) {
        encoder.tellForNobody();
      }
    } catch (RuntimeException e) {
      if (appended < 0) {
        counters.onDropped(DropCause.UNENCODABLE, 1);
      }
      warnings.dropped("address " + address + ": message dropped, it cannot be encoded", e);
    }
    receipts.reached(this, address, message, appended);
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
