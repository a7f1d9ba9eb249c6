package dev.ssebridge.internal.client;

import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.format.ParseOddity;
import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The way from the bytes of the bodies to the observer, in small steps: a piece is decoded, then
 * what it held is delivered, one thing at a time and while there is demand. So no call-back runs
 * within the decoder. Counts what passes. Only on the context, except for what is counted.
 */
final class EventFlow {
  /** Whose flow it is. */
  interface Owner {
    /** A body held an event; it may have to wait for demand. */
    void arrived();

    /** A body held a comment. */
    void heartbeat();

    /** The server gave a reconnection time. */
    void retry(long millis);

    /** An event is about to be delivered; whether it is the mark that ends the stream instead. */
    boolean isEnd(ServerSentEvent event);

    /** All is delivered, and nothing follows. */
    void drained();
  }

  private final StreamObserver observer;
  private final Owner owner;
  private final Delivery delivery;
  private final DecodedStream stream;

  private boolean open;

  // Written on the context, read by any thread.
  private final AtomicReference<String> deliveredId;
  private final Tally events = new Tally();
  private final Tally comments = new Tally();
  private final Tally bytes = new Tally();
  private final Tally oddities = new Tally();

  EventFlow(EventDecoderOptions options, String lastEventId, StreamObserver observer, Owner owner) {
    this.observer = observer;
    this.owner = owner;
    this.delivery = new Delivery(new ToObserver());
    this.stream = new DecodedStream(options, lastEventId, new ToDelivery());
    this.deliveredId = new AtomicReference<>(lastEventId);
  }

  /** Another body begins. */
  void begin(ContentCoding coding) {
    open = true;
    stream.begin(coding);
  }

  /** Some bytes of it, to be decoded with the next steps. */
  void bytes(Buffer chunk) {
    bytes.add(chunk.length());
    stream.add(chunk);
  }

  /** Delivers one thing or decodes one piece; throws as {@link DecodedStream#decode} does. */
  boolean step() {
    if (delivery.next()) {
      return true;
    }
    if (delivery.isFlowing() && stream.hasMore()) {
      stream.decode();
      return true;
    }
    return false;
  }

  /** Whether a body has begun that is not over yet. */
  boolean isOpen() {
    return open;
  }

  /** The body is over; throws as {@link DecodedStream#decode} does. */
  void endOfBody() {
    open = false;
    stream.end();
  }

  /** Nothing more of the body is wanted; what there is of it is decoded as far as it is sound. */
  void breakOff() {
    open = false;
    stream.breakOff();
  }

  /** Whether bytes wait to be decoded, since what they hold is not wanted yet. */
  boolean hasMore() {
    return stream.hasMore();
  }

  /**
   * Decodes one piece more than is wanted, if nothing waits: it may be that nothing is in it, and
   * the end need not wait then; throws as {@link DecodedStream#decode} does.
   */
  boolean lookAhead() {
    boolean free = delivery.isEmpty() && stream.hasMore();
    if (free) {
      stream.decode();
    }
    return free;
  }

  /** Whether the socket is to be read. */
  boolean isReading() {
    return delivery.isFlowing() && !stream.hasMore();
  }

  void pause() {
    delivery.pause();
  }

  void fetch(long amount) {
    delivery.fetch(amount);
  }

  /** No body follows. */
  void finish() {
    delivery.end();
  }

  /** Delivers nothing any more. */
  void discard() {
    delivery.discard();
    stream.release();
  }

  /** What to resume from: everything up to there is delivered, or waits to be. */
  String arrivedId() {
    return stream.lastEventId();
  }

  /** This and the counts below: from any thread. */
  String deliveredId() {
    return deliveredId.getAcquire();
  }

  long events() {
    return events.get();
  }

  long comments() {
    return comments.get();
  }

  long bytes() {
    return bytes.get();
  }

  long oddities() {
    return oddities.get();
  }

  private final class ToDelivery implements DecodedStream.Sink {
    @Override
    public void event(ServerSentEvent event) {
      owner.arrived();
      delivery.event(event);
    }

    @Override
    public void comment(String text) {
      comments.add(1);
      owner.heartbeat();
      delivery.comment(text);
    }

    @Override
    public void position(String lastEventId) {
      delivery.position(lastEventId);
    }

    @Override
    public void retry(long millis) {
      owner.retry(millis);
      delivery.retry(millis);
    }

    @Override
    public void oddity(ParseOddity oddity) {
      oddities.add(1);
      delivery.oddity(oddity);
    }
  }

  private final class ToObserver implements Delivery.Target {
    @Override
    public void event(ServerSentEvent event) {
      if (owner.isEnd(event)) {
        return;
      }
      events.add(1);
      String id = event.id();
      deliveredId.setRelease(id == null ? "" : id);
      observer.event(event);
    }

    @Override
    public void comment(String text) {
      observer.comment(text);
    }

    @Override
    public void position(String lastEventId) {
      deliveredId.setRelease(lastEventId);
      observer.position(lastEventId);
    }

    @Override
    public void retry(long millis) {
      observer.retry(millis);
    }

    @Override
    public void oddity(ParseOddity oddity) {
      observer.oddity(oddity);
    }

    @Override
    public void end() {
      owner.drained();
    }
  }
}
