package dev.ssebridge.internal.publish;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.bus.JsonBody;
import dev.ssebridge.internal.bus.JsonBodyCodec;
import dev.ssebridge.internal.bus.MessageHeaders;
import dev.ssebridge.internal.bus.Posted;
import dev.ssebridge.internal.bus.Receipt;
import dev.ssebridge.internal.http.BadRequestException;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.util.Map;
import java.util.Objects;
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
  private final @Nullable MessageName name;
  private final DeliveryOptions plain;
  private final DeliveryOptions json;
  private @Nullable Review review;
  private long published;

  /**
   * @param type of all events that name none, or {@code null}
   * @param receipt told of each message before it is published, or {@code null}
   * @param name what each message is named by, or {@code null} where they have no names
   */
  Publisher(
      EventBus bus,
      String address,
      @Nullable String type,
      @Nullable Receipt receipt,
      @Nullable MessageName name) {
    this.bus = bus;
    this.address = address;
    this.type = type;
    this.receipt = receipt;
    this.name = name;
    this.plain = type == null ? PLAIN : typed(type);
    this.json = type == null ? JSON : typed(type).setCodecName(JsonBodyCodec.NAME);
  }

  /** Names messages by their number, from 1. */
  @FunctionalInterface
  interface MessageName {
    /**
     * The name of one of them.
     *
     * @param number from 1
     * @throws BadRequestException if so many cannot have names
     */
    String of(long number) throws BadRequestException;
  }

  private static DeliveryOptions typed(String type) {
    return new DeliveryOptions().addHeader(SseHeaders.EVENT, type);
  }

  /** Has somebody decide about each message before it is published; before the first of them. */
  void reviewedBy(Review review) {
    this.review = review;
  }

  /** Publishes it, or has it decided first. */
  void publish(Draft draft) throws BadRequestException {
    Draft whole = draft.type() == null && type != null ? draft.withType(type) : draft;
    Review first = review;
    if (first == null) {
      send(whole);
    } else {
      first.add(whole);
    }
  }

  /** Publishes it now. */
  void send(Draft draft) throws BadRequestException {
    Object body = draft.body();
    DeliveryOptions options = optionsOf(draft);
    Posted.publish(() -> bus.publish(address, body == JsonBody.NULL ? null : body, options));
    published++;
  }

  private DeliveryOptions optionsOf(Draft draft) throws BadRequestException {
    boolean isNull = draft.body() == JsonBody.NULL;
    boolean isJson = draft.body() instanceof JsonBody && !isNull;
    if (Objects.equals(draft.type(), type)
        && draft.retry() < 0
        && draft.headers() == null
        && receipt == null
        && name == null
        && !isNull) {
      return isJson ? json : plain;
    }
    DeliveryOptions own = new DeliveryOptions();
    if (draft.headers() != null) {
      for (Map.Entry<String, String> header : draft.headers()) {
        if (!MessageHeaders.isOwn(header.getKey())) {
          own.addHeader(header.getKey(), header.getValue());
        }
      }
    }
    if (isJson) {
      own.setCodecName(JsonBodyCodec.NAME);
    }
    if (draft.type() != null) {
      own.addHeader(SseHeaders.EVENT, draft.type());
    }
    if (draft.retry() >= 0) {
      own.addHeader(SseHeaders.RETRY, Long.toString(draft.retry()));
    }
    if (isNull) {
      own.addHeader(SseHeaders.JSON_NULL, "");
    }
    if (name != null) {
      own.addHeader(SseHeaders.MESSAGE_ID, name.of(published + 1));
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
