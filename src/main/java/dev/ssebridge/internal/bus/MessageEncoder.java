package dev.ssebridge.internal.bus;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.format.SseTypes;
import dev.ssebridge.internal.eventstream.FrameBuffer;
import dev.ssebridge.internal.eventstream.ReservedTypes;
import dev.ssebridge.internal.eventstream.Seal;
import dev.ssebridge.spi.EventCodec;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the one frame of a message. The headers {@value #SseHeaders.EVENT}, {@value
 * #SseHeaders.RETRY} and {@value #SseHeaders.COMMENT} say what the body cannot.
 */
final class MessageEncoder {
  /** Headers that are passed on as fields of the event, to bridges that follow this one. */
  private static final List<String> FEDERATION =
      List.of(SseHeaders.PATH, SseHeaders.ORIGIN_ID, SseHeaders.FIRST_ID, SseHeaders.GAP);

  private static final int MAX_RETRY_DIGITS = 15;

  private final TypeRule type;
  private final @Nullable String gapType; // null where gaps are not told
  private final ReservedTypes reserved;
  private final RetryRange retries;
  private final EventCodec codec;
  private final DropWarnings warnings;

  MessageEncoder(ChannelSpec spec, DropWarnings warnings) {
    this.type = spec.type();
    this.gapType = spec.policy().gapType();
    this.reserved = new ReservedTypes(gapType == null ? Set.of() : Set.of(gapType));
    this.retries = spec.retry();
    this.codec = spec.codec();
    this.warnings = warnings;
  }

  /** Whether a source of this bridge tells of itself: such are never merged with others. */
  static boolean isNotice(Message<?> message) {
    return Seal.isClaimed(message.headers());
  }

  /**
   * Whether this becomes an event. A gap does not where gaps are not told; and what only the bridge
   * itself may say is dropped where anybody else says it.
   */
  boolean takes(Message<?> message, String address) {
    if (isNotice(message)) {
      if (Seal.isGenuine(address, message.headers(), message.body())) {
        return gapType != null || !message.headers().contains(SseHeaders.GAP);
      }
      warnings.dropped(
          "address "
              + address
              + ": message dropped, the headers "
              + SseHeaders.GAP
              + " and "
              + SseHeaders.STATE
              + " are for the bridge's own sources, in the same process");
      return false;
    }
    String effective = typeOf(message, address);
    if (effective != null && reserved.contains(effective)) {
      warnings.dropped(
          "address "
              + address
              + ": message dropped, expected a type of the application's own, got one that is for"
              + " the bridge alone ("
              + SseTypes.PREFIX
              + "*, and the route's gapType)");
      return false;
    }
    return true;
  }

  /**
   * The type of this message's event, or {@code null} for none. A gap of another bridge is told as
   * those of this one are, whatever it was called there.
   */
  @Nullable String typeOf(Message<?> message, String address) {
    if (gapType != null && message.headers().contains(SseHeaders.GAP)) {
      return gapType;
    }
    if (message.headers().contains(SseHeaders.STATE)) {
      return SseTypes.SOURCE;
    }
    String fixed = type.typeOf(address);
    if (fixed != null) {
      return fixed;
    }
    String header = message.headers().get(SseHeaders.EVENT);
    if (header == null || header.isEmpty()) {
      return null;
    }
    if (!TypeRule.isLine(header)) {
      warnings.dropped(
          "address "
              + address
              + ": header "
              + SseHeaders.EVENT
              + " left out, expected one line without CR, LF and NUL");
      return null;
    }
    return header;
  }

  /**
   * Writes the frame.
   *
   * @return false where the body is of a class that nobody knows; then the frame is of no use
   */
  boolean encode(
      Message<?> message,
      String address,
      @Nullable String eventType,
      String epoch,
      long sequence,
      FrameBuffer out) {
    out.clear();
    MultiMap headers = message.headers();
    if (!headers.isEmpty()) {
      comment(headers, out);
      retry(headers, address, out);
    }
    out.id(epoch, sequence);
    if (!headers.isEmpty()) {
      federation(headers, out);
    }
    if (eventType != null) {
      out.type(eventType);
    }
    if (!data(message.body(), address, out)) {
      return false;
    }
    out.end();
    return true;
  }

  private static void comment(MultiMap headers, FrameBuffer out) {
    String comment = headers.get(SseHeaders.COMMENT);
    if (comment != null) {
      out.comment(comment);
    }
  }

  private static void federation(MultiMap headers, FrameBuffer out) {
    for (String name : FEDERATION) {
      String value = headers.get(name);
      if (value != null && TypeRule.isLine(value)) {
        out.field(name, value);
      }
    }
  }

  private void retry(MultiMap headers, String address, FrameBuffer out) {
    String retry = headers.get(SseHeaders.RETRY);
    if (retry == null) {
      return;
    }
    boolean digits =
        !retry.isEmpty()
            && retry.length() <= MAX_RETRY_DIGITS
            && retry.chars().allMatch(c -> c >= '0' && c <= '9');
    if (digits) {
      out.retry(retries.clamp(Long.parseLong(retry)));
    } else {
      warnings.dropped(
          "address "
              + address
              + ": header "
              + SseHeaders.RETRY
              + " left out, expected a number of milliseconds");
    }
  }

  private boolean data(@Nullable Object body, String address, FrameBuffer out) {
    if (body == null) {
      out.data("");
    } else if (body instanceof String text) {
      out.data(text);
    } else if (body instanceof JsonObject json) {
      out.data(json.encode());
    } else if (body instanceof JsonArray json) {
      out.data(json.encode());
    } else if (body instanceof Buffer buffer) {
      byte[] utf8 = buffer.getBytes();
      out.data(utf8, 0, utf8.length);
    } else if (body instanceof Number || body instanceof Boolean) {
      out.data(body.toString());
    } else {
      return unknown(body, address, out);
    }
    return true;
  }

  private boolean unknown(Object body, String address, FrameBuffer out) {
    String subject = "address " + address + ": message dropped, ";
    try {
      String data = codec.encode(body);
      if (data != null) {
        out.data(data);
        return true;
      }
      warnings.dropped(
          subject
              + "no codec for "
              + body.getClass().getName()
              + " (known: String, JsonObject, JsonArray, Buffer, Number, Boolean, null)");
    } catch (RuntimeException e) {
      warnings.dropped(subject + "the codec failed on " + body.getClass().getName(), e);
    }
    return false;
  }
}
