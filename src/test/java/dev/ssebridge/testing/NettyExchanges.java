package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests over TLS, each on a connection of its own, or over HTTP/2, of which some are the streams
 * of one connection.
 */
final class NettyExchanges implements Exchanges {
  private static final int STREAMS = 10;

  /** Never in the way: each stream has a window of its own. */
  private static final long WHOLE_WINDOW = 1 << 30;

  private final Wire wire;
  private final ClientLoop loop;
  private final List<Shared> connections = new ArrayList<>();

  private record Shared(int port, int window, Http2Connection connection) {}

  NettyExchanges(Wire wire, String name, Runnable onFailure) {
    this.wire = wire;
    this.loop = new ClientLoop(name, onFailure);
  }

  @Override
  public Exchange ask(int port, int receiveBuffer, String request, Exchange.Listener listener) {
    if (!wire.isHttp2()) {
      OfTls exchange = new OfTls(port, receiveBuffer, listener);
      exchange.send(request.getBytes(UTF_8));
      return exchange;
    }
    Http2Exchange exchange = new Http2Exchange(loop, wire, listener);
    int window = receiveBuffer > 0 ? receiveBuffer : Http2Connection.FIRST_WINDOW;
    Http2Connection shared = shared(port, window);
    loop.run(() -> exchange.begin(shared, request));
    return exchange;
  }

  private synchronized Http2Connection shared(int port, int window) {
    boolean[] found = new boolean[1];
    for (Shared each : connections) {
      Http2Connection connection = each.connection;
      if (each.port == port && each.window == window && !connection.isLeft()) {
        loop.run(() -> found[0] = connection.streams().size() < STREAMS);
        if (found[0]) {
          return connection;
        }
      }
    }
    Http2Connection made = Http2Connection.open(loop, wire, port, window, WHOLE_WINDOW, 0);
    connections.add(new Shared(port, window, made));
    return made;
  }

  @Override
  public boolean isHttp2() {
    return wire.isHttp2();
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public void check() {
    loop.check();
  }

  @Override
  public void close() {
    loop.close();
  }

  private final class OfTls extends ChannelInboundHandlerAdapter implements Exchange {
    private final Channel channel;
    private final Listener listener;
    private volatile boolean gone;

    OfTls(int port, int receiveBuffer, Listener listener) {
      this.listener = listener;
      this.channel = loop.connect(wire, port, receiveBuffer, this);
    }

    @Override
    public void send(byte[] bytes) {
      ChannelFuture written = channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
      if (!written.awaitUninterruptibly(Deadline.PATIENCE.toMillis())) {
        throw new AssertionError("in vain waited until " + bytes.length + " bytes were taken");
      }
    }

    @Override
    public void sendChunk(byte[] bytes) {
      send((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
      send(bytes);
      send("\r\n".getBytes(ISO_8859_1));
    }

    @Override
    public void reading(boolean on) {
      loop.execute(() -> channel.config().setAutoRead(on));
    }

    @Override
    public void finish() {
      loop.execute(() -> loop.finish(channel));
    }

    @Override
    public void close() {
      gone = true;
      loop.watch(channel.close());
    }

    @Override
    public void reset() {
      gone = true;
      loop.execute(() -> ClientLoop.cut(channel));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      try {
        byte[] read = ByteBufUtil.getBytes(bytes);
        listener.onBytes(read, read.length);
      } finally {
        bytes.release();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (!gone) {
        listener.onDisconnect();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      loop.watch(context.close());
      if (!(cause instanceof IOException)) {
        loop.fail(cause);
      }
    }
  }
}
