package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.fanout.Batch;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * Writes to an HTTP response through the public API of Vert.x; works over any version of HTTP, with
 * TLS and with compression. Counts the bytes that the socket has not taken, for Vert.x' own limits
 * are in messages on HTTP/2.
 */
final class PublicWriter implements ByteWriter {
  /** The usual largest frame of HTTP/2 (RFC 9113, section 6.5.2). */
  private static final int FRAME_BYTES = 16 * 1024;

  // set at construction
  private final HttpServerResponse response;
  private final SocketState socket;
  private final Owner owner;

  /**
   * One write is no larger: where the socket cannot be looked at, only the end of a write shows
   * that it takes bytes.
   */
  private final int slice;

  // only the loop
  private long written;
  private long taken;
  private @Nullable Runnable whenTaken;

  PublicWriter(HttpServerRequest request, Owner owner) {
    this.response = request.response();
    this.socket = SocketState.of(request.connection(), request.version());
    this.owner = owner;
    this.slice = socket.isKnown() ? Integer.MAX_VALUE : FRAME_BYTES;
    response.drainHandler(v -> owner.onRoom());
  }

  @Override
  public boolean isFull() {
    return written - taken >= HIGH_WATER || isQueueFull();
  }

  /** Nothing can be asked of a response that has ended, and another thread may end it meanwhile. */
  private boolean isQueueFull() {
    try {
      return !owner.isOver() && response.writeQueueFull();
    } catch (IllegalStateException e) {
      if (!response.ended()) {
        throw e;
      }
      return false;
    }
  }

  @Override
  public void write(Batch batch) {
    write(batch.bytes());
  }

  @Override
  public void write(byte[] block) {
    write(Buffer.buffer(block));
  }

  private void write(Buffer bytes) {
    for (int from = 0; from < bytes.length() && !owner.isOver(); from += slice) {
      int length = Math.min(slice, bytes.length() - from);
      write(length == bytes.length() ? bytes : bytes.slice(from, from + length), length);
    }
  }

  private void write(Buffer part, int length) {
    Future<Void> write;
    try {
      write = response.write(part);
    } catch (IllegalStateException e) {
      if (response.ended()) {
        return; // by another thread, just now
      }
      throw e;
    }
    written += length;
    write.onComplete(
        result -> {
          if (owner.isHere()) {
            onTaken(length, result);
          } else {
            owner.onLoop(() -> onTaken(length, result));
          }
        });
  }

  /** The socket has taken a write, or the connection is gone: then the end handler tells so. */
  private void onTaken(int length, AsyncResult<Void> result) {
    taken += length;
    if (whenTaken != null && written == taken) {
      whenTaken.run();
      whenTaken = null;
    }
    if (result.succeeded() && written - taken < LOW_WATER) {
      owner.onRoom();
    }
  }

  @Override
  public long pendingBytes() {
    return written - taken;
  }

  @Override
  public long progress() {
    return taken + socket.progressOfWrite();
  }

  @Override
  public void afterTheRest(Runnable task) {
    if (pendingBytes() == 0 || !socket.isKnown()) {
      task.run();
    } else {
      whenTaken = () -> socket.later(task);
    }
  }

  @Override
  public boolean drop() {
    return socket.drop();
  }
}
