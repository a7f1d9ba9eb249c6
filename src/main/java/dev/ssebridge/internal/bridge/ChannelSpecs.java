package dev.ssebridge.internal.bridge;

import dev.ssebridge.GapMode;
import dev.ssebridge.ResetMode;
import dev.ssebridge.internal.address.ConflationKey;
import dev.ssebridge.internal.bus.ChannelSpec;
import dev.ssebridge.internal.bus.EventValues;
import dev.ssebridge.internal.bus.JsonBodyCodec;
import dev.ssebridge.internal.bus.KeyRule;
import dev.ssebridge.internal.bus.RetryRange;
import dev.ssebridge.internal.bus.StoredSpec;
import dev.ssebridge.internal.bus.TypeRule;
import dev.ssebridge.internal.config.HistoryConfig;
import dev.ssebridge.internal.config.LagConfig;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.fanout.LagLimits;
import dev.ssebridge.internal.fanout.StreamCounters;
import dev.ssebridge.internal.fanout.StreamPolicy;
import dev.ssebridge.internal.log.Retention;
import dev.ssebridge.spi.EventCodec;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From what the configuration says of a route to how its channels are made. */
final class ChannelSpecs {
  private ChannelSpecs() {}

  /**
   * @param stored where the history is kept beside the heap
   */
  static ChannelSpec of(
      String name,
      RouteConfig route,
      EventCodec codec,
      StreamCounters counters,
      @Nullable StoredSpec stored) {
    return new ChannelSpec(
        name,
        type(route.type()),
        key(route.slow().key()),
        route.only().isEmpty() ? null : new EventValues(List.copyOf(route.only().keySet())),
        new RetryRange(route.minRetry().toMillis(), route.maxRetry().toMillis()),
        codec,
        retention(route.history()),
        policy(route),
        route.linger().toMillis(),
        route.limits().channels(),
        counters,
        stored);
  }

  private static TypeRule type(@Nullable String type) {
    if (type == null) {
      return TypeRule.OF_MESSAGE;
    }
    return type.equals(RouteConfig.TYPE_ADDRESS) ? TypeRule.OF_ADDRESS : TypeRule.fixed(type);
  }

  private static Retention retention(HistoryConfig history) {
    long bytes = history.isStored() ? Math.min(history.heap(), history.bytes()) : history.bytes();
    return new Retention(history.events(), bytes, history.age().toMillis());
  }

  private static StreamPolicy policy(RouteConfig route) {
    return new StreamPolicy(
        route.heartbeat().toMillis(),
        route.stalled().toMillis(),
        route.gap() == GapMode.EVENT ? route.gapType() : null,
        lag(route.slow().lag()),
        route.slow().policy(),
        route.slow().keys(),
        route.onReset() == ResetMode.NEWEST);
  }

  private static LagLimits lag(LagConfig lag) {
    return new LagLimits(orNone(lag.events()), orNone(lag.bytes()), millisOrNone(lag.age()));
  }

  private static long orNone(@Nullable Long limit) {
    return limit == null ? Long.MAX_VALUE : limit;
  }

  private static long millisOrNone(@Nullable Duration limit) {
    return limit == null ? Long.MAX_VALUE : limit.toMillis();
  }

  private static @Nullable KeyRule key(@Nullable ConflationKey key) {
    if (key == null) {
      return null;
    }
    if (key instanceof ConflationKey.EventType) {
      return (type, address, message) -> type == null ? "" : type;
    }
    if (key instanceof ConflationKey.Address) {
      return (type, address, message) -> address;
    }
    if (key instanceof ConflationKey.Header header) {
      return (type, address, message) -> message.headers().get(header.name());
    }
    JsonPointer pointer = JsonPointer.from(((ConflationKey.Body) key).pointer());
    return (type, address, message) -> valueAt(pointer, message.body());
  }

  /** The value as JSON text, or {@code null} where there is none. */
  private static @Nullable String valueAt(JsonPointer pointer, @Nullable Object body) {
    Object json = body instanceof String text ? parse(text) : JsonBodyCodec.apart(body);
    if (!(json instanceof JsonObject) && !(json instanceof JsonArray)) {
      return null;
    }
    Object value = pointer.queryJson(json);
    return value == null ? null : Json.encode(value);
  }

  /** A text that is no JSON simply has no key. */
  private static @Nullable Object parse(String text) {
    try {
      return Json.decodeValue(text);
    } catch (DecodeException notJson) {
      return null;
    }
  }
}
