package dev.ssebridge.bench.fanout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** One subscriber: its connection and the number it must receive next. */
final class Subscription implements MessageSink {
  private final SocketChannel channel;
  private final Tally tally;
  private final boolean reads;
  private final StreamParser parser;
  private final byte[] request;
  private boolean ready;
  private long next = 1;

  /**
   * @param reads whether it goes on reading once it is ready
   */
  Subscription(SocketChannel channel, Tally tally, Peer peer, int messageLength, boolean reads) {
    this.channel = channel;
    this.tally = tally;
    this.reads = reads;
    this.parser = peer.parser(this, messageLength);
    this.request = peer.subscription();
  }

  /** Asks for the stream, once connected. */
  void connected() throws IOException {
    channel.finishConnect();
    send(request);
  }

  /** Reads what there is, through buffers that all subscriptions share. */
  void read(SelectionKey key, ByteBuffer buffer, byte[] bytes) throws IOException {
    buffer.clear();
    int length = channel.read(buffer);
    if (length < 0) {
      key.cancel();
      broken("the server closed a connection");
      return;
    }
    buffer.flip();
    buffer.get(bytes, 0, length);
    tally.now(System.nanoTime());
    parser.read(bytes, length);
    if (ready && !reads) {
      key.interestOps(0);
    }
  }

  boolean isReady() {
    return ready;
  }

  boolean reads() {
    return reads;
  }

  /** How many of so many published messages have not come. */
  long missingOf(long published) {
    return reads ? published + 1 - next : 0;
  }

  void close() throws IOException {
    channel.close();
  }

  @Override
  public void send(byte[] bytes) {
    try {
      if (channel.write(ByteBuffer.wrap(bytes)) != bytes.length) {
        broken("a request did not fit into the socket");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void ready() {
    ready = true;
  }

  @Override
  public void message(long number, long nanos) {
    if (reads) {
      next = tally.deliver(number, nanos, next);
    }
  }

  @Override
  public void broken(String what) {
    tally.broken(what);
  }
}
