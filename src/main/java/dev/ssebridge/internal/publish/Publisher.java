package dev.ssebridge.internal.publish;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.bus.MessageHeaders;
import dev.ssebridge.internal.bus.Receipt;
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
  private final @Nullable Receipt receipt;
  private long published;

  /**
   * @param type of all events that name none, or {@code null}
   * @param receipt told of each message before it is published, or {@code null}
   */
  Publisher(EventBus bus, String address, @Nullable String type, @Nullable Receipt receipt) {
    this.bus = bus;
    this.address = address;
    this.type = type;
    this.receipt = receipt;
    this.options = type == null ? PLAIN : typed(type);
  }

  void publish(String data) {
    publish(data, receipt == null ? options : optionsFor(type));
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
    DeliveryOptions own = optionsFor(effective);
    if (retry >= 0) {
      own.addHeader(SseHeaders.RETRY, Long.toString(retry));
    }
    publish(data, own);
  }

  /**
   * @param own of this message alone, where there is a receipt
   */
  private void publish(String data, DeliveryOptions own) {
    if (receipt != null) {
      own.addHeader(MessageHeaders.RECEIPT, receipt.mark(published + 1));
    }
    bus.publish(address, data, own);
    published++;
  }

  private static DeliveryOptions optionsFor(@Nullable String type) {
    return type == null ? new DeliveryOptions() : typed(type);
  }

  long published() {
    return published;
  }

  private static DeliveryOptions typed(String type) {
    return new DeliveryOptions().addHeader(SseHeaders.EVENT, type);
  }
}
