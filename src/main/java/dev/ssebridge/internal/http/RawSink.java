package dev.ssebridge.internal.http;

import dev.ssebridge.internal.fanout.Batch;
import dev.ssebridge.internal.fanout.Subscriber;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames straight to the socket of an HTTP/1.1 connection, framed once for all. The first
 * block takes the public way, with the head; the sink is full until the socket has taken that, so
 * that nothing can overtake it.
 */
final class RawSink implements StreamSink {
  // set at construction
  private final BridgeRequest stream;
  private final RawChannel channel;

  // only the loop
  private @Nullable Subscriber subscriber;
  private boolean opening;
  private boolean open;
  private boolean waiting;
  private boolean ended;

  RawSink(BridgeRequest stream, RawChannel channel) {
    this.stream = stream;
    this.channel = channel;
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
    if (open && !ended) {
      channel.write(
          channel.isEncrypted()
              ? Unpooled.wrappedBuffer(batch.framedOnHeap(ChunkFraming.INSTANCE))
              : batch.framed(ChunkFraming.INSTANCE).retainedDuplicate());
    } else {
      writeFirst(batch.bytes());
    }
  }

  @Override
  public void write(byte[] block) {
    if (open && !ended) {
      ByteBuf memory = Unpooled.buffer(Batch.HEADROOM + block.length + Batch.TAILROOM);
      memory.setIndex(Batch.HEADROOM, Batch.HEADROOM).writeBytes(block);
      channel.write(ChunkFraming.INSTANCE.frame(memory));
    } else {
      writeFirst(Buffer.buffer(block));
    }
  }

  @Override
  public void end(byte @Nullable [] last) {
    if (!isOver()) {
      ended = true;
      if (last == null) {
        stream.response().end();
      } else {
        stream.response().end(Buffer.buffer(last));
      }
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
    stream
        .response()
        .write(bytes)
        .onSuccess(
            taken -> {
              open = true;
              stream.shrink();
              tellWritable();
            });
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

  private boolean isOver() {
    return ended || stream.response().ended() || stream.response().closed();
  }

  private void tellWritable() {
    if (subscriber != null && !isOver()) {
      subscriber.writable();
    }
  }
}
