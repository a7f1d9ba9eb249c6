package dev.ssebridge.internal.socket;

import dev.ssebridge.WriterMode;
import dev.ssebridge.internal.fanout.Batch;
import dev.ssebridge.internal.fanout.Sink;
import dev.ssebridge.internal.fanout.Subscriber;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import org.jspecify.annotations.Nullable;

/**
 * A stream as the HTTP response that it is written to: whether it has ended, and how it ends. Its
 * bytes go one of two ways, which is decided when it opens.
 */
public final class StreamSink implements Sink, ByteWriter.Owner {
  /** The stream error code of RFC 9113, section 7: no longer needed. */
  private static final long CANCEL = 8;

  private final HttpServerResponse response;
  private final ByteWriter writer;
  private final ContextInternal loop;

  // only the loop
  private @Nullable Subscriber subscriber;
  private boolean ended;

  private StreamSink(HttpServerRequest request, WriterMode mode) {
    this.response = request.response();
    this.loop = (ContextInternal) Vertx.currentContext();
    RawWriter raw = mode == WriterMode.AUTO ? RawWriter.of(request, this) : null;
    this.writer = raw == null ? new PublicWriter(request, this) : raw;
  }

  /**
   * The fast way where the connection permits it, unless the public one is asked for. On the
   * connection's loop.
   */
  public static StreamSink of(HttpServerRequest request, WriterMode mode) {
    UnsentBytes.limit(request.connection());
    if (request.version() == HttpVersion.HTTP_2) {
      prepare(SocketState.channelUnder(request.connection()), mode);
    }
    return new StreamSink(request, mode);
  }

  /** What all streams of a connection share, which is there from the first one on. */
  private static void prepare(@Nullable Channel channel, WriterMode mode) {
    Http2ConnectionHandler http2 = SocketState.http2On(channel);
    if (channel != null && http2 != null) {
      StreamsWritable.of(channel.pipeline(), http2);
      LingeringClose.of(channel.pipeline());
      if (mode == WriterMode.AUTO) {
        SharedFlush.of(channel.pipeline());
      }
    }
  }

  /** Whom to tell when there is room. Before the first write. */
  public void attach(Subscriber owner) {
    subscriber = owner;
  }

  @Override
  public boolean isFull() {
    return writer.isFull();
  }

  @Override
  public void write(Batch batch) {
    if (!isEnded()) {
      writer.write(batch);
    }
  }

  @Override
  public void write(byte[] block) {
    if (!isEnded()) {
      writer.write(block);
    }
  }

  @Override
  public void end(byte @Nullable [] last) {
    if (!isOver()) {
      ended = true;
      if (last != null) {
        writer.write(last);
      }
      writer.afterTheRest(this::endResponse);
    }
  }

  /**
   * Ends the response, unless somebody else just did. Once the socket has taken the rest, and not
   * from within that: with the end Vert.x closes a connection that is to be closed, and what Netty
   * still holds is lost then.
   */
  private void endResponse() {
    if (response.ended() || response.closed()) {
      return;
    }
    try {
      response.end();
    } catch (IllegalStateException e) {
      if (!response.ended()) {
        throw e;
      }
    }
  }

  /**
   * Also after the end: what was written before it may still wait for a peer that takes nothing.
   */
  @Override
  public void abort() {
    ended = true;
    if (!response.closed() && !writer.drop()) {
      response.reset(CANCEL);
    }
  }

  @Override
  public long pendingBytes() {
    return writer.pendingBytes();
  }

  @Override
  public long progress() {
    return writer.progress();
  }

  /**
   * The application may end the response as well, on any thread. Then its end is not on the socket
   * before this loop puts it there, so whatever finds it not ended yet comes before that.
   */
  private boolean isEnded() {
    return ended || response.ended();
  }

  @Override
  public boolean isOver() {
    return isEnded() || response.closed();
  }

  @Override
  public boolean isHere() {
    return loop.inThread();
  }

  @Override
  public void onLoop(Runnable task) {
    loop.runOnContext(v -> task.run());
  }

  @Override
  public void onRoom() {
    if (!isHere()) {
      onLoop(this::onRoom);
    } else if (subscriber != null && !isOver()) {
      subscriber.writable();
    }
  }
}
