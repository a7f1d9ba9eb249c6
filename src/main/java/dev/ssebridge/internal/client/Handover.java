package dev.ssebridge.internal.client;

import dev.ssebridge.client.DeliveryMode;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.config.SourceDelivery;
import dev.ssebridge.internal.eventstream.Seal;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageProducer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages over to the event bus, in the way the source is configured. What cannot be handed
 * over goes to the dead letters. Only on the context.
 */
final class Handover {
  private static final long FIRST_RETRY = 200;
  private static final long LAST_RETRY = 30_000;

  /** How long to wait for a consumer, at most: asking costs a look into a map. */
  private static final long LAST_LOOK = 1000;

  /** How many times a consumer is looked for where events do not wait for one. */
  private static final int MOST_LOOKS = 5;

  private final EventBus bus;
  private final Loop loop;
  private final SourceDelivery config;
  private final Backoff backoff;
  private final SourceCounters counters;
  private final @Nullable HandoverSpans spans;
  private final Warnings warnings;
  private final Warnings unheard;

  /**
   * What waits for a consumer, by address: together at most the window, and as many dead letters.
   */
  private final Map<String, Line> lines = new HashMap<>();

  private long made;
  private int onTheirWay;
  private boolean closing;
  private boolean closed;
  private @Nullable Promise<Void> drained;

  /**
   * @param spans null where nothing is traced
   */
  Handover(
      EventBus bus,
      Loop loop,
      SourceVoice voice,
      SourceDelivery config,
      double jitter,
      DoubleSupplier chance,
      SourceCounters counters,
      @Nullable HandoverSpans spans) {
    this.bus = bus;
    this.spans = spans;
    this.loop = loop;
    this.config = config;
    this.backoff = new Backoff(FIRST_RETRY, LAST_RETRY, jitter, chance);
    this.counters = counters;
    this.warnings = voice.warnings(Warnings.OFTEN);
    this.unheard = voice.warnings(Warnings.SELDOM);
  }

  /** One message that is asked for a reply until there is one. */
  private final class Request {
    private final long number = ++made;
    private final String address;
    private final @Nullable Object body;
    private final DeliveryOptions options;
    private final int most;
    private final boolean waits;
    private final Promise<Void> done = Promise.promise();
    private int attempts;
    private int looks;

    /**
     * @param most how often it is made; 0 for as long as it takes
     * @param waits whether it waits for a consumer where there is none
     */
    Request(String address, @Nullable Object body, MultiMap headers, int most, boolean waits) {
      this.address = address;
      this.body = body;
      this.options = options(headers);
      this.most = most;
      this.waits = waits;
    }

    /** Makes it, behind those that wait for a consumer of this address already. */
    Future<Void> make() {
      Line line = lines.get(address);
      if (line == null) {
        send();
      } else {
        line.waiting.put(number, this);
      }
      return done.future();
    }

    private void send() {
      if (!closing) {
        onTheirWay++;
        bus.request(address, body, options)
            .onComplete(reply -> replied(), failure -> failed(failure));
      }
    }

    private void replied() {
      if (!closed) {
        done.complete();
        heard();
        over();
      }
    }

    private void failed(Throwable failure) {
      if (closed) {
        return;
      }
      if (hasNobody(failure) && !waits) {
        if (looks++ < MOST_LOOKS) {
          after(Math.min(LAST_LOOK, backoff.delay(looks, 0)), this::send);
        } else {
          done.fail(failure);
        }
      } else if (hasNobody(failure)) {
        // Not an attempt: nobody has seen it, and nobody is there who would see the next one.
        unheard.warn("nobody listens at " + address + ", waiting for a consumer");
        lines.computeIfAbsent(address, Line::new).add(this);
      } else {
        attempts++;
        if (most > 0 && attempts >= most) {
          done.fail(failure);
        } else {
          counters.repeated.add(1);
          warnings.warn(
              "no good reply from " + address + " to request " + attempts + ": " + failure);
          after(backoff.delay(attempts, 0), this::make);
        }
        heard();
      }
      over();
    }

    private void heard() {
      Line line = lines.get(address);
      if (line != null && line.asking == this) {
        line.end(this);
      }
    }
  }

  private void after(long millis, Runnable task) {
    if (!closing) {
      loop.after(millis, task);
    }
  }

  /**
   * Requests that wait for a consumer of their address. Only the first one is sent, again and
   * again, to see whether there is a consumer; once one has taken it, the others follow in their
   * order.
   */
  private final class Line {
    private final String address;
    private final TreeMap<Long, Request> waiting = new TreeMap<>();
    private @Nullable Request asking;
    private boolean pausing;
    private int looks;

    Line(String address) {
      this.address = address;
    }

    void add(Request request) {
      waiting.put(request.number, request);
      if (asking == request) {
        asking = null;
      }
      if (asking == null && !pausing) {
        pausing = true;
        looks++;
        after(Math.min(LAST_LOOK, backoff.delay(looks, 0)), this::ask);
      }
    }

