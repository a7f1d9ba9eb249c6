package dev.ssebridge.internal.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.fanout.Deadline;
import dev.ssebridge.internal.fanout.FanoutLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.internal.ContextInternal;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the small bodies of an HTTP/1.1 connection before Vert.x makes requests and responses
 * of them, and answers all that came together with one write.
 *
 * <p>It lies between the decoder and Vert.x from the connection's first request to the first that
 * is anything but {@linkplain PlainPublish plain}: a stream, another body, one with an error. That
 * request it hands on as it came and is gone, so Vert.x never sees a request while an answer of the
 * lane is missing, and the lane never one while Vert.x has something to answer.
 *
 * <p>Paid for by one POST per event in the fan-out benchmark.
 */
final class PublishLane extends ChannelInboundHandlerAdapter {
  /** So long a body may be on its way at most before Vert.x waits for the rest. */
  private static final long PATIENCE_MILLIS = 1000;

  private static final System.Logger LOG = System.getLogger(PublishLane.class.getName());
  private static final byte[] NOTHING = {};
  private static final int ANSWERS = 64;
  private static final byte[] ACCEPTED =
      "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n".getBytes(US_ASCII);

  /** So many answers that one write often does; never changed, never released. */
  private static final ByteBuf ALL_ACCEPTED = answers();

  // set at construction
  private final List<PublishHandler> handlers;
  private final ContextInternal context;
  private final RawChannel channel;
  private final FanoutLoop timers;
  private final Patience patience = new Patience();

  // only the connection's loop
  private @Nullable ChannelHandlerContext place;
  private @Nullable PlainPublish target;
  private List<BoundChannel> held = List.of();
  private @Nullable HttpRequest head;
  private int length;
  private byte[] body = NOTHING;
  private int filled;
  private int answers;
  private boolean waiting;
  private int looks;

  /** What has come since a channel is being opened, or since the publisher takes no answers. */
  private final Deque<Object> later = new ArrayDeque<>(0);

  private boolean opening;
  private boolean full;

  private PublishLane(List<PublishHandler> handlers, RawChannel channel, Hub hub) {
    this.handlers = handlers;
    this.context = channel.context();
    this.channel = channel;
    this.timers = hub.fanout(context);
  }

  /**
   * Opens one on a connection of which Vert.x has not seen any request, where that is possible. On
   * its loop.
   *
   * @param handlers which of them a request is for, is up to their paths
   */
  static void open(HttpConnection connection, List<PublishHandler> handlers, Hub hub) {
    RawChannel channel = RawChannel.of(connection);
    if (channel != null && !channel.isObserved()) {
      channel.addBeforeVertx(new PublishLane(handlers, channel, hub));
    }
  }

  private static ByteBuf answers() {
    ByteBuf all = Unpooled.directBuffer(ANSWERS * ACCEPTED.length);
    for (int i = 0; i < ANSWERS; i++) {
      all.writeBytes(ACCEPTED);
    }
    return Unpooled.unreleasableBuffer(all.asReadOnly());
  }

  /** Someone looks for a use: how often since the last, 0 while there is one. */
  int onLook() {
    looks = head != null || opening ? 0 : looks + 1;
    return looks;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    place = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (ctx.isRemoved()) {
      ctx.fireChannelRead(message);
    } else if (isHeldUp() || !later.isEmpty()) {
      later.add(message);
    } else {
      handle(ctx, message);
    }
  }

  private void handle(ChannelHandlerContext ctx, Object message) {
    ContextInternal previous = context.beginDispatch();
    boolean taken;
    try {
      taken = take(message);
    } finally {
      context.endDispatch(previous);
    }
    if (!taken) {
      leave();
      ctx.fireChannelRead(message);
    }
  }

  private boolean take(Object message) {
    if (head == null) {
      return message instanceof HttpRequest request && begin(request);
    }
    if (!(message instanceof HttpContent content) || !content.decoderResult().isSuccess()) {
      return false;
    }
    ByteBuf bytes = content.content();
    int more = bytes.readableBytes();
    if (filled + more > body.length) {
      // Nearly always all of it at once; otherwise no more than what has come asks for.
      body = Arrays.copyOf(body, Math.min(length, Math.max(filled + more, 2 * filled)));
    }
    bytes.getBytes(bytes.readerIndex(), body, filled, more);
    if (!(message instanceof LastHttpContent)) {
      filled += more;
    } else if (!end()) {
      return false; // whatever is wrong with it, the ordinary way says so
    }
    content.release();
    return true;
  }

  private boolean begin(HttpRequest request) {
    PlainPublish plain = target;
    if (plain == null || !plain.isAlso(request)) {
      letGo();
      plain = PlainPublish.of(request, handlers);
      if (plain == null) {
        return false;
      }
      target = plain;
    }
    length = plain.lengthOf(request);
    if (length < 0) {
      return false;
    }
    if (held.isEmpty()) {
      held = plain.hold();
      Future<?> opened = PublishHandler.opening(held);
      if (opened != null) {
        opening = true;
        later.addFirst(request);
        readIfAble();
        opened.onComplete(v -> context.runOnContext(u -> opened()));
        return true;
      }
    }
    looks = 0;
    head = request;
    return true;
  }

