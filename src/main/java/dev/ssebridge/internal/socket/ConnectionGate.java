package dev.ssebridge.internal.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpConnection;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection no further while its answers are not taken: a client that sends requests and
 * reads nothing would otherwise fill the memory with answers. It stands before the decoder, behind
 * TLS. What was received is handed on in slices; the rest waits while answers do, or while requests
 * wait for the end of a stream.
 *
 * <p>That an HTTP/1 connection with an open stream is not writable is no reason to stop: a slow
 * subscriber has a limit of its own, further requests wait anyway, and without reading nobody
 * notices that the client has gone.
 *
 * <p>Everything happens on the connection's loop, except for {@link #isClosing}.
 */
public final class ConnectionGate extends ChannelDuplexHandler {
  /** How many bytes are decoded at a time: about 300 of the smallest requests. */
  static final int SLICE = 8 * 1024;

  private static final System.Logger LOG = System.getLogger(ConnectionGate.class.getName());

  /** How many times in each limit it looks whether anything is taken, while something waits. */
  private static final int LOOKS = 4;

  /** When one that waits for memory looks again whether there is any. */
  private static final long AGAIN_MILLIS = 100;

  // set at construction
  private final long stalledMillis;
  private final UntakenAnswers answers;

  // only the loop
  private @Nullable ChannelHandlerContext context;
  private @Nullable ArrayDeque<ByteBuf> held;
  private boolean stopped; // reading is turned off here
  private boolean wanted; // while it is: whether Vert.x would read
  private boolean quiet; // nobody shall notice that reading is turned on
  private boolean handingOn;
  private boolean scheduled;
  private @Nullable Future<?> nextLook;
  private int streams;
  private boolean alone;
  private long received;
  private long untaken;
  private long untakenSince;

  private volatile boolean closing;

  public ConnectionGate(long stalledMillis) {
    this(stalledMillis, AnswerMemory.OF_PROCESS);
  }

  ConnectionGate(long stalledMillis, AnswerMemory memory) {
    this.stalledMillis = stalledMillis;
    this.answers = new UntakenAnswers(memory);
  }

  /** The gate of a connection, {@code null} where there is none. */
  public static @Nullable ConnectionGate of(HttpConnection connection) {
    Channel channel = SocketState.channelUnder(connection);
    return channel == null ? null : channel.pipeline().get(ConnectionGate.class);
  }

  /**
   * The gate of a connection, put there if it had none; {@code null} where that cannot be.
   *
   * @param stalledMillis how long nothing may be taken of what waits, 0 for as long as it likes
   */
  public static @Nullable ConnectionGate install(HttpConnection connection, long stalledMillis) {
    Channel channel = SocketState.channelUnder(connection);
    if (channel == null) {
      return null;
    }
    ChannelPipeline pipeline = channel.pipeline();
    ConnectionGate there = pipeline.get(ConnectionGate.class);
    ChannelHandlerContext decoder = there == null ? decoderIn(pipeline) : null;
    if (decoder == null) {
      return there;
    }
    ConnectionGate gate = new ConnectionGate(stalledMillis);
    pipeline.addBefore(decoder.name(), null, gate);
    if (decoder.handler() instanceof Http2ConnectionHandler http2) {
      OutgoingFrames.watch(pipeline, http2);
    }
    return gate;
  }

  private static @Nullable ChannelHandlerContext decoderIn(ChannelPipeline pipeline) {
    ChannelHandlerContext http1 = pipeline.context(HttpRequestDecoder.class);
    return http1 != null ? http1 : pipeline.context(Http2ConnectionHandler.class);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    watch(added);
  }

  // What the bridge tells.

  /** The last answer was given, and says so: what comes after it is for nobody. Any thread. */
  public void close() {
    closing = true;
  }

  /** Whether the last answer was given. Any thread. */
  public boolean isClosing() {
    return closing;
  }

  /** Whether the socket is not read at present, because answers are not taken. Only the loop. */
  public boolean isHolding() {
    return stopped;
  }

  /**
   * A stream has begun.
   *
   * @param sharing whether other answers can come meanwhile
   */
  public void onStreamOpened(Sharing sharing) {
    streams++;
    alone = sharing == Sharing.NONE;
    if (context != null) {
      count(context);
    }
    watchNoMore();
    settle();
  }

  /** A stream has ended; what was written of it may still wait. */
  public void onStreamClosed() {
    streams--;
    alone = alone && streams > 0;
    if (context != null) {
      watch(context);
      count(context);
    }
    settle();
  }

  /** Whether a connection has several answers at a time. */
  public enum Sharing {
    /** HTTP/1: one after another. */
    NONE,
    /** HTTP/2 and later. */
    MULTIPLEXED
  }