    private void ask() {
      pausing = false;
      Request first = waiting.firstEntry().getValue();
      asking = first;
      first.send();
    }

    void end(Request heard) {
      lines.remove(address);
      waiting.remove(heard.number);
      waiting.values().forEach(Request::send);
    }
  }

  /**
   * Hands a message over.
   *
   * @return completes when the event is done with, one way or the other; never fails, and does not
   *     complete if this is closed before
   */
  Future<Void> hand(BusMessage message) {
    return spans == null ? handNow(message) : spans.around(message, this::handNow);
  }

  private Future<Void> handNow(BusMessage message) {
    seal(message);
    switch (config.mode()) {
      case PUBLISH -> write(bus.publisher(message.address(), toAll(message.headers())), message);
      case SEND -> write(bus.sender(message.address(), options(message.headers())), message);
      case REQUEST -> {
        return request(message, true);
      }
    }
    return Future.succeededFuture();
  }

  /** Publishes a message beside the one that is handed over, to all who listen. */
  void tell(BusMessage message) {
    if (config.mode() == DeliveryMode.PUBLISH) {
      seal(message);
      bus.publish(message.address(), message.body(), toAll(message.headers()));
    }
  }

  private static void seal(BusMessage message) {
    if (Seal.isClaimed(message.headers())) {
      Seal.set(message.address(), message.headers(), message.body());
    }
  }

  /**
   * As {@link #hand}, but what nobody listens for within some seconds is a dead letter, and nothing
   * else waits for it.
   */
  Future<Void> offer(BusMessage message) {
    if (config.mode() != DeliveryMode.REQUEST) {
      return hand(message);
    }
    return spans == null ? offerNow(message) : spans.around(message, this::offerNow);
  }

  private Future<Void> offerNow(BusMessage message) {
    seal(message);
    return request(message, false);
  }

  private Future<Void> request(BusMessage message, boolean waits) {
    return new Request(
            message.address(), message.body(), message.headers(), config.attempts(), waits)
        .make()
        .onSuccess(replied -> counters.handedOver.add(1))
        .recover(
            failure ->
                dead(
                    message,
                    hasNobody(failure)
                        ? "nobody listens at its address"
                        : "no good reply to "
                            + config.attempts()
                            + " requests, the last: "
                            + failure));
  }

  private void write(MessageProducer<Object> producer, BusMessage message) {
    producer
        .write(message.body())
        .onComplete(
            written -> counters.handedOver.add(1),
            failure -> {
              if (hasNobody(failure)) {
                counters.unheard.add(1);
                unheard.warn(
                    "nobody listens at "
                        + message.address()
                        + ", what is published there is lost (counted as \"unheard\")");
              } else {
                counters.dead.add(1);
                warnings.warn("an event for " + message.address() + " is lost: " + failure);
              }
            });
  }

  private static boolean hasNobody(Throwable failure) {
    return failure instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }

  private DeliveryOptions toAll(MultiMap headers) {
    return options(headers).setLocalOnly(config.local());
  }

  private DeliveryOptions options(MultiMap headers) {
    return new DeliveryOptions()
        .setHeaders(headers)
        .setSendTimeout(config.replyTimeout().toMillis());
  }

  /**
   * Gives a message up: to the dead letters, or where there are none, to the log.
   *
   * @return completes when a consumer of the dead letters has confirmed it by a reply, at once
   *     where there are none
   */
  Future<Void> dead(BusMessage message, String reason) {
    counters.dead.add(1);
    if (config.deadLetter() == null) {
      warnings.warn(
          "event "
              + message.headers().get(SseHeaders.ID)
              + " for address "
              + message.address()
              + " is dropped, "
              + reason);
      return Future.succeededFuture();
    }
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .addAll(message.headers())
            .set(SseHeaders.REASON, reason)
            .set(SseHeaders.ADDRESS, message.address());
    if (Seal.isClaimed(headers)) {
      Seal.set(config.deadLetter(), headers, message.text());
    }
    return new Request(config.deadLetter(), message.text(), headers, 0, true).make();
  }

  /**
   * Makes no further request, and awaits the replies that are on their way, for a limited time. A
   * reply that comes later commits nothing.
   */
  Future<Void> close() {
    closing = true;
    if (onTheirWay == 0 || config.drain().isZero()) {
      closed = true;
      return Future.succeededFuture();
    }
    Promise<Void> all = Promise.promise();
    drained = all;
    Loop.Timer limit = loop.after(config.drain().toMillis(), all::tryComplete);
    return all.future()
        .onComplete(
            done -> {
              closed = true;
              limit.cancel();
            });
  }

  private void over() {
    onTheirWay--;
    if (onTheirWay == 0 && drained != null) {
      drained.tryComplete();
    }
  }
}
