package dev.ssebridge.internal.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContentEncoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.traffic.AbstractTrafficShapingHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.lang.System.Logger.Level;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way past Vert.x' and Netty's HTTP encoders to the socket of an HTTP/1.1 connection, for bytes
 * that are encoded already, chunk framing included. What makes it correct: the head went out
 * through Vert.x before, and the encoder's state stays within the chunked body, so Vert.x can end
 * the response. Nothing between the encoder and Vert.x needs to see the bytes, which is why a
 * connection with compression or an idle timeout does not get one. Everything in here happens on
 * the connection's loop.
 *
 * <p>It is there for the workloads w1 and w1s of the fan-out benchmark.
 */
final class RawChannel {
  private static final System.Logger LOG = System.getLogger(RawChannel.class.getName());

  // set at construction; a look at the pipeline for each write costs as much as the rest of it
  private final ConnectionBase connection;
  private final boolean measured;
  private final boolean encryptsFromHeap;
  private final ChannelHandlerContext encoder;
  private final Channel channel;

  private long writes;

  private RawChannel(ConnectionBase connection, ChannelHandlerContext encoder) {
    this.connection = connection;
    this.measured = connection.metrics() != null;
    SslHandler tls = encoder.pipeline().get(SslHandler.class);
    this.encryptsFromHeap = tls != null && !(tls.engine() instanceof ReferenceCountedOpenSslEngine);
    this.encoder = encoder;
    this.channel = encoder.channel();
  }

  /** The way to this request's socket, or {@code null} where there is none that is correct. */
  static @Nullable RawChannel of(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_1_1 ? of(request.connection()) : null;
  }

  private static @Nullable RawChannel of(HttpConnection connection) {
    try {
      if (connection instanceof ConnectionBase base
          && base.channelHandlerContext().channel().eventLoop().inEventLoop()) {
        ChannelPipeline pipeline = base.channelHandlerContext().pipeline();
        ChannelHandlerContext encoder = encoderOf(pipeline);
        base.reportBytesWritten(0L); // so that a Vert.x without it is noticed here
        return encoder == null ? null : new RawChannel(base, encoder);
      }
    } catch (LinkageError moved) {
      LOG.log(Level.DEBUG, "another Vert.x or Netty than expected: writing the public way", moved);
    }
    return null;
  }

  private static @Nullable ChannelHandlerContext encoderOf(ChannelPipeline pipeline) {
    ChannelHandlerContext encoder = null;
    for (Map.Entry<String, ChannelHandler> entry : pipeline) {
      ChannelHandler handler = entry.getValue();
      if (handler instanceof IdleStateHandler
          || handler instanceof HttpContentEncoder
          || handler instanceof AbstractTrafficShapingHandler) {
        return null;
      }
      if (handler instanceof HttpResponseEncoder) {
        encoder = pipeline.context(handler);
      }
    }
    return encoder;
  }

  /** Writes and flushes what others write, too. A failure comes as the connection's end. */
  void writeShared(ByteBuf bytes) {
    write(bytes.retainedSlice());
  }

  /** Writes and flushes; takes ownership of the bytes. A failure comes as the connection's end. */
  @SuppressWarnings("FutureReturnValueIgnored")
  void write(ByteBuf bytes) {
    onWrite(bytes.readableBytes());
    encoder.writeAndFlush(bytes, encoder.voidPromise());
  }

  private void onWrite(int length) {
    writes++;
    if (measured) {
      connection.reportBytesWritten(length);
    }
  }

  /** Runs the task once the socket has taken all that was written, or is closed. */
  @SuppressWarnings("FutureReturnValueIgnored")
  void whenDrained(Runnable task) {
    writes++;
    encoder.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(taken -> task.run());
  }

  /** Runs the task when the loop is done with what it is doing now. */
  void later(Runnable task) {
    channel.eventLoop().execute(task);
  }

  /** Whether TLS copies what is written, and does so more cheaply from the heap: the JVM's. */
  boolean encryptsFromHeap() {
    return encryptsFromHeap;
  }

  boolean isWritable() {
    return channel.isWritable();
  }

  long pendingBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  /** Changes with every byte that the socket takes: how many writes it has taken, and how far. */
  long progress() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : ((writes - buffer.size()) << 32) + buffer.currentProgress();
  }

  /** Drops the connection at once. */
  void drop() {
    SocketState.drop(channel);
  }
}
