package dev.ssebridge.internal.bus;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.log.Position;
import dev.ssebridge.spi.HistoryStore;
import io.vertx.core.eventbus.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the messages are that name themselves: the newest of a channel. On its writer. */
public final class MessageIds {
  /** No id is longer. */
  public static final int MAX_LENGTH = 256;

  /** What an id takes of memory beside its characters. */
  private static final int BYTES = 180;

  private long bytes;
  private final Map<String, Position> places =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Position> eldest) {
          boolean isOver = size() > HistoryStore.REMEMBERED_IDS;
          if (isOver) {
            bytes -= bytesOf(eldest.getKey());
          }
          return isOver;
        }
      };

  /** The id of a message, or {@code null} where it has none that can be one. */
  static @Nullable String of(Message<?> message, DropWarnings warnings, String address) {
    if (message.headers().isEmpty()) {
      return null;
    }
    String id = message.headers().get(SseHeaders.MESSAGE_ID);
    if (id == null || isFit(id)) {
      return id;
    }
    warnings.dropped(
        "address "
            + address
            + ": header "
            + SseHeaders.MESSAGE_ID
            + " left out, expected 1 to "
            + MAX_LENGTH
            + " visible ASCII characters");
    return null;
  }

  /** Whether this can be one. */
  public static boolean isFit(String id) {
    return !id.isEmpty()
        && id.length() <= MAX_LENGTH
        && id.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  @Nullable Position get(String id) {
    return places.get(id);
  }

  void put(String id, Position position) {
    if (places.put(id, position) == null) {
      bytes += bytesOf(id);
    }
  }

  private static long bytesOf(String id) {
    return BYTES + (long) id.length();
  }

  /** About what they hold. */
  long bytes() {
    return bytes;
  }

  void clear() {
    places.clear();
    bytes = 0;
  }
}
