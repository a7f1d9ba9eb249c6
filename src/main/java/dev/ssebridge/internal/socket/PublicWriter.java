package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.fanout.Batch;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes to an HTTP response through the public API of Vert.x; works over any version of HTTP, with
 * TLS and with compression. Counts the bytes that the socket has not taken, because on HTTP/2
 * Vert.x' own limits count messages; and keeps back what the window of a stream has no room for.
 */
final class PublicWriter implements ByteWriter {
  /** The usual largest frame of HTTP/2 (RFC 9113, section 6.5.2). */
  private static final int FRAME_BYTES = 16 * 1024;

  // set at construction
  private final HttpServerResponse response;
  private final SocketState socket;
  private final Owner owner;
  private final @Nullable StreamWindow window;

  /**
   * The most bytes of one write: where the socket cannot be looked at, only the end of a write
   * shows that it takes bytes.
   */
  private final int slice;

  // only the loop
  private final Deque<Buffer> rest = new ArrayDeque<>(1);
  private int restFrom;
  private long restBytes;
  private boolean giving;
  private long written;
  private long taken;
  private @Nullable Runnable afterTheRest;

  PublicWriter(HttpServerRequest request, Owner owner) {
    this.response = request.response();
    this.socket = SocketState.of(request.connection(), request.version());
    this.owner = owner;
    this.window = StreamWindow.of(request);
    this.slice = socket.isKnown() ? Integer.MAX_VALUE : FRAME_BYTES;
    response.drainHandler(v -> owner.onRoom());
  }

  @Override
  public boolean isFull() {
    return restBytes > 0 || written - taken >= HIGH_WATER || isQueueFull();
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
    if (bytes.length() > 0) {
      rest.add(bytes);
      restBytes += bytes.length();
      giveOn();
    }
  }

  /** As much of the rest as the window has room for. */
  private void giveOn() {
    if (giving) {
      return; // a write that has its end at once comes here from within
    }
    giving = true;
    try {
      long room;
      while (restBytes > 0 && (room = room()) > 0) {
        give((int) Math.min(room, slice));
      }
    } finally {
      giving = false;
    }
  }

  private void give(int most) {
    Buffer first = rest.element();
    int length = Math.min(most, first.length() - restFrom);
    Buffer part = length == first.length() ? first : first.slice(restFrom, restFrom + length);
    restFrom += length;
    restBytes -= length;
    if (restFrom == first.length()) {
      rest.remove();
      restFrom = 0;
    }
    give(part, length);
  }

  /**
   * For how many bytes the window has room, beside those that are on their way: whether these have
   * been taken from it yet is not known, so it may be more.
   *
   * <p>Where the window is closed and nothing is on its way whose end would tell when it is open
   * again, a single byte goes to wait for that: Vert.x keeps it until then, and any window has room
   * for it.
   */
  private long room() {
    if (window == null) {
      return Long.MAX_VALUE;
    }
    long pending = written - taken;
    return pending > 0 ? window.size() - pending : Math.max(1, window.size());
  }

  private void give(Buffer part, int length) {
    Future<Void> write;
    try {
      write = response.write(part);
    } catch (IllegalStateException e) {
      if (response.ended()) {
        forgetRest(); // by another thread, just now
        return;
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
    if (result.succeeded()) {
      giveOn();
    } else {
      forgetRest();
    }
    Runnable task = afterTheRest;
    if (task != null && !isWaiting()) {
      afterTheRest = null;
      later(task);
    }
    if (result.succeeded() && restBytes == 0 && written - taken < LOW_WATER) {
      owner.onRoom();
    }
  }

  private void forgetRest() {
    rest.clear();
    restFrom = 0;
    restBytes = 0;
  }

  @Override
  public long pendingBytes() {
    return restBytes + written - taken;
  }

  @Override
  public long progress() {
    return taken + socket.progressOfWrite();
  }

  @Override
  public void afterTheRest(Runnable task) {
    if (isWaiting()) {
      afterTheRest = task;
    } else {
      task.run();
    }
  }

  /** On HTTP/2 an end that is given to Vert.x waits there for what was given before. */
  private boolean isWaiting() {
    return socket.isKnown() ? pendingBytes() > 0 : restBytes > 0;
  }

  private void later(Runnable task) {
    if (socket.isKnown()) {
      socket.later(task);
    } else {
      owner.onLoop(task);
    }
  }

  @Override
  public boolean drop() {
    return socket.drop();
  }
}
