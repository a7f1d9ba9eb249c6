package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.fanout.Batch;
import dev.ssebridge.internal.fanout.Subscriber;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * Writes to an HTTP response through the public API of Vert.x; works over any version of HTTP, with
 * TLS and with compression. Counts the bytes that the socket has not taken, for Vert.x' own limits
 * are in messages on HTTP/2.
 */
final class ResponseSink implements StreamSink {
  static final int HIGH_WATER = 64 * 1024;
  static final int LOW_WATER = HIGH_WATER / 2;

  /** The stream error code of RFC 9113, section 7: no longer needed. */
  private static final long CANCEL = 8;

  private final HttpServerResponse response;
  private final SocketState socket;
  private final int slice;
  private @Nullable Subscriber subscriber;
  private long written;
  private long taken;
  private boolean ended;
  private @Nullable Runnable whenTaken;

  /**
   * @param slice one write is no larger; where the socket cannot be looked at, only the end of a
   *     write shows that it takes bytes
   */
  ResponseSink(HttpServerResponse response, SocketState socket, int slice) {
    this.response = response;
    this.socket = socket;
    this.slice = slice;
  }

  @Override
  public void attach(Subscriber owner) {
    subscriber = owner;
    response.drainHandler(v -> tellWritable());
  }

  @Override
  public boolean isFull() {
    return written - taken >= HIGH_WATER || isQueueFull();
  }

  @Override
  public void write(Batch batch) {
    write(batch.bytes());
  }

  @Override
  public void write(byte[] block) {
    write(Buffer.buffer(block));
  }

  @Override
  public void end(byte @Nullable [] last) {
    if (isOver()) {
      return;
    }
    ended = true;
    if (pendingBytes() == 0 || !socket.isKnown()) {
      StreamSink.end(response, last);
    } else {
      whenTaken = () -> socket.later(() -> StreamSink.end(response, last));
    }
  }

  @Override
  public void abort() {
    // Also after the end: what was written before it may still wait for a peer that takes nothing.
    if (!response.closed()) {
      ended = true;
      if (!socket.drop()) {
        response.reset(CANCEL);
      }
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

  /** Nothing can be asked of a response that has ended, and another thread may end it meanwhile. */
  private boolean isQueueFull() {
    try {
      return !isOver() && response.writeQueueFull();
    } catch (IllegalStateException e) {
      if (!response.ended()) {
        throw e;
      }
      return false;
    }
  }

  /** The application may end the response as well, and then nothing can be asked of it. */
  private boolean isOver() {
    return ended || response.ended() || response.closed();
  }

  private void write(Buffer bytes) {
    for (int from = 0; from < bytes.length() && !isOver(); from += slice) {
      int length = Math.min(slice, bytes.length() - from);
      write(length == bytes.length() ? bytes : bytes.slice(from, from + length), length);
    }
  }

  private void write(Buffer part, int length) {
    Future<Void> taken;
    try {
      taken = response.write(part);
    } catch (IllegalStateException e) {
      if (response.ended()) {
        return; // by another thread, just now
      }
      throw e;
    }
    written += length;
    taken.onComplete(result -> onTaken(length, result));
  }

  /** The socket has taken a write, or the connection is gone: then the end handler tells so. */
  private void onTaken(int length, AsyncResult<Void> result) {
    taken += length;
    if (whenTaken != null && written == taken) {
      whenTaken.run();
      whenTaken = null;
    }
    if (result.succeeded() && written - taken < LOW_WATER) {
      tellWritable();
    }
  }

  private void tellWritable() {
    if (subscriber != null) {
      subscriber.writable();
    }
  }
}
