package dev.ssebridge.internal.bus;

import io.vertx.core.eventbus.Message;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

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

  /**
   * A message has come to a channel.
   *
   * @param sequence of its event in the channel's log, or -1 if it became none
   */
  void reached(BoundChannel channel, String address, Message<?> message, long sequence) {
    if (open.isEmpty()) {
      return;
    }
    String mark = message.headers().get(MessageHeaders.RECEIPT);
    if (mark == null) {
      return;
    }
    int end = mark.indexOf(Receipt.SEPARATOR);
    Receipt receipt = end < 0 ? null : open.get(mark.substring(0, end));
    if (receipt != null && receipt.address().equals(address)) {
      receipt.reached(channel, mark, sequence);
    }
  }
}
