package dev.ssebridge.internal.client;

import dev.ssebridge.ServerSentEvent;
import dev.ssebridge.internal.config.SourceConfig;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes bus messages of the events of one source. */
final class MessageForm {
  /** The type that a gap has here, whatever the other bridge calls it. */
  private static final String GAP_TYPE = "sse.gap";

  private static final Pattern MISSED = Pattern.compile("[0-9]{1,18}");

  private final String source;
  private final SourceConfig config;

  MessageForm(String source, SourceConfig config) {
    this.source = source;
    this.config = config;
  }

  /** What an event becomes. */
  sealed interface Result {}

  /** A message. */
  record Formed(BusMessage message) implements Result {}

  /** Nothing that its address could take; the message has the data as text. */
  record Unfit(BusMessage message, String reason) implements Result {}

  /** Whether the source takes this event: gaps always, else by type. */
  boolean takes(ServerSentEvent event) {
    return config.types().isEmpty()
        || isGap(event)
        || config.types().contains(event.effectiveType());
  }

  /** Whether this is another bridge's report of what could not be delivered. */
  static boolean isGap(ServerSentEvent event) {
    return event.fields().containsKey(BusMessage.GAP);
  }

  private static String typeOf(ServerSentEvent event) {
    return isGap(event) ? GAP_TYPE : event.effectiveType();
  }

  /** The message of this event, which came over this path of bridges. */
  Result form(ServerSentEvent event, String path) {
    String data = event.data() == null ? "" : event.data();
    String id = event.id() == null ? "" : event.id();
    String address =
        config.address().resolve(Map.of("type", typeOf(event), "id", id, "source", source));
    MultiMap headers = headers(event, id, path);
    BusMessage asText = new BusMessage(address, data, data, headers);
    if (address.isEmpty()) {
      return new Unfit(asText, "its address, " + config.address() + ", is empty");
    }
    try {
      return new Formed(new BusMessage(address, body(data), data, headers));
    } catch (DecodeException e) {
      return new Unfit(asText, "expected data that is JSON: " + e.getMessage());
    }
  }

  private @Nullable Object body(String data) {
    return switch (config.body()) {
      case TEXT -> data;
      case BUFFER -> Buffer.buffer(data);
      case JSON -> Json.decodeValue(data);
    };
  }

  private MultiMap headers(ServerSentEvent event, String id, String path) {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .set(BusMessage.TYPE, typeOf(event))
            .set(BusMessage.SOURCE, source)
            .set(Federation.PATH, path);
    if (!id.isEmpty()) {
      headers.set(BusMessage.ID, id);
    }
    String origin = event.fields().getOrDefault(Federation.ORIGIN_ID, id);
    if (!origin.isEmpty()) {
      headers.set(Federation.ORIGIN_ID, origin);
    }
    if (isGap(event)) {
      headers.set(BusMessage.GAP, missed(event));
    }
    return headers;
  }

  /** How many events a gap tells of, or {@code unknown}. */
  static String missed(ServerSentEvent event) {
    String missed = event.fields().getOrDefault(BusMessage.GAP, "");
    return MISSED.matcher(missed).matches() ? missed : "unknown";
  }
}