  /** The channels receive messages now, or a consumer that could not be registered has told so. */
  private void opened() {
    opening = false;
    goOn();
  }

  /** Whether what comes has to wait. */
  private boolean isHeldUp() {
    return opening || full;
  }

  private void goOn() {
    ChannelHandlerContext here = place;
    if (here == null || isHeldUp()) {
      return;
    }
    readIfAble();
    if (later.isEmpty()) {
      return;
    }
    try {
      while (!isHeldUp() && !later.isEmpty()) {
        Object next = later.remove();
        if (here.isRemoved()) {
          here.fireChannelRead(next);
        } else {
          handle(here, next);
        }
      }
      channelReadComplete(here);
    } catch (RuntimeException | Error e) {
      here.fireExceptionCaught(e);
      channel.drop();
    }
  }

  private boolean end() {
    PlainPublish plain = target;
    if (plain == null) {
      return false;
    }
    try {
      plain.publish(body);
      answers++;
    } catch (BadRequestException refused) {
      return false;
    } catch (RuntimeException e) {
      // Somebody may have got it, so it is not tried again.
      LOG.log(Level.ERROR, "path " + plain.path() + ": a body could not be published", e);
      answer();
      channel.write(Unpooled.wrappedBuffer(Problem.INTERNAL.asMessage()));
    }
    forget();
    if (answers == ANSWERS) {
      answer();
    }
    return true;
  }

  private void forget() {
    if (waiting) {
      waiting = false;
      timers.cancel(patience);
    }
    head = null;
    body = NOTHING;
    filled = 0;
  }

  private void answer() {
    if (answers > 0) {
      channel.writeShared(ALL_ACCEPTED.slice(0, answers * ACCEPTED.length));
      answers = 0;
      full = !channel.isWritable();
      readIfAble();
    }
  }

  /** The channels are held no longer than until what came for them is in their logs. */
  private void letGo() {
    PlainPublish plain = target;
    if (plain != null && !held.isEmpty()) {
      plain.letGo(held);
      held = List.of();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!ctx.isRemoved()) {
      answer();
      if (head != null) {
        beginWaiting();
      } else if (!opening) {
        letGo();
      }
    }
    ctx.fireChannelReadComplete();
  }

  private void beginWaiting() {
    PlainPublish plain = target;
    if (!waiting && plain != null) {
      waiting = true;
      long timeout = plain.bodyTimeoutMillis();
      timers.scheduleIn(
          patience, timeout > 0 ? Math.min(timeout, PATIENCE_MILLIS) : PATIENCE_MILLIS);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    full = !channel.isWritable();
    if (!full) {
      // Later: this may be told in the middle of a write.
      context.runOnContext(v -> goOn());
    }
    ctx.fireChannelWritabilityChanged();
  }

  /** A publisher that does not take its answers has to wait, as one whose channel is opened. */
  private void readIfAble() {
    ChannelHandlerContext here = place;
    boolean able = !isHeldUp();
    if (here != null && !here.isRemoved() && here.channel().config().isAutoRead() != able) {
      here.channel().config().setAutoRead(able);
    }
  }

  /** From here on it is Vert.x' connection, with what has come of a body. */
  private void leave() {
    ChannelHandlerContext here = place;
    if (here == null || here.isRemoved()) {
      return;
    }
    LOG.log(Level.DEBUG, () -> "no lane any more: " + here.channel());
    answer();
    HttpRequest request = head;
    byte[] begun = Arrays.copyOf(body, filled);
    here.channel().config().setAutoRead(true);
    here.pipeline().remove(this);
    if (request != null) {
      here.fireChannelRead(request);
      if (begun.length > 0) {
        here.fireChannelRead(new DefaultHttpContent(Unpooled.wrappedBuffer(begun)));
      }
    }
  }

  /** Vert.x closes a connection without requests at once, so what waits here is made known. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!ctx.isRemoved() && (head != null || !later.isEmpty())) {
      handOver(ctx);
    }
    ctx.fireUserEventTriggered(event);
  }

  private void handOver(ChannelHandlerContext ctx) {
    leave();
    for (Object next = later.poll(); next != null; next = later.poll()) {
      ctx.fireChannelRead(next);
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    letGo();
    forget();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    later.forEach(ReferenceCountUtil::release);
    later.clear();
    ctx.fireChannelInactive();
  }

  /** For the rest of a body. */
  private final class Patience extends Deadline {
    @Override
    protected void due(long now) {
      ChannelHandlerContext here = place;
      if (full) {
        timers.scheduleIn(this, PATIENCE_MILLIS); // it is the lane that does not read
      } else if (here != null) {
        handOver(here);
      }
    }
  }
}
