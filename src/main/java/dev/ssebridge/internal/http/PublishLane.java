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
import java.util.ArrayDeque;
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
  /** So long a body may be on its way before Vert.x waits for the rest, with its timeout. */
  private static final long PATIENCE_MILLIS = 1000;

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
  private byte[] body = {};
  private int filled;
  private int answers;

  /** What has come since a channel is being opened: what there was in one read. */
  private final Deque<Object> later = new ArrayDeque<>(0);

  private boolean opening;
  private boolean waiting;
  private int looks;

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
    if (channel != null && !channel.isWatched()) {
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

  /** How often this was asked since the last request began, this time included. */
  int looksSinceUse() {
    return ++looks;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    place = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (ctx.isRemoved()) {
      ctx.fireChannelRead(message);
      return;
    }
    if (opening) {
      later.add(message);
      return;
    }
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
    int length = content.content().readableBytes();
    content.content().getBytes(content.content().readerIndex(), body, filled, length);
    if (message instanceof LastHttpContent && !end()) {
      return false; // whatever is wrong with it, the ordinary way says so
    }
    filled += length;
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
    int length = plain.lengthOf(request);
    if (length < 0) {
      return false;
    }
    if (held.isEmpty()) {
      held = plain.hold();
      Future<?> ready = plain.ready(held);
      if (ready != null) {
        opening = true;
        later.addFirst(request);
        readWhile(false);
        ready.onComplete(opened -> context.runOnContext(v -> goOn()));
        return true;
      }
    }
    looks = 0;
    head = request;
    body = new byte[length];
    filled = 0;
    return true;
  }

  /** The channels receive messages now, or a consumer that could not be registered has told so. */
  private void goOn() {
    ChannelHandlerContext here = place;
    opening = false;
    if (here != null && !later.isEmpty()) {
      readWhile(channel.isWritable());
      while (!opening && !later.isEmpty()) {
        channelRead(here, later.remove());
      }
      channelReadComplete(here);
    }
  }

  private boolean end() {
    PlainPublish plain = target;
    if (plain == null || !plain.publish(body)) {
      return false;
    }
    forget();
    answers++;
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
    body = new byte[0];
    filled = 0;
  }

  private void answer() {
    if (answers > 0) {
      channel.writeShared(ALL_ACCEPTED.slice(0, answers * ACCEPTED.length));
      answers = 0;
      readWhile(channel.isWritable());
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
    answer();
    if (opening || ctx.isRemoved()) {
      ctx.fireChannelReadComplete();
      return;
    }
    if (head == null) {
      letGo();
    } else if (!waiting) {
      waiting = true;
      timers.scheduleIn(patience, PATIENCE_MILLIS);
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    readWhile(channel.isWritable());
    ctx.fireChannelWritabilityChanged();
  }

  /** A publisher that does not take its answers has to wait, as one whose channel is opened. */
  private void readWhile(boolean able) {
    ChannelHandlerContext here = place;
    boolean writable = able && !opening;
    if (here != null && here.channel().config().isAutoRead() != writable) {
      here.channel().config().setAutoRead(writable);
    }
  }

  /** From here on it is Vert.x' connection, with what has come of a body. */
  private void leave() {
    answer();
    ChannelHandlerContext here = place;
    HttpRequest request = head;
    byte[] begun = body;
    int length = filled;
    if (here != null && !here.isRemoved()) {
      here.channel().config().setAutoRead(true);
      here.pipeline().remove(this);
      if (request != null) {
        here.fireChannelRead(request);
        if (length > 0) {
          here.fireChannelRead(new DefaultHttpContent(Unpooled.wrappedBuffer(begun, 0, length)));
        }
      }
    }
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
      leave();
      if (here != null) {
        here.fireChannelReadComplete();
      }
    }
  }
}
