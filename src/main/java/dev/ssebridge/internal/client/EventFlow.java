package dev.ssebridge.internal.client;

import dev.ssebridge.EventSourceOptions;
import dev.ssebridge.ParseOddity;
import dev.ssebridge.ServerSentEvent;
import io.vertx.core.buffer.Buffer;

/**
 * The way from the bytes of the bodies to the observer: decoded at once, delivered while there is
 * demand. Counts what passes. Only on the context.
 */
final class EventFlow {
  /** Whose flow it is. */
  interface Owner {
    /** A body held an event; it may have to wait for demand. */
    void arrived();

    /** The server gave a reconnection time. */
    void retry(long millis);

    /** The demand came or went, see {@link #isFlowing}. */
    void demandChanged();

    /** All is delivered, and nothing follows. */
    void drained();
  }

  private final StreamObserver observer;
  private final Owner owner;
  private final Delivery delivery;
  private final DecodedStream stream;

  private String deliveredId;
  private boolean discarded;
  private long events;
  private long comments;
  private long bytes;
  private long oddities;

  EventFlow(EventSourceOptions options, StreamObserver observer, Owner owner) {
    this.observer = observer;
    this.owner = owner;
    this.delivery = new Delivery(new ToObserver());
    this.stream =
        new DecodedStream(
            options.decoder(), options.lastEventId(), delivery::isFlowing, new ToDelivery());
    this.deliveredId = options.lastEventId();
  }

  /** Another body begins. */
  void begin(ContentCoding coding) {
    stream.begin(coding);
  }

  /** Some bytes of it; throws as {@link DecodedStream#decode} does. */
  void bytes(Buffer chunk) {
    bytes += chunk.length();
    stream.decode(chunk);
  }

  /** Whether bytes wait to be decoded, since what they hold was not wanted. */
  boolean hasMore() {
    return stream.hasMore();
  }

  /** Decodes them; throws as {@link DecodedStream#decode} does. */
  void more() {
    stream.decodeMore();
  }

  /** Whether this is called from within {@link #bytes} or {@link #more}. */
  boolean isDecoding() {
    return stream.isDecoding();
  }

  /** The body is over. */
  void endOfBody() {
    stream.end();
  }

  /** Whether the socket is to be read. */
  boolean isFlowing() {
    return delivery.isFlowing();
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
    discarded = true;
    delivery.discard();
  }

  /** What to resume from: everything up to there is delivered, or waits to be. */
  String arrivedId() {
    return stream.lastEventId();
  }

  String deliveredId() {
    return deliveredId;
  }

  long events() {
    return events;
  }

  long comments() {
    return comments;
  }

  long bytes() {
    return bytes;
  }

  long oddities() {
    return oddities;
  }

  private final class ToDelivery implements DecodedStream.Sink {
    @Override
    public void event(ServerSentEvent event) {
      owner.arrived();
      delivery.event(event);
    }

    @Override
    public void comment(String text) {
      comments++;
      delivery.comment(text);
    }

    @Override
    public void position(String lastEventId) {
      delivery.position(lastEventId);
    }

    @Override
    public void retry(long millis) {
      owner.retry(millis);
      if (!discarded) {
        observer.retry(millis);
      }
    }

    @Override
    public void oddity(ParseOddity oddity) {
      oddities++;
      if (!discarded) {
        observer.oddity(oddity);
      }
    }
  }

  private final class ToObserver implements Delivery.Target {
    @Override
    public void event(ServerSentEvent event) {
      events++;
      String id = event.id();
      deliveredId = id == null ? "" : id;
      observer.event(event);
    }

    @Override
    public void comment(String text) {
      observer.comment(text);
    }

    @Override
    public void position(String lastEventId) {
      deliveredId = lastEventId;
      observer.position(lastEventId);
    }

    @Override
    public void end() {
      owner.drained();
    }

    @Override
    public void demand(boolean present) {
      owner.demandChanged();
    }
  }
}
