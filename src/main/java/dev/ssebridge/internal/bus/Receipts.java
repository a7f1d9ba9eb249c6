package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.log.Position;
import io.vertx.core.eventbus.Message;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The receipts that publishers wait for, found by what their messages carry in a header. The header
 * goes with each copy of a message, so a message is told from all others, whatever was published in
 * between. As many as there are bodies on their way that ask for one. Any thread.
 */
public final class Receipts {
  private final Map<String, Receipt> open = new ConcurrentHashMap<>();

  Receipts() {}

  /** A receipt for what one publisher publishes on an address; to be {@linkplain #close closed}. */
  public Receipt open(String address) {
    Receipt receipt = new Receipt(UUID.randomUUID().toString(), address);
    open.put(receipt.token(), receipt);
    return receipt;
  }

  /** Nobody asks for it any more. */
  public void close(Receipt receipt) {
    open.remove(receipt.token());
  }

  /** How many are open. */
  public int size() {
    return open.size();
  }

  /** What the message is known by to somebody who waits for it; {@code null} where nobody does. */
  @Nullable String markOf(Message<?> message) {
    return open.isEmpty() ? null : message.headers().get(MessageHeaders.RECEIPT);
  }

  /**
   * A message has come to a channel.
   *
   * @param channel the same for all messages of it
   * @param position of its event in the channel's log, or {@code null} if it became none
   */
  void reached(Object channel, String address, String mark, @Nullable Position position) {
    Receipt receipt = find(mark);
    if (receipt != null && receipt.address().equals(address)) {
      receipt.reached(channel, mark, position);
    }
  }

  /** A message was given up before the store of a channel took it. */
  void failed(String mark) {
    Receipt receipt = find(mark);
    if (receipt != null) {
      receipt.onFailed();
    }
  }

  private @Nullable Receipt find(String mark) {
    int end = mark.indexOf(Receipt.SEPARATOR);
    return end < 0 ? null : open.get(mark.substring(0, end));
  }
}
