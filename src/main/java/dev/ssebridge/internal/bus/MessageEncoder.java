package dev.ssebridge.internal.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.format.SseTypes;
import dev.ssebridge.internal.eventstream.FieldLine;
import dev.ssebridge.internal.eventstream.FrameBuffer;
import dev.ssebridge.internal.eventstream.ReservedTypes;
import dev.ssebridge.internal.eventstream.Seal;
import dev.ssebridge.internal.eventstream.TraceFields;
import dev.ssebridge.internal.fanout.DropCause;
import dev.ssebridge.internal.fanout.EventFilter;
import dev.ssebridge.internal.fanout.LoopCounters;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the one frame of a message. The headers {@value #SseHeaders.EVENT}, {@value
 * #SseHeaders.RETRY} and {@value #SseHeaders.COMMENT} say what the body cannot.
 */
final class MessageEncoder {
  /** Headers that are passed on as fields of the event, to bridges that follow this one. */
  private static final List<String> FEDERATION =
      List.of(SseHeaders.PATH, SseHeaders.ORIGIN_ID, SseHeaders.FIRST_ID, SseHeaders.GAP);

  private static final List<String> WITH_TRACES =
      Stream.of(FEDERATION, TraceFields.ALL).flatMap(List::stream).toList();

  private final String route;
  private final TypeRule type;
  private final @Nullable String gapType; // null where gaps are not told
  private final ReservedTypes reserved;
  private final RetryRange retries;
  private final OtherBodies others;
  private final JsonBodyCodec texts;
  private final DropWarnings warnings;
  private final @Nullable EventValues only;
  private final LoopCounters counters;
  private final List<String> passedOn;

  // of the message at hand
  private @Nullable ServerSentEvent own; // where its body is not known
  private @Nullable String effectiveType;
  private String written = "";

  /**
   * @param traced whether traces are passed on
   */
  MessageEncoder(
      ChannelSpec spec,
      JsonBodyCodec texts,
      DropWarnings warnings,
      LoopCounters counters,
      boolean traced) {
    this.route = spec.route();
    this.type = spec.type();
    this.gapType = spec.policy().gapType();
    this.reserved = new ReservedTypes(gapType == null ? Set.of() : Set.of(gapType));
    this.retries = spec.retry();
    this.others = new OtherBodies(spec.codec(), warnings, counters);
    this.texts = texts;
    this.warnings = warnings;
    this.only = spec.only();
    this.counters = counters;
    this.passedOn = traced ? WITH_TRACES : FEDERATION;
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
    own = null;
    if (isNotice(message)) {
      effectiveType = typeOf(message, address);
      if (Seal.isGenuine(address, message.headers(), message.body())) {
        return gapType != null || !message.headers().contains(SseHeaders.GAP);
      }
      counters.onDropped(DropCause.RESERVED_HEADER, 1);
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
    Object body = message.body();
    if (!OtherBodies.isKnown(body)) {
      own = others.eventOf(message, body, address);
      if (own == null) {
        return false;
      }
    }
    effectiveType = typeOf(message, address);
    String effective = effectiveType;
    if (effective != null && reserved.contains(effective)) {
      counters.onDropped(DropCause.RESERVED_TYPE, 1);
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
  private @Nullable String typeOf(Message<?> message, String address) {
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
    ServerSentEvent made = own;
    if (made != null && made.type() != null) {
      return made.type().isEmpty() ? null : made.type();
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

  /** The type of the event of the message that was taken last, or {@code null} for none. */
  @Nullable String type() {
    return effectiveType;
  }

  /** Writes the frame of the message that was taken last, without an id. */
  void encode(Message<?> message, String address, FrameBuffer out) {
    encode(message, address, null, 0, out);
  }

  /**
   * Writes the frame of the message that was taken last.
   *
   * @param epoch {@code null} for a frame without an id
   */
  void encode(
      Message<?> message, String address, @Nullable String epoch, long sequence, FrameBuffer out) {
    out.clear();
    written = "";
    MultiMap headers = message.headers();
    comment(headers, out);
    retry(headers, address, out);
    if (epoch != null) {
      out.id(epoch, sequence);
    }
    fields(headers, out);
    if (effectiveType != null) {
      out.type(effectiveType);
    }
    ServerSentEvent made = own;
    if (made == null) {
      data(message.body(), headers, out);
    } else if (made.data() != null) {
      text(made.data(), out);
    }
    out.end();
  }

  /**
   * Whom the event is for that was encoded last; {@code null} where nothing says so. What a source
   * of this bridge tells of itself is for everybody.
   */
  @Nullable String label(Message<?> message) {
    if (only == null) {
      return null;
    }
    String data = written;
    written = ""; // as large as the message, and there may be many channels
    return isNotice(message) ? EventFilter.EVERYBODY : only.labelOf(data);
  }

  /** Counts an event without a label, where there should be one. */
  void tellForNobody() {
    counters.onDropped(DropCause.FOR_NOBODY, 1);
    warnings.dropped(
        "route "
            + route
            + ": event for nobody, expected JSON with a text, a number or a boolean at "
            + only);
  }

  private void comment(MultiMap headers, FrameBuffer out) {
    ServerSentEvent made = own;
    String comment =
        made != null && made.comment() != null
            ? made.comment()
            : headers.isEmpty() ? null : headers.get(SseHeaders.COMMENT);
    if (comment != null) {
      out.comment(comment);
    }
  }

  private void fields(MultiMap headers, FrameBuffer out) {
    ServerSentEvent made = own;
    if (made != null) {
      made.fields()
          .forEach(
              (name, value) -> {
                if (!MessageHeaders.isOwn(name)) {
                  out.field(name, value);
                }
              });
    }
    if (headers.isEmpty()) {
      return;
    }
    for (String name : passedOn) {
      String value = headers.get(name);
      if (value != null && TypeRule.isLine(value) && TraceFields.isFit(name, value)) {
        out.field(name, value);
      }
    }
  }

  private void retry(MultiMap headers, String address, FrameBuffer out) {
    ServerSentEvent made = own;
    if (made != null && made.retry() >= 0) {
      out.retry(retries.clamp(made.retry()));
      return;
    }
    String retry = headers.isEmpty() ? null : headers.get(SseHeaders.RETRY);
    if (retry == null) {
      return;
    }
    long millis = FieldLine.digits(retry);
    if (millis != FieldLine.NO_DIGITS) {
      out.retry(retries.clamp(millis));
    } else {
      warnings.dropped(
          "address "
              + address
              + ": header "
              + SseHeaders.RETRY
              + " left out, expected a number of milliseconds");
    }
  }

  private void data(@Nullable Object body, MultiMap headers, FrameBuffer out) {
    String asItCame = texts.textOf(body);
    if (asItCame != null) {
      text(asItCame, out);
    } else if (body == null) {
      text(headers.contains(SseHeaders.JSON_NULL) ? "null" : "", out);
    } else if (body instanceof JsonObject json) {
      text(json.encode(), out);
    } else if (body instanceof JsonArray json) {
      text(json.encode(), out);
    } else if (body instanceof Buffer buffer) {
      byte[] utf8 = buffer.getBytes();
      out.data(utf8, 0, utf8.length);
      if (only != null) {
        written = new String(utf8, UTF_8);
      }
    } else {
      text(body.toString(), out);
    }
  }

  private void text(String data, FrameBuffer out) {
    out.data(data);
    if (only != null) {
      written = data;
    }
  }
}
