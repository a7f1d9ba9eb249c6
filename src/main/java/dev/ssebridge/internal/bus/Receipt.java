package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.log.Position;
import org.jspecify.annotations.Nullable;

/** Where the messages of one publisher have gone. Any thread. */
public final class Receipt {
  static final char SEPARATOR = '/';

  private final String token;
  private final String address;

  // guarded by this
  private String sought = "";
  private @Nullable BoundChannel channel;
  private boolean several;
  private @Nullable Position position;

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

  String token() {
    return token;
  }

  String address() {
    return address;
  }

  /** Of several with the same mark the first is meant: the others are copies that somebody made. */
  synchronized void reached(BoundChannel by, String mark, long sequence) {
    several |= channel != null && channel != by;
    channel = by;
    if (position == null && sequence >= 0 && mark.equals(sought)) {
      position = new Position(by.channel().log().epoch(), sequence);
    }
  }
}
