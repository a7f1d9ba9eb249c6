package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.SourceDelivery;
import dev.ssebridge.internal.eventstream.Seal;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.util.function.DoubleSupplier;

/**
 * Hands messages over to the event bus, in the way the source is configured. What cannot be handed
 * over goes to the dead letters. Only on the context.
 */
final class Handover {
  private static final long FIRST_RETRY = 200;
  private static final long LAST_RETRY = 30_000;

  private final EventBus bus;
  private final Loop loop;
  private final SourceDelivery config;
  private final Backoff backoff;
  private final SourceCounters counters;
  private final Warnings warnings;

  private boolean closed;

  Handover(
      EventBus bus,
      Loop loop,
      SourceDelivery config,
      double jitter,
      DoubleSupplier chance,
      SourceCounters counters,
      Warnings warnings) {
    this.bus = bus;
    this.loop = loop;
    this.config = config;
    this.backoff = new Backoff(FIRST_RETRY, LAST_RETRY, jitter, chance);
    this.counters = counters;
    this.warnings = warnings;
  }

  /**
   * Hands a message over.
   *
   * @return completes when the event is done with, one way or the other; never fails, and does not
   *     complete if this is closed before
   */
  Future<Void> hand(BusMessage message) {
    if (Seal.isClaimed(message.headers())) {
      Seal.set(message.address(), message.headers(), message.body());
    }
    DeliveryOptions options =
        new DeliveryOptions()
            .setHeaders(message.headers())
            .setSendTimeout(config.replyTimeout().toMillis());
    switch (config.mode()) {
      case PUBLISH -> bus.publish(message.address(), message.body(), options);
      case SEND -> bus.send(message.address(), message.body(), options);
      case REQUEST -> {
        Promise<Void> done = Promise.promise();
        request(message, options, 1, done);
        return done.future();
      }
    }
    counters.handedOver++;
    return Future.succeededFuture();
  }

  private void request(
      BusMessage message, DeliveryOptions options, int attempt, Promise<Void> done) {
    if (closed) {
      return;
    }
    bus.request(message.address(), message.body(), options)
        .onComplete(
            reply -> {
              if (!closed) {
                counters.handedOver++;
                done.complete();
              }
            },
            failure -> failed(message, options, attempt, done, failure));
  }

  private void failed(
      BusMessage message,
      DeliveryOptions options,
      int attempt,
      Promise<Void> done,
      Throwable failure) {
    if (closed) {
      return;
    }
    if (config.attempts() > 0 && attempt >= config.attempts()) {
      dead(message, "no good reply to " + attempt + " requests, the last: " + failure);
      done.complete();
    } else {
      counters.repeated++;
      loop.after(backoff.delay(attempt, 0), () -> request(message, options, attempt + 1, done));
    }
  }

  /** Gives a message up: to the dead letters, or where there are none, to the log. */
  void dead(BusMessage message, String reason) {
    counters.dead++;
    if (config.deadLetter() == null) {
      warnings.warn(
          "event "
              + message.headers().get(BusMessage.ID)
              + " for address "
              + message.address()
              + " is dropped, "
              + reason);
      return;
    }
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .addAll(message.headers())
            .set(BusMessage.REASON, reason)
            .set(BusMessage.ADDRESS, message.address());
    if (Seal.isClaimed(headers)) {
      Seal.set(config.deadLetter(), headers, message.text());
    }
    bus.publish(config.deadLetter(), message.text(), new DeliveryOptions().setHeaders(headers));
  }

  /** Makes no further request, and completes none: a late reply commits nothing. */
  void close() {
    closed = true;
  }
}
