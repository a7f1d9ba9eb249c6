package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.log.Position;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where the messages of one publisher have gone. Any thread. */
public final class Receipt {
  static final char SEPARATOR = '/';

  private final String token;
  private final String address;

  // guarded by this
  private String sought = "";
  private @Nullable Object channel;
  private boolean several;
  private @Nullable Position position;
  private long failed;

  Receipt(String token, String address) {
    this.token = token;
    this.address = address;
  }

  /**
   * What the next message shall carry in the header {@link MessageHeaders#RECEIPT}; asked for right
   * before it is published.
   *
   * @param number other than those of the messages before
   */
  public synchronized String mark(long number) {
    sought = token + SEPARATOR + number;
    position = null;
    return sought;
  }

  /**
   * Where the last message is, once all channels have had it; {@code null} if it is in no log, or
   * if there was more than one channel for these messages.
   */
  public synchronized @Nullable Position position() {
    return several ? null : position;
  }

  /** How many messages the store of a channel did not take. */
  public synchronized long failed() {
    return failed;
  }

  synchronized void onFailed() {
    failed++;
  }

  String token() {
    return token;
  }

  String address() {
    return address;
  }

  /** Of several with the same mark the first is meant: the others are copies that somebody made. */
  synchronized void reached(Object by, String mark, @Nullable Position where) {
    several |= channel != null && !Objects.equals(channel, by);
    channel = by;
    if (position == null && mark.equals(sought)) {
      position = where;
    }
  }
}
