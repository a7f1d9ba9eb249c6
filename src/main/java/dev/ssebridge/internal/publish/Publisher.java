package dev.ssebridge.internal.publish;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.bus.JsonBody;
import dev.ssebridge.internal.bus.JsonBodyCodec;
import dev.ssebridge.internal.bus.MessageHeaders;
import dev.ssebridge.internal.bus.Receipt;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import org.jspecify.annotations.Nullable;

/** Publishes the messages of one body on one address. */
final class Publisher {
  private static final DeliveryOptions PLAIN = new DeliveryOptions();
  private static final DeliveryOptions JSON =
      new DeliveryOptions().setCodecName(JsonBodyCodec.NAME);

  private final EventBus bus;
  private final String address;
  private final @Nullable String type;
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
  }

  void publish(Draft draft) {
    Object body = draft.body();
    bus.publish(address, body == JsonBody.NULL ? null : body, optionsOf(draft, body));
    published++;
  }

  private DeliveryOptions optionsOf(Draft draft, @Nullable Object body) {
    String effective = draft.type() == null ? type : draft.type();
    boolean json = body instanceof JsonBody && body != JsonBody.NULL;
    if (effective == null && draft.retry() < 0 && receipt == null && body != JsonBody.NULL) {
      return json ? JSON : PLAIN;
    }
    DeliveryOptions own = new DeliveryOptions();
    if (json) {
      own.setCodecName(JsonBodyCodec.NAME);
    }
    if (effective != null) {
      own.addHeader(SseHeaders.EVENT, effective);
    }
    if (draft.retry() >= 0) {
      own.addHeader(SseHeaders.RETRY, Long.toString(draft.retry()));
    }
    if (body == JsonBody.NULL) {
      own.addHeader(MessageHeaders.JSON_NULL, "");
    }
    if (receipt != null) {
      own.addHeader(MessageHeaders.RECEIPT, receipt.mark(published + 1));
    }
    return own;
  }

  long published() {
    return published;
  }
}
