package dev.ssebridge.internal.bus;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.fanout.DropCause;
import dev.ssebridge.internal.fanout.LoopCounters;
import dev.ssebridge.spi.EventCodec;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of bodies that the bridge does not know: the application's codec is asked, then the
 * one that it has registered on the event bus, then the JSON mapper of Vert.x.
 */
final class OtherBodies {
  private final EventCodec codec;
  private final DropWarnings warnings;
  private final LoopCounters counters;

  OtherBodies(EventCodec codec, DropWarnings warnings, LoopCounters counters) {
    this.counters = counters;
    this.codec = codec;
    this.warnings = warnings;
  }

  /** Whether nobody has to be asked. */
  static boolean isKnown(@Nullable Object body) {
    return body == null
        || body instanceof String
        || body instanceof JsonObject
        || body instanceof JsonArray
        || body instanceof Buffer
        || body instanceof Number
        || body instanceof Boolean;
  }

  /** The event of a message that is not {@linkplain #isKnown known}, or {@code null} for none. */
  @Nullable ServerSentEvent eventOf(Message<?> message, Object body, String address) {
    String subject = "address " + address + ": message dropped, ";
    try {
      ServerSentEvent event = codec.encode(message);
      if (event == null) {
        String json = jsonOf(message, body);
        event = json == null ? null : ServerSentEvent.of(json);
      }
      if (event == null) {
        counters.onDropped(DropCause.NO_CODEC, 1);
        warnings.dropped(
            subject
                + "no codec for "
                + body.getClass().getName()
                + " (known: String, JsonObject, JsonArray, Buffer, Number, Boolean, null; what its"
                + " MessageCodec writes as JSON; what Json.encode can map)");
      }
      return event;
    } catch (RuntimeException | Error e) {
      counters.onDropped(DropCause.CODEC_FAILED, 1);
      warnings.dropped(subject + "the codec failed on " + body.getClass().getName(), e);
      return null;
    }
  }

  private static @Nullable String jsonOf(Message<?> message, Object body) {
    String wire = WireForm.jsonOf(message, body);
    return wire == null ? mapped(body) : wire;
  }

  /** Without Jackson Databind that is only what is JSON almost: a Map, a List, an Instant. */
  private static @Nullable String mapped(Object body) {
    if (body instanceof byte[] || body instanceof Character) {
      return null; // as Base64, or a letter in quotes, nobody would expect it
    }
    try {
      return Json.encode(body);
    } catch (EncodeException notMapped) {
      return null; // the drop is warned of
    }
  }
}
