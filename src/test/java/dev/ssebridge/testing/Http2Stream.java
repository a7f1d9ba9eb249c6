package dev.ssebridge.testing;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

/** One request of an {@link Http2Connection} and its response. On the thread of its loop. */
public final class Http2Stream {
  private final Http2Connection connection;
  private final int id;
  private final Listener listener;

  private long window;
  private long received;
  private State state = State.OPEN;

  private enum State {
    OPEN,
    ENDED,
    TAKEN_BACK,
    SILENCED,
    BROKEN
  }

  /** Takes what comes. */
  public interface Listener {
    /** Status and headers, or an interim response. */
    void onHeaders(Http2Headers headers);

    /** More of the body. */
    void onData(Http2Stream stream, byte[] bytes);

    /** The end, as the other side wants it. */
    void onEnd();

    /** The other side has reset the stream, or the connection is over, before the end. */
    void onDisconnect();
  }

  Http2Stream(Http2Connection connection, int id, Listener listener) {
    this.connection = connection;
    this.id = id;
    this.listener = listener;
    this.window = connection.initialWindow();
  }

  /** Its number. */
  public int id() {
    return id;
  }

  /** Whether it is over, in any way. */
  public boolean isOver() {
    return state != State.OPEN;
  }

  /** Bytes of bodies and padding that have come. */
  public long received() {
    return received;
  }

  /** Bytes that its window still permits; below 0 if it was made smaller meanwhile. */
  public long window() {
    return window;
  }

  /** Opens its window by so many bytes; none opens nothing. */
  public void open(int more) {
    if (state == State.OPEN && more > 0) {
      window += more;
      connection.open(id, more);
    }
  }

  /** Sends more of the body. */
  public void send(byte[] bytes, boolean end) {
    if (state == State.OPEN) {
      connection.write(id, bytes, end);
    }
  }

  /** Takes the request back; what is on its way already is not counted. */
  public void takeBack() {
    if (state == State.OPEN) {
      state = State.TAKEN_BACK;
      connection.takeBack(this);
    }
  }

  @Override
  public String toString() {
    return "stream " + id + " " + state + ", window " + window + " of " + connection;
  }

  // For its connection.

  Http2Stream silenced() {
    state = State.SILENCED;
    return this;
  }

  void onWindow(int change) {
    window += change;
  }

  void onHeaders(Http2Headers headers, boolean end) throws Http2Exception {
    requireOpen("headers");
    if (state == State.OPEN) {
      listener.onHeaders(headers);
    }
    onEnd(end);
  }

  void onData(ByteBuf data, int length, boolean end) throws Http2Exception {
    requireOpen("data");
    window -= length;
    received += length;
    if (window < 0 && length > 0) {
      throw Http2Connection.wrong("%d bytes more than the window of stream %d", -window, id);
    }
    if (state == State.OPEN) {
      byte[] bytes = new byte[data.readableBytes()];
      data.readBytes(bytes);
      listener.onData(this, bytes);
    }
    onEnd(end);
  }

  private void onEnd(boolean end) {
    if (end && state == State.OPEN) {
      state = State.ENDED;
      listener.onEnd();
    }
  }

  void onReset(long error) throws Http2Exception {
    if (state == State.SILENCED || state == State.BROKEN) {
      throw Http2Connection.wrong("a reset (%d) of stream %d behind its end", error, id);
    }
    onDisconnect();
  }

  void onDisconnect() {
    if (state == State.OPEN) {
      state = State.BROKEN;
      listener.onDisconnect();
    }
  }

  private void requireOpen(String what) throws Http2Exception {
    if (state != State.OPEN && state != State.TAKEN_BACK) {
      throw Http2Connection.wrong("%s of stream %d behind its end", what, id);
    }
  }
}
