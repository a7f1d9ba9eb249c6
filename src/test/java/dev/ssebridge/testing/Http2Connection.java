package dev.ssebridge.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection of HTTP/2 as its client has it, frame by frame (RFC 9113): its windows open only
 * when they are told to, and what the other side sends beyond them, beyond the size of a frame, or
 * behind the end of a stream, fails the {@link ClientLoop}. Everything happens on its thread but
 * {@link #open}, and what is said to be for any thread.
 */
public final class Http2Connection {
  /** Of a connection and of each stream, unless something else is told (section 6.9.2). */
  public static final int FIRST_WINDOW = 65_535;

  // set at construction
  private final ClientLoop loop;
  private final int first;
  private final long connection;
  private final DefaultHttp2FrameWriter writer = new DefaultHttp2FrameWriter();
  private final DefaultHttp2FrameReader reader =
      new DefaultHttp2FrameReader(new DefaultHttp2HeadersDecoder(false));

  // only the thread of the loop, as soon as there is a connection
  private @Nullable ChannelHandlerContext context;
  private final Map<Integer, Http2Stream> streams = new HashMap<>();
  private final Deque<Settled> unsettled = new ArrayDeque<>();
  private final Deque<Runnable> unanswered = new ArrayDeque<>();
  private int next = 1;
  private long window = FIRST_WINDOW;
  private boolean givesBack = true;

  /** The size that streams begin with, as far as the other side has confirmed it. */
  private int initialWindow = FIRST_WINDOW;

  // read by any thread
  private volatile boolean over;
  private volatile boolean leaving;
  private volatile int goAway = -1;
  private volatile int mostStreams = Integer.MAX_VALUE;

  private record Settled(int window, int frame) {}

  private Http2Connection(ClientLoop loop, int first, long connection) {
    this.loop = loop;
    this.first = first;
    this.connection = connection;
  }

  /**
   * Connects.
   *
   * @param window that streams begin with
   * @param connection the window of all streams together, at least 65535
   * @param receiveBuffer of the socket, about so many bytes; 0 for what the system gives
   */
  public static Http2Connection open(
      ClientLoop loop, Wire wire, int port, int window, long connection, int receiveBuffer) {
    Http2Connection made = new Http2Connection(loop, window, connection);
    loop.connect(wire, port, receiveBuffer, made.new Bytes());
    return made;
  }

  /** Before anything is read. */
  private void begin() {
    sent(channel().write(Http2CodecUtil.connectionPrefaceBuf()));
    settings(first, Http2CodecUtil.DEFAULT_MAX_FRAME_SIZE);
    if (connection > FIRST_WINDOW) {
      window(connection - FIRST_WINDOW);
    }
  }

  // What it says.

  /** Tells the window that streams begin with, which changes that of all there are, and a size. */
  public void settings(int first, int frame) {
    Http2Settings told = new Http2Settings().initialWindowSize(first).maxFrameSize(frame);
    unsettled.add(new Settled(first, frame));
    sent(writer.writeSettings(context(), told, channel().newPromise()));
  }

  /** Opens the window of the connection by so many bytes. */
  public void window(long more) {
    window += more;
    sent(writer.writeWindowUpdate(context(), 0, (int) more, channel().newPromise()));
  }

  /** Whether the connection's window is opened by what comes; it is unless somebody else does. */
  public Http2Connection givesBack(boolean gives) {
    givesBack = gives;
    return this;
  }

  /** Asks; the body comes behind unless {@code end}. */
  public Http2Stream ask(Http2Headers headers, boolean end, Http2Stream.Listener listener) {
    Http2Stream stream = new Http2Stream(this, next, listener);
    next += 2;
    streams.put(stream.id(), stream);
    sent(writer.writeHeaders(context(), stream.id(), headers, 0, end, channel().newPromise()));
    return stream;
  }

  /** Asks, and the other side has answered all before when the task runs. */
  public void ping(Runnable answered) {
    unanswered.add(answered);
    sent(writer.writePing(context(), false, unanswered.size(), channel().newPromise()));
  }

  /** Says that it goes, with the streams that there are still to be answered. */
  public void goAway() {
    leaving = true;
    sent(
        writer.writeGoAway(
            context(),
            0,
            Http2Error.NO_ERROR.code(),
            Unpooled.EMPTY_BUFFER,
            channel().newPromise()));
  }

  /** Whether the socket is read. */
  public void reading(boolean on) {
    channel().config().setAutoRead(on);
  }

  /** Says that it will send no more (FIN), and goes on reading. */
  void finish() {
    loop.finish(channel());
  }

  /** Closes the connection. */
  public void close() {
    sent(channel().close());
  }

  /** Resets the connection as a crash does. */
  public void cut() {
    ClientLoop.cut(channel());
  }

  // What it has seen.

  /** Whether the other side has closed it or says that it will, or this side does. Any thread. */
  public boolean isLeft() {
    return over || leaving || goAway >= 0;
  }

  /** Whether the connection is over. Any thread. */
  public boolean isOver() {
    return over;
  }

  /** The error that the other side went away with, 0 for none; -1 if it has not. Any thread. */
  public int goneWith() {
    return goAway;
  }

  /** How many streams the other side permits at a time. Any thread. */
  public int mostStreams() {
    return mostStreams;
  }

  /** The streams that are open. */
  public Collection<Http2Stream> streams() {
    return streams.values().stream().filter(stream -> !stream.isOver()).toList();
  }

  /** What the window of a new stream is, as far as it is confirmed. */
  int initialWindow() {
    return initialWindow;
  }

  /** Bytes that the window of the connection still permits. */
  public long window() {
    return window;
  }

  @Override
  public String toString() {
    return "a connection with window "
        + window
        + ", gone with "
        + goAway
        + (leaving ? ", leaving" : "")
        + (over ? ", over" : "")
        + (channel().config().isAutoRead() ? "" : ", not read")
        + ", settings unconfirmed: "
        + unsettled.size();
  }

  // For its streams.

  void write(int stream, byte[] data, boolean end) {
    sent(
        writer.writeData(
            context(), stream, Unpooled.wrappedBuffer(data), 0, end, channel().newPromise()));
  }

  void open(int stream, int more) {
    sent(writer.writeWindowUpdate(context(), stream, more, channel().newPromise()));
  }

  void takeBack(Http2Stream stream) {
    sent(
        writer.writeRstStream(
            context(), stream.id(), Http2Error.CANCEL.code(), channel().newPromise()));
    // What is on its way may still come; behind the answer nothing may.
    ping(() -> streams.put(stream.id(), stream.silenced()));
  }

  private void sent(ChannelFuture written) {
    loop.watch(written);
    channel().flush();
  }

  private Channel channel() {
    return context().channel();
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  private final class Bytes extends ByteToMessageDecoder {
    private final Frames frames = new Frames();

    @Override
    public void channelActive(ChannelHandlerContext active) {
      context = active;
      begin();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
        throws Http2Exception {
      reader.readFrame(context, in, frames);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
      onOver();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof IOException) {
        close(); // the other side has reset the connection
        return;
      }
      loop.fail(cause);
      close();
    }
  }

  private void onOver() {
    over = true;
    for (Http2Stream stream : new ArrayList<>(streams.values())) {
      stream.onDisconnect();
    }
  }

  private final class Frames extends Http2FrameAdapter {
    @Override
    public int onDataRead(
        ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean end)
        throws Http2Exception {
      int length = data.readableBytes() + padding;
      window -= length;
      if (window < 0) {
        throw wrong("%d bytes more than the window of the connection, in stream %d", -window, id);
      }
      if (givesBack && length > 0) {
        window(length);
      }
      stream(id).onData(data, length, end);
      return length;
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean end)
        throws Http2Exception {
      stream(id).onHeaders(headers, end);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context,
        int id,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end)
        throws Http2Exception {
      stream(id).onHeaders(headers, end);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int id, long error)
        throws Http2Exception {
      stream(id).onReset(error);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) {
      Long most = settings.maxConcurrentStreams();
      mostStreams = most == null ? mostStreams : (int) Math.min(most, Integer.MAX_VALUE);
      sent(writer.writeSettingsAck(context, channel().newPromise()));
    }

    /** What was told holds from here on: the order of frames is that of the other side. */
    @Override
    public void onSettingsAckRead(ChannelHandlerContext context) throws Http2Exception {
      Settled settled = unsettled.remove();
      int change = settled.window - initialWindow;
      initialWindow = settled.window;
      streams.values().forEach(stream -> stream.onWindow(change));
      reader.configuration().frameSizePolicy().maxFrameSize(settled.frame);
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) {
      sent(writer.writePing(context, true, data, channel().newPromise()));
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext context, long data) {
      unanswered.remove().run();
    }

    @Override
    public void onGoAwayRead(
        ChannelHandlerContext context, int last, long error, ByteBuf debugData) {
      goAway = (int) error;
      for (Http2Stream stream : new ArrayList<>(streams.values())) {
        if (stream.id() > last) {
          stream.onDisconnect();
        }
      }
    }

    @Override
    public void onUnknownFrame(
        ChannelHandlerContext context, byte type, int id, Http2Flags flags, ByteBuf payload) {}

    private Http2Stream stream(int id) throws Http2Exception {
      Http2Stream stream = streams.get(id);
      if (stream == null) {
        throw wrong("a frame of stream %d, which nobody has opened", id);
      }
      return stream;
    }
  }

  static Http2Exception wrong(String what, Object... arguments) {
    return Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "got " + what, arguments);
  }
}
