package dev.ssebridge.bench.fanout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens subscriptions, publishes, and reads what arrives: one thread, one selector. */
final class Generator implements AutoCloseable {
  private static final long SECOND = 1_000_000_000L;
  private static final int OPENING = 200;
  private static final int CONNECT_SECONDS = 60;
  private static final int DRAIN_SECONDS = 10;
  private static final int BUFFER = 1 << 18;

  private final Peer peer;
  private final InetSocketAddress server;
  private final int messageLength;
  private final Selector selector = Selector.open();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private final byte[] bytes = new byte[BUFFER];
  private final List<Subscription> subscriptions = new ArrayList<>();
  private final Tally tally;
  private final Consumer<SelectionKey> onKey = this::onKey;
  private final Publisher publisher;
  private int ready;

  /**
   * @param readers how many subscriptions there will be that go on reading
   */
  Generator(Peer peer, int port, int messageLength, int readers) throws IOException {
    this.peer = peer;
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.messageLength = messageLength;
    this.tally = new Tally(readers);
    this.publisher = new Publisher(server, peer.publishPath(), messageLength, selector);
  }

  /** Opens so many subscriptions, and returns when all are ready. */
  void connect(int count, boolean reading) throws IOException {
    long deadline = System.nanoTime() + CONNECT_SECONDS * SECOND;
    int goal = ready + count;
    int opened = ready;
    while (ready < goal) {
      for (; opened < goal && opened - ready < OPENING; opened++) {
        open(reading);
      }
      selector.select(onKey, 100);
      if (tally.isBroken() || System.nanoTime() > deadline) {
        tally.broken(ready + " of " + goal + " subscriptions within " + CONNECT_SECONDS + " s");
        return;
      }
    }
  }

  private void open(boolean reading) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_LINGER, 0); // leaves no port in TIME_WAIT
    Subscription subscription = new Subscription(channel, tally, peer, messageLength, reading);
    subscriptions.add(subscription);
    channel.connect(server);
    channel.register(selector, SelectionKey.OP_CONNECT, subscription);
  }

  /** Publishes, and returns when all have all of it, or when that takes too long. */
  void run(Pace pace) throws IOException {
    long start = System.nanoTime();
    long stop = start + (long) (pace.seconds() * SECOND);
    long drained = stop + DRAIN_SECONDS * SECOND;
    long sent = 0;
    while (!tally.isBroken()) {
      long now = System.nanoTime();
      boolean publishing = sent < pace.messages() && now < stop;
      if (publishing) {
        sent = publish(pace, start, sent, now);
      } else if (isDrained() || now > drained) {
        return;
      }
      boolean flushed = publisher.flush();
      select(pace, start, sent, publishing, flushed);
    }
  }

  private long publish(Pace pace, long start, long sent, long now) {
    long count = sent;
    while (count < pace.messages()
        && tally.outstanding() < pace.window()
        && publisher.unanswered() < pace.pipeline()
        && publisher.hasRoom()) {
      long due = pace.rate() == 0 ? now : due(pace, start, count);
      if (due > now) {
        break;
      }
      publisher.publish(tally.publish(), due);
      count++;
    }
    return count;
  }

  private void select(Pace pace, long start, long sent, boolean publishing, boolean flushed)
      throws IOException {
    long wait = 100;
    if (publishing && pace.rate() > 0) {
      wait = (due(pace, start, sent) - System.nanoTime()) / 1_000_000;
    }
    if (flushed && wait > 0) {
      selector.select(onKey, wait);
    } else {
      selector.selectNow(onKey);
    }
  }

  private static long due(Pace pace, long start, long sent) {
    return start + sent * SECOND / pace.rate();
  }

  private boolean isDrained() {
    return tally.outstanding() == 0 && publisher.unanswered() == 0;
  }

  private void onKey(SelectionKey key) {
    try {
      if (key.attachment() instanceof Subscription subscription) {
        onSubscription(key, subscription);
      } else {
        publisher.read(buffer, bytes, tally);
      }
    } catch (IOException e) {
      tally.broken(e.toString());
      key.cancel();
    }
  }

  private void onSubscription(SelectionKey key, Subscription subscription) throws IOException {
    if (key.isConnectable()) {
      subscription.connected();
      key.interestOps(SelectionKey.OP_READ);
      return;
    }
    boolean before = subscription.isReady();
    subscription.read(key, buffer, bytes);
    if (!before && subscription.isReady()) {
      ready++;
    }
  }

  Tally tally() {
    return tally;
  }

  /** Why this is no result, or null. */
  @Nullable String fault() {
    long neverCame = 0;
    for (Subscription subscription : subscriptions) {
      neverCame += subscription.missingOf(tally.published());
    }
    return tally.fault(neverCame);
  }

  @Override
  public void close() {
    try {
      for (Subscription subscription : subscriptions) {
        subscription.close();
      }
      publisher.close();
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
