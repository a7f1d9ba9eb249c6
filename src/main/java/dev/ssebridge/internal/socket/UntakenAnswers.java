package dev.ssebridge.internal.socket;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * What one connection has of the {@link AnswerMemory}. Where that is scarce, a connection that
 * takes nothing for a second is dropped. Only on its loop.
 */
final class UntakenAnswers {
  private static final System.Logger LOG = System.getLogger(UntakenAnswers.class.getName());

  /** Fewer bytes are not counted: nearly every answer waits for a moment. */
  private static final int FEW = 2048;

  /** What an answer of HTTP/2 that waits for its window holds, measured: with its request. */
  private static final int OF_HTTP2 = 8192;

  /** Fewer requests at a time on a connection of HTTP/2 are not looked at. */
  private static final int FEW_REQUESTS = 4;

  private static final long LOOK_MILLIS = 1000;

  private final AnswerMemory all;

  private int streams;
  private long counted;
  private boolean multiplexed;
  private boolean watching;

  private long written;
  private Waiting last = new Waiting(0, 0, 0, 0);

  /**
   * What waits.
   *
   * @param bytes for the socket
   * @param answers of HTTP/2 for their windows
   * @param first the stream of the first of these, 0 for none
   * @param written how often something was written before
   */
  private record Waiting(long bytes, int answers, int first, long written) {
    long memory() {
      return (bytes < FEW ? 0 : bytes) + (long) answers * OF_HTTP2;
    }

    boolean isSameAs(Waiting before, boolean multiplexed) {
      return multiplexed
          ? (answers > 0 && first == before.first) || (bytes >= FEW && bytes == before.bytes)
          : bytes == before.bytes && written == before.written;
    }
  }

  UntakenAnswers(AnswerMemory all) {
    this.all = all;
  }

  /** Whether another request may be read. */
  boolean hasRoom() {
    if (counted == 0) {
      return streams > 0 || !all.isOut();
    }
    // With HTTP/2 it is by reading that one learns of what is taken.
    return multiplexed ? !all.isOut() : !all.isScarce();
  }

  /**
   * Something was written, or taken.
   *
   * @param behind bytes of requests that wait for what was written to be taken
   * @param open streams of events, which have limits of their own
   */
  void count(Channel channel, long behind, int open) {
    written++;
    streams = open;
    Waiting now = waiting(channel);
    set(now.memory() == 0 || !channel.isActive() ? 0 : now.memory() + behind);
    if (counted > 0 && !watching) {
      lookLater(channel, now);
    }
  }

  /** Nothing waits any more. */
  void forget() {
    set(0);
  }

  private void set(long bytes) {
    if (bytes != counted) {
      all.add(bytes - counted);
      counted = bytes;
    }
  }

  private Waiting waiting(Channel channel) {
    Http2ConnectionHandler handler = SocketState.http2On(channel);
    multiplexed = handler != null;
    long bytes = streams > 0 ? 0 : Math.max(0, SocketState.unsent(channel));
    if (handler == null || handler.connection().numActiveStreams() - streams < FEW_REQUESTS) {
      return new Waiting(bytes, 0, 0, written);
    }
    Http2Connection connection = handler.connection();
    int[] found = new int[2];
    SocketState.hasStream(
        connection,
        stream -> {
          if (SocketState.waitsForWindow(connection, stream)) {
            found[0]++;
            found[1] = found[1] == 0 ? stream.id() : Math.min(found[1], stream.id());
          }
          return false;
        });
    return new Waiting(bytes, Math.max(0, found[0] - streams), found[1], written);
  }

  private void lookLater(Channel channel, Waiting now) {
    watching = true;
    last = now;
    var unused =
        channel.eventLoop().schedule(() -> look(channel), LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look(Channel channel) {
    watching = false;
    if (!channel.isActive()) {
      forget();
    }
    if (counted == 0) {
      return;
    }
    Waiting now = waiting(channel);
    if (all.isScarce() && now.memory() > 0 && now.isSameAs(last, multiplexed)) {
      LOG.log(
          Level.DEBUG,
          () -> channel.remoteAddress() + " took no answer, and memory is scarce: closed");
      SocketState.drop(channel);
      return;
    }
    set(now.memory());
    if (counted > 0) {
      lookLater(channel, now);
    }
  }
}
