package dev.ssebridge.internal.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ssebridge.spi.StoredEvent;
import java.util.ArrayList;
import java.util.List;

/** What an append says to the scripts {@code append.lua} and {@code plain.lua}. */
final class AppendWords {
  /** What {@code plain.lua} answers where it has added nothing, and the other one is needed. */
  static final String MORE = "MORE";

  private static final byte[] NEVER = "0".getBytes(US_ASCII);

  private AppendWords() {}

  /** Whether these are events without message ids, and no lost ones. */
  static boolean arePlain(List<StoredEvent> events) {
    for (StoredEvent event : events) {
      if (event.messageId() != null || event.reason() != null) {
        return false;
      }
    }
    return true;
  }

  /** For {@code plain.lua}. */
  static List<byte[]> plain(Feed feed, String mark, List<StoredEvent> events) {
    List<byte[]> words = new ArrayList<>(4 + 2 * events.size());
    words.add(feed.nextId());
    words.add(Feed.number(feed.head()));
    words.add(Feed.number(feed.bounds().retention().events()));
    words.add(mark.getBytes(US_ASCII));
    add(words, events);
    return words;
  }

  /** For {@code append.lua}. */
  static List<byte[]> all(Feed feed, String token, String mark, List<StoredEvent> events) {
    List<byte[]> words = new ArrayList<>(7 + 2 * events.size());
    words.add(Feed.number(feed.epoch()));
    words.add(Feed.number(feed.head()));
    words.add(feed.fresh());
    words.add(Feed.number(feed.bounds().retention().events()));
    words.add(NEVER);
    words.add(token.getBytes(US_ASCII));
    words.add(mark.getBytes(US_ASCII));
    add(words, events);
    return words;
  }

  private static void add(List<byte[]> words, List<StoredEvent> events) {
    for (StoredEvent event : events) {
      words.add(Entries.head(event));
      words.add(event.frame());
    }
  }
}
