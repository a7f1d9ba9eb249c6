package dev.ssebridge.internal.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.spi.GapReason;
import dev.ssebridge.spi.StoredEvent;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How events are written in entries and messages: {@code append.lua} describes it. */
final class Entries {
  private Entries() {}

  /**
   * An entry of a log.
   *
   * @param sequence that of the event, or of the last of the lost ones
   * @param batch the mark of the call whose last entry this is, and what is with it; else empty
   */
  record Entry(long sequence, StoredEvent event, String batch) {
    /** The first sequence. */
    long first() {
      return sequence - event.span() + 1;
    }

    /** Of lost events, those from this sequence on; an event as it is. */
    StoredEvent from(long from) {
      StoredEvent all = event;
      return all.reason() == null || from <= first()
          ? all
          : StoredEvent.lost(all.time(), sequence - from + 1, all.reason());
    }

    /** The mark of the call, or an empty text. */
    String mark() {
      return Entries.mark(batch);
    }
  }

  /** The first word. */
  static String mark(String batch) {
    int space = batch.indexOf(' ');
    return space < 0 ? batch : batch.substring(0, space);
  }

  /** Entries as XRANGE tells them. */
  static List<Entry> entries(Response range) {
    List<Entry> entries = new ArrayList<>(range.size());
    for (Response entry : range) {
      String id = entry.get(0).toString();
      Response fields = entry.get(1);
      String head = "0";
      byte[] frame = {};
      String batch = "";
      for (int i = 0; i + 1 < fields.size(); i += 2) {
        Response value = fields.get(i + 1);
        switch (fields.get(i).toString()) {
          case "h" -> head = value.toString(UTF_8);
          case "d" -> frame = value.toBytes();
          case "b" -> batch = value.toString(UTF_8);
          default -> {
            // of a later version
          }
        }
      }
      long sequence = Long.parseLong(id.substring(id.indexOf('-') + 1));
      StoredEvent event = event(head, frame);
      if (event.lost() > sequence) {
        event = nonsense();
      }
      entries.add(new Entry(sequence, event, batch));
    }
    return entries;
  }

  /** Time and attributes of an event in a line. */
  static byte[] head(StoredEvent event) {
    StringBuilder head = new StringBuilder(32).append(event.time());
    if (event.reason() != null) {
      head.append(" n=").append(event.lost()).append(" r=").append(event.reason().word());
    } else {
      if (event.source() != 0) {
        head.append(" s=").append(event.source());
      }
      word(head, " k=", event.key());
      word(head, " l=", event.label());
      word(head, " m=", event.messageId());
    }
    return head.toString().getBytes(UTF_8);
  }

  private static void word(StringBuilder head, String name, @Nullable String value) {
    if (value != null) {
      head.append(name);
      escape(head, value);
    }
  }

  private static void escape(StringBuilder to, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < value.length()
              && Character.isLowSurrogate(value.charAt(i + 1));
      if (pair) {
        to.append(c).append(value.charAt(++i));
      } else if (c <= ' ' || c == '%' || c == 0x7f || Character.isSurrogate(c)) {
        to.append(String.format(Locale.ROOT, "%%u%04X", (int) c));
      } else {
        to.append(c);
      }
    }
  }

  private static String unescaped(String value) {
    if (value.indexOf('%') < 0) {
      return value;
    }
    StringBuilder text = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '%' && value.startsWith("u", i + 1) && i + 6 <= value.length()) {
        text.append((char) Integer.parseInt(value.substring(i + 2, i + 6), 16));
        i += 5;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /** An event from its line and its frame; a lost one where another program wrote nonsense. */
  static StoredEvent event(String head, byte[] frame) {
    try {
      return parsed(head, frame);
    } catch (IllegalArgumentException nonsense) {
      return nonsense();
    }
  }

  private static StoredEvent nonsense() {
    return StoredEvent.lost(0, 1, GapReason.STORE);
  }

  private static StoredEvent parsed(String head, byte[] frame) {
    int space = head.indexOf(' ');
    if (space < 0) {
      return plain(Long.parseLong(head), frame, 0, null, null, null);
    }
    long time = Long.parseLong(head.substring(0, space));
    int source = 0;
    String key = null;
    String label = null;
    String id = null;
    long lost = 0;
    GapReason reason = GapReason.STORE;
    for (String word : head.substring(space + 1).split(" ", -1)) {
      String value = word.length() < 2 ? "" : word.substring(2);
      switch (word.length() < 2 ? ' ' : word.charAt(0)) {
        case 's' -> source = source(value);
        case 'k' -> key = unescaped(value);
        case 'l' -> label = unescaped(value);
        case 'm' -> id = unescaped(value);
        case 'n' -> lost = Long.parseLong(value);
        case 'r' -> reason = reason(value);
        default -> {
          // of a later version
        }
      }
    }
    return lost > 0
        ? StoredEvent.lost(time, lost, reason)
        : plain(time, frame, source, key, label, id);
  }

  private static StoredEvent plain(
      long time,
      byte[] frame,
      int source,
      @Nullable String key,
      @Nullable String label,
      @Nullable String id) {
    // What another program wrote without a frame takes a sequence all the same.
    return frame.length == 0
        ? StoredEvent.lost(time, 1, GapReason.STORE)
        : StoredEvent.of(time, frame, source, key, label, id);
  }

  private static int source(String value) {
    int source = Integer.parseInt(value);
    if (source < 0 || source >= Short.MAX_VALUE) {
      throw new IllegalArgumentException("s: expected the index of an address, got " + value);
    }
    return source;
  }

  private static GapReason reason(String word) {
    for (GapReason reason : GapReason.values()) {
      if (reason.word().equals(word)) {
        return reason;
      }
    }
    return GapReason.STORE;
  }
}
