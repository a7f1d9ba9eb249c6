package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.fanout.Batch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames straight to the socket of an HTTP/1.1 connection, framed once for all. The first
 * block takes the public way, with the head; this is full until the socket has taken that, so that
 * nothing can overtake it.
 */
final class RawWriter implements ByteWriter {
  // set at construction
  private final HttpServerResponse response;
  private final RawChannel channel;
  private final WrittenBytes written;
  private final Owner owner;

  // only the loop
  private boolean opening;
  private boolean open;
  private boolean waiting;

  private RawWriter(
      HttpServerResponse response, RawChannel channel, WrittenBytes written, Owner owner) {
    this.response = response;
    this.channel = channel;
    this.written = written;
    this.owner = owner;
  }

  /** The way to this request's socket, or {@code null} where there is none that is correct. */
  static @Nullable RawWriter of(HttpServerRequest request, Owner owner) {
    RawChannel channel = RawChannel.of(request);
    WrittenBytes written = WrittenBytes.of(request.response());
    return channel == null || written == null
        ? null
        : new RawWriter(request.response(), channel, written, owner);
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
    if (!open) {
      writeFirst(batch.bytes());
      return;
    }
    written.add(batch.length());
    if (channel.encryptsFromHeap()) {
      channel.write(Unpooled.wrappedBuffer(batch.framedOnHeap(ChunkFraming.INSTANCE)));
    } else {
      channel.writeShared(batch.framed(ChunkFraming.INSTANCE));
    }
  }

  @Override
  public void write(byte[] block) {
    if (!open) {
      writeFirst(Buffer.buffer(block));
      return;
    }
    written.add(block.length);
    ByteBuf memory = Unpooled.buffer(Batch.HEADROOM + block.length + Batch.TAILROOM);
    memory.setIndex(Batch.HEADROOM, Batch.HEADROOM).writeBytes(block);
    channel.write(ChunkFraming.INSTANCE.frame(memory));
  }

  private void writeFirst(Buffer bytes) {
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
    if (!owner.isHere()) {
      owner.onLoop(this::opened);
      return;
    }
    open = true;
    owner.onRoom();
  }

  private void tellWhenDrained() {
    if (!waiting) {
      waiting = true;
      channel.whenDrained(
          () -> {
            waiting = false;
            owner.onRoom();
          });
    }
  }

  @Override
  public long pendingBytes() {
    return channel.pendingBytes();
  }

  @Override
  public long progress() {
    return channel.progress();
  }

  @Override
  public void afterTheRest(Runnable task) {
    if (channel.pendingBytes() == 0) {
      task.run();
    } else {
      channel.whenDrained(() -> channel.later(task));
    }
  }

  @Override
  public boolean drop() {
    channel.drop();
    return true;
  }
}
