package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.eventstream.FrameBuffer;
import dev.ssebridge.internal.fanout.Channel;
import io.vertx.core.Future;
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
  private final ChannelSpec spec;
  private final MessageEncoder encoder;
  private final DropWarnings warnings;
  private final Loops.OnLoop writer;
  private final RetainedBytes retained;
  private final List<AddressConsumers.Attachment> attachments = new ArrayList<>();
  private final Future<Void> ready;

  // written by any loop
  private final AtomicInteger subscribers = new AtomicInteger();

  // only the writer
  private long reportedBytes;
  private boolean closed;

  BoundChannel(
      Channel channel,
      List<String> addresses,
      ChannelSpec spec,
      Hub hub,
      RetainedBytes retained,
      Loops.OnLoop preferred) {
    this.channel = channel;
    this.addresses = addresses;
    this.spec = spec;
    this.warnings = hub.warnings();
    this.retained = retained;
    this.encoder = new MessageEncoder(spec.type(), spec.codec(), warnings);
    List<Future<Void>> opened = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      int source = i;
      AddressConsumers.Attachment attachment =
          hub.consumers().attach(addresses.get(i), preferred, m -> onMessage(source, m));
      attachments.add(attachment);
      opened.add(attachment.ready());
    }
    this.writer = attachments.get(0).loop();
    this.ready = opened.size() == 1 ? opened.get(0) : Future.all(opened).mapEmpty();
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
    return ready;
  }

  Loops.OnLoop writer() {
    return writer;
  }

  /** Writer only. */
  void expire() {
    channel.expire();
    reportBytes();
  }

  /**
   * Evicts the oldest events until they held this many bytes. Any thread.
   *
   * @param done run when it is done, on the writer
   */
  public void shed(long bytes, Runnable done) {
    writer
        .loop()
        .execute(
            () -> {
              long before = channel.log().bytes();
              channel.log().shed(bytes);
              retained.onShed(before - channel.log().bytes());
              reportBytes();
              done.run();
            });
  }

  /** How many streams are open, for whoever counts them. */
  public AtomicInteger subscribers() {
    return subscribers;
  }

  /** Whether nobody needs it any more. */
  boolean isUnused() {
    return channel.users() == 0
        && channel.log().isEmpty()
        && channel.idleMillis() >= spec.lingerMillis();
  }

  /** Takes no more messages and lets go of the history. Any thread. */
  void close() {
    attachments.forEach(AddressConsumers.Attachment::close);
    writer.loop().execute(this::clear);
  }

  private void clear() {
    closed = true;
    channel.log().clear();
    reportBytes();
  }

  private void onMessage(int source, Message<?> message) {
    if (writer.loop().isCurrent()) {
      append(source, message);
    } else {
      writer.loop().execute(() -> append(source, message));
    }
  }

  private void append(int source, Message<?> message) {
    if (closed) {
      return;
    }
    String address = addresses.get(source);
    try {
      String type = encoder.typeOf(message, address);
      FrameBuffer frame = writer.frame();
      long sequence = channel.log().head() + 1;
      if (encoder.encode(message, address, type, channel.log().epoch(), sequence, frame)) {
        channel.append(source, keyOf(type, address, message), frame.array(), 0, frame.length());
        reportBytes();
      }
    } catch (RuntimeException e) {
      warnings.dropped("address " + address + ": message dropped, it cannot be encoded: " + e);
    }
  }

  private @Nullable String keyOf(@Nullable String type, String address, Message<?> message) {
    KeyRule rule = spec.key();
    return rule == null ? null : rule.key(type, address, message);
  }

  private void reportBytes() {
    long bytes = channel.log().bytes();
    retained.add(bytes - reportedBytes);
    reportedBytes = bytes;
  }
}
