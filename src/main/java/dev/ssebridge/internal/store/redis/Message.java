package dev.ssebridge.internal.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.spi.StoredEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A message to all bridges; its events are read when they are wanted. */
final class Message {
  private final long epoch;
  private final long first;
  private final long last;
  private final String batch;
  private final byte[] payload;
  private final int at;

  private Message(long epoch, long first, long last, String batch, byte[] payload, int at) {
    this.epoch = epoch;
    this.first = first;
    this.last = last;
    this.batch = batch;
    this.payload = payload;
    this.at = at;
  }

  long epoch() {
    return epoch;
  }

  long first() {
    return first;
  }

  long last() {
    return last;
  }

  /** The mark of the call, and where its events are if some were there already. */
  String batch() {
    return batch;
  }

  /** Bytes of it. */
  int size() {
    return payload.length;
  }

  /** What it tells of; nothing where it is not as it should be. */
  List<StoredEvent> events() {
    try {
      List<StoredEvent> events = parsed();
      long span = 0;
      for (StoredEvent event : events) {
        span += event.span();
      }
      return span == last - first + 1 ? events : List.of();
    } catch (IllegalArgumentException | IndexOutOfBoundsException nonsense) {
      return List.of();
    }
  }

  private List<StoredEvent> parsed() {
    List<StoredEvent> events = new ArrayList<>();
    int at = this.at;
    while (at < payload.length) {
      int headEnd = indexOf(payload, at + 1);
      int sizeEnd = indexOf(payload, headEnd + 1);
      String head = new String(payload, at + 1, headEnd - at - 1, UTF_8);
      int size = (int) number(payload, headEnd + 1, sizeEnd);
      if (size < 0 || size > payload.length - sizeEnd - 1) {
        throw new IllegalArgumentException("a message: expected a frame of " + size + " bytes");
      }
      byte[] frame = Arrays.copyOfRange(payload, sizeEnd + 1, sizeEnd + 1 + size);
      events.add(Entries.event(head, frame));
      at = sizeEnd + 1 + size;
    }
    return events;
  }

  /**
   * The first line of a message.
   *
   * @throws IllegalArgumentException where it is none
   */
  static Message of(byte[] payload) {
    int end = indexOf(payload, 0);
    int epoch = space(payload, 0, end);
    int first = space(payload, epoch + 1, end);
    int last = space(payload, first + 1, end);
    return new Message(
        number(payload, 0, epoch),
        number(payload, epoch + 1, first),
        number(payload, first + 1, last),
        new String(payload, last + 1, end - last - 1, UTF_8),
        payload,
        end);
  }

  private static int space(byte[] bytes, int from, int end) {
    for (int i = from; i < end; i++) {
      if (bytes[i] == ' ') {
        return i;
      }
    }
    throw new IllegalArgumentException("a message: expected four words in its first line");
  }

  private static int indexOf(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  private static long number(byte[] bytes, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new IllegalArgumentException("a message: expected a number");
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
