package dev.ssebridge.internal.http;

import dev.ssebridge.internal.bus.MessageHeaders;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import org.jspecify.annotations.Nullable;

/** Publishes the messages of one body on one address. */
final class Publisher {
  private static final DeliveryOptions PLAIN = new DeliveryOptions();

  private final EventBus bus;
  private final String address;
  private final @Nullable String type;
  private final DeliveryOptions options;
  private long published;

  /**
   * @param type of all events that name none, or {@code null}
   */
  Publisher(EventBus bus, String address, @Nullable String type) {
    this.bus = bus;
    this.address = address;
    this.type = type;
    this.options = type == null ? PLAIN : typed(type);
  }

  void publish(String data) {
    bus.publish(address, data, options);
    published++;
  }

  /**
   * @param ownType the event's own type, or {@code null}
   * @param retry the event's own reconnection time, or -1
   */
  void publish(String data, @Nullable String ownType, long retry) {
    if (ownType == null && retry < 0) {
      publish(data);
      return;
    }
    String effective = ownType == null ? type : ownType;
    DeliveryOptions own = effective == null ? new DeliveryOptions() : typed(effective);
    if (retry >= 0) {
      own.addHeader(MessageHeaders.RETRY, Long.toString(retry));
    }
    bus.publish(address, data, own);
    published++;
  }

  long published() {
    return published;
  }

  private static DeliveryOptions typed(String type) {
    return new DeliveryOptions().addHeader(MessageHeaders.TYPE, type);
  }
}