  // What comes in.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ctx.fireChannelRead(message);
      return;
    }
    received += bytes.readableBytes();
    if (!stopped && bytes.readableBytes() <= SLICE && (alone || answers.hasRoom())) {
      ctx.fireChannelRead(bytes);
    } else {
      if (held == null) {
        held = new ArrayDeque<>(2);
      }
      held.add(bytes);
      stop(ctx); // also ends the read loop of the socket, which would go on for a megabyte
      handOn(ctx);
    }
  }

  /**
   * As long as the answers are taken, and Vert.x does not want to wait; a slice at a time, so that
   * others get their turn.
   */
  private void handOn(ChannelHandlerContext ctx) {
    if (handingOn || scheduled || !stopped) {
      return;
    }
    handingOn = true;
    try {
      if (held != null && wanted && isTaking(ctx)) {
        ctx.fireChannelRead(slice(held));
        complete(ctx); // the answers go out, and Vert.x says whether it wants more
      }
    } finally {
      handingOn = false;
    }
    if (!isTaking(ctx)) {
      waitForRoom(ctx);
    } else if (held == null) {
      go(ctx);
    } else if (wanted) {
      later(ctx, 0);
    }
  }

  private void waitForRoom(ChannelHandlerContext ctx) {
    if (!scheduled && ctx.channel().isWritable() && ctx.channel().isActive()) {
      later(ctx, AGAIN_MILLIS);
    }
  }

  /** Behind the sockets of others, which tasks are not. */
  private void later(ChannelHandlerContext ctx, long millis) {
    scheduled = true;
    var unused =
        ctx.executor()
            .schedule(
                () -> {
                  scheduled = false;
                  handOn(ctx);
                },
                millis,
                TimeUnit.MILLISECONDS);
  }

  private ByteBuf slice(ArrayDeque<ByteBuf> from) {
    ByteBuf first = from.element();
    if (first.readableBytes() > SLICE) {
      return first.readRetainedSlice(SLICE);
    }
    from.remove();
    if (from.isEmpty()) {
      held = null;
    }
    return first;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    complete(ctx);
  }

  /** Here Vert.x turns reading off, and must not find it off already. */
  private void complete(ChannelHandlerContext ctx) {
    if (!stopped) {
      ctx.fireChannelReadComplete();
      return;
    }
    ChannelConfig config = ctx.channel().config();
    quiet = true;
    config.setAutoRead(wanted);
    try {
      ctx.fireChannelReadComplete();
    } finally {
      wanted = config.isAutoRead();
      config.setAutoRead(false);
      quiet = false;
    }
  }

  /** The socket is asked for more; where reading was off, because it was turned on. */
  @Override
  public void read(ChannelHandlerContext ctx) {
    if (!stopped) {
      ctx.read();
    } else if (!quiet && ctx.channel().config().isAutoRead()) {
      wanted = true;
      ctx.channel().config().setAutoRead(false);
      settle();
    }
  }

  // Whether it may.

  private boolean isTaking(ChannelHandlerContext ctx) {
    return alone || (ctx.channel().isWritable() && answers.hasRoom());
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    ctx.flush();
    count(ctx);
  }

  private void count(ChannelHandlerContext ctx) {
    if (alone) {
      answers.forget();
    } else {
      answers.count(ctx.channel(), behind(), streams);
    }
  }

  private long behind() {
    return held == null ? 0 : held.stream().mapToLong(ByteBuf::readableBytes).sum();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    ctx.fireChannelWritabilityChanged(); // so that what waits already comes first
    count(ctx);
    settle();
  }

  private void settle() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      return;
    }
    if (!isTaking(ctx)) {
      if (SocketState.speaksHttp(ctx.channel())) {
        stop(ctx);
        waitForRoom(ctx);
      }
    } else if (stopped && !handingOn && !scheduled) {
      later(ctx, 0); // not within the write that has made it writable
    }
  }

  private void stop(ChannelHandlerContext ctx) {
    if (!stopped) {
      stopped = true;
      ChannelConfig config = ctx.channel().config();
      wanted = config.isAutoRead();
      config.setAutoRead(false);
    }
  }

  private void go(ChannelHandlerContext ctx) {
    stopped = false;
    if (wanted) {
      ctx.channel().config().setAutoRead(true);
    }
  }

  // For how long.

  /**
   * Looks from time to time whether what waits is taken. Not only where so much waits that the
   * connection is not writable: a file counts for nothing, and with HTTP/2 the client says itself
   * how much it lets wait elsewhere.
   */
  private void watch(ChannelHandlerContext ctx) {
    if (nextLook == null && streams == 0 && stalledMillis > 0 && ctx.channel().isOpen()) {
      untaken = 0;
      lookLater(ctx, stalledMillis);
    }
  }

  private void watchNoMore() {
    if (nextLook != null) {
      nextLook.cancel(false);
      nextLook = null;
    }
  }

  private void lookLater(ChannelHandlerContext ctx, long millis) {
    nextLook = ctx.executor().schedule(() -> look(ctx), Math.max(1, millis), TimeUnit.MILLISECONDS);
  }

  private void look(ChannelHandlerContext ctx) {
    Channel channel = ctx.channel();
    long left = SocketState.speaksHttp(channel) ? SocketState.untaken(channel, received) : 0;
    if (left == 0 || left != untaken) {
      untaken = left;
      untakenSince = System.nanoTime();
    } else if (System.nanoTime() - untakenSince >= TimeUnit.MILLISECONDS.toNanos(stalledMillis)) {
      LOG.log(Level.DEBUG, () -> channel.remoteAddress() + " took no answer: closed");
      SocketState.drop(channel);
      return;
    }
    lookLater(ctx, left == 0 ? stalledMillis : stalledMillis / LOOKS);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    watchNoMore();
    answers.forget();
    release();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    watchNoMore();
    answers.forget();
    release();
  }

  private void release() {
    if (held != null) {
      held.forEach(ByteBuf::release);
      held = null;
    }
  }
}
