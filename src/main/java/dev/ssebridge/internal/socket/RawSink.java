package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.fanout.Batch;
import dev.ssebridge.internal.fanout.Subscriber;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames straight to the socket of an HTTP/1.1 connection, framed once for all. The first
 * block takes the public way, with the head; the sink is full until the socket has taken that, so
 * that nothing can overtake it.
 */
final class RawSink implements StreamSink {
  // set at construction
  private final HttpServerResponse response;
  private final RawChannel channel;
  private final WrittenBytes written;

  // only the loop
  private @Nullable Subscriber subscriber;
  private boolean opening;
  private boolean open;
  private boolean waiting;
  private boolean ended;

  RawSink(HttpServerResponse response, RawChannel channel, WrittenBytes written) {
    this.response = response;
    this.channel = channel;
    this.written = written;
  }

  @Override
  public void attach(Subscriber owner) {
    subscriber = owner;
  }

  @Override
  public boolean isFull() {
    if (!open) {
      return opening;
    }
    if (channel.isWritable()) {
      return false;
    }
    tellWhenDrained();
    return waiting; // not where that turned out to be drained at once
  }

  @Override
  public void write(Batch batch) {
    if (open) {
      if (isEnded()) {
        return;
      }
      written.add(batch.length());
      if (channel.isEncrypted()) {
        channel.write(Unpooled.wrappedBuffer(batch.framedOnHeap(ChunkFraming.INSTANCE)));
      } else {
        channel.writeShared(batch.framed(ChunkFraming.INSTANCE));
      }
    } else {
      writeFirst(batch.bytes());
    }
  }

  @Override
  public void write(byte[] block) {
    if (open) {
      if (isEnded()) {
        return;
      }
      written.add(block.length);
      ByteBuf memory = Unpooled.buffer(Batch.HEADROOM + block.length + Batch.TAILROOM);
      memory.setIndex(Batch.HEADROOM, Batch.HEADROOM).writeBytes(block);
      channel.write(ChunkFraming.INSTANCE.frame(memory));
    } else {
      writeFirst(Buffer.buffer(block));
    }
  }

  @Override
  public void end(byte @Nullable [] last) {
    if (isOver()) {
      return;
    }
    ended = true;
    if (channel.pendingBytes() == 0) {
      StreamSink.end(response, last);
    } else {
      channel.whenDrained(() -> channel.later(() -> StreamSink.end(response, last)));
    }
  }

  @Override
  public void abort() {
    ended = true;
    channel.drop();
  }

  @Override
  public long pendingBytes() {
    return channel.pendingBytes();
  }

  @Override
  public long progress() {
    return channel.progress();
  }

  private void writeFirst(Buffer bytes) {
    if (isOver()) {
      return;
    }
    opening = true;
    try {
      response.write(bytes).onSuccess(taken -> opened());
    } catch (IllegalStateException e) {
      if (!response.ended()) { // by another thread, just now
        throw e;
      }
    }
  }

  private void opened() {
    open = true;
    tellWritable();
  }

  private void tellWhenDrained() {
    if (!waiting) {
      waiting = true;
      channel.whenDrained(
          () -> {
            waiting = false;
            tellWritable();
          });
    }
  }

  /**
   * The application may end the response, on any thread. Then its end is not on the socket before
   * this loop puts it there, so whatever finds it not ended yet comes before that.
   */
  private boolean isEnded() {
    return ended || response.ended();
  }

  private boolean isOver() {
    return isEnded() || response.closed();
  }

  private void tellWritable() {
    if (subscriber != null && !isOver()) {
      subscriber.writable();
    }
  }
}
