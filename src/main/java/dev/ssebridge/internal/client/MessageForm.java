package dev.ssebridge.internal.client;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.format.SseTypes;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.eventstream.TraceFields;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes bus messages of the events of one source. */
final class MessageForm {

  private static final Pattern MISSED = Pattern.compile("[0-9]{1,18}");

  private final String source;
  private final SourceConfig config;
  private final Predicate<String> own;
  private final Predicate<String> leased;

  /**
   * @param own whether an address is one where no event may go
   * @param leased whether what goes to an address needs an id of its message, since one node
   *     records it for others that stand by
   */
  MessageForm(String source, SourceConfig config, Predicate<String> own, Predicate<String> leased) {
    this.source = source;
    this.config = config;
    this.own = own;
    this.leased = leased;
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
    return event.fields().containsKey(SseHeaders.GAP);
  }

  /**
   * Whether this is a gap that goes to an address of its own, where those who wait for events need
   * not listen.
   */
  boolean mayBeUnheard(ServerSentEvent event) {
    return isGap(event) && config.address().parameters().contains("type");
  }

  private static String typeOf(ServerSentEvent event) {
    return isGap(event) ? SseTypes.GAP : event.effectiveType();
  }

  private static String idOf(ServerSentEvent event) {
    return event.id() == null ? "" : event.id();
  }

  /** Where this event goes. */
  String address(ServerSentEvent event) {
    return config
        .address()
        .resolve(Map.of("type", typeOf(event), "id", idOf(event), "source", source));
  }

  /**
   * The message of this event.
   *
   * @param path the bridges it came over
   * @param origin where it began, or null if that is not known
   */
  Result form(ServerSentEvent event, String path, Federation.@Nullable Origin origin) {
    String data = event.data() == null ? "" : event.data();
    String address = address(event);
    MultiMap headers = headers(event, path, origin);
    if (leased.test(address)) {
      headers.set(SseHeaders.MESSAGE_ID, UUID.randomUUID().toString());
    }
    BusMessage asText = new BusMessage(address, data, data, headers);
    if (address.isEmpty()) {
      return new Unfit(asText, "its address, " + config.address() + ", is empty");
    }
    if (own.test(address)) {
      return new Unfit(asText, "its address, " + address + ", is one of the bridge's own");
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

  private MultiMap headers(ServerSentEvent event, String path, Federation.@Nullable Origin origin) {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .set(SseHeaders.EVENT, typeOf(event))
            .set(SseHeaders.SOURCE, source)
            .set(SseHeaders.PATH, path);
    String id = idOf(event);
    if (!id.isEmpty()) {
      headers.set(SseHeaders.ID, id);
    }
    String readAs = event.fields().getOrDefault(SseHeaders.ORIGIN_ID, id);
    if (!readAs.isEmpty()) {
      headers.set(SseHeaders.ORIGIN_ID, readAs);
    }
    if (origin != null && !isGap(event)) {
      headers.set(SseHeaders.FIRST_ID, origin.id());
    }
    if (isGap(event)) {
      headers.set(SseHeaders.GAP, missed(event));
    }
    trace(event, headers);
    return headers;
  }

  private static void trace(ServerSentEvent event, MultiMap headers) {
    String parent = event.fields().get(TraceFields.PARENT);
    if (parent != null && TraceFields.isTrace(parent)) {
      headers.set(TraceFields.PARENT, parent);
      String state = event.fields().get(TraceFields.STATE);
      if (state != null && TraceFields.isState(state)) {
        headers.set(TraceFields.STATE, state);
      }
    }
  }

  /** How many events a gap tells of, or {@code unknown}. */
  static String missed(ServerSentEvent event) {
    String missed = event.fields().getOrDefault(SseHeaders.GAP, "");
    return MISSED.matcher(missed).matches() ? missed : "unknown";
  }
}
