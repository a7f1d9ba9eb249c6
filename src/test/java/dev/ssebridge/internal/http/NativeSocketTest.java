package dev.ssebridge.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.testing.BridgeFixture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.transport.Transport;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells the pipeline
class NativeSocketTest {
  /** More than a socket takes at once. */
  private static final int LARGE = 64 << 20;

  @Test
  void whatTheSocketDoesNotTakeGoesTheOldWayAndNothingOvertakesIt(Vertx vertx) throws Exception {
    assumeTrue(vertx.isNativeTransportEnabled(), "no epoll here");
    byte[] bytes = new byte[LARGE];
    for (int i = 0; i < LARGE; i++) {
      bytes[i] = (byte) ((i * 31) >> 8);
    }
    ByteBuf all = Unpooled.directBuffer(LARGE).writeBytes(bytes);
    try (Connection connection = new Connection(vertx)) {
      int sent =
          connection.onLoop(
              channel -> {
                NativeSocket socket = Objects.requireNonNull(NativeSocket.under(channel));
                int first = socket.send(all);
                channel.writeAndFlush(all.retainedSlice(first, LARGE - first));
                assertThat(socket.send(all)).as("while bytes wait in the queue").isZero();
                return first;
              });

      assertThat(sent).isPositive().isLessThan(LARGE);
      assertThat(connection.read(LARGE)).isEqualTo(bytes);
    }
    all.release();
  }

  @Test
  void whatIsQueuedButNotFlushedIsNotOvertaken(Vertx vertx) throws Exception {
    assumeTrue(vertx.isNativeTransportEnabled(), "no epoll here");
    ByteBuf one = Unpooled.directBuffer(1).writeByte('1');
    ByteBuf two = Unpooled.directBuffer(1).writeByte('2');
    try (Connection connection = new Connection(vertx)) {
      int sent =
          connection.onLoop(
              channel -> {
                channel.write(one);
                int taken = Objects.requireNonNull(NativeSocket.under(channel)).send(two);
                channel.writeAndFlush(two);
                return taken;
              });

      assertThat(sent).isZero();
      assertThat(connection.read(2)).isEqualTo(new byte[] {'1', '2'});
    }
  }

  @Test
  void aClosedChannelTakesNothing(Vertx vertx) throws Exception {
    assumeTrue(vertx.isNativeTransportEnabled(), "no epoll here");
    ByteBuf one = Unpooled.directBuffer(1).writeByte('1');
    try (Connection connection = new Connection(vertx)) {
      int sent =
          connection.onLoop(
              channel -> {
                NativeSocket socket = Objects.requireNonNull(NativeSocket.under(channel));
                channel.close();
                return socket.send(one);
              });

      assertThat(sent).isZero();
    }
    one.release();
  }

  @Test
  void otherTransportsHaveNone() throws Exception {
    Vertx vertx = Vertx.builder().withTransport(Transport.NIO).build();
    try (Connection connection = new Connection(vertx)) {
      Boolean has = connection.onLoop(channel -> NativeSocket.under(channel) != null);
      assertThat(has).isFalse();
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }

  /** A connection to a server, with its channel on one side and a plain socket on the other. */
  private static final class Connection implements AutoCloseable {
    private final Socket client;
    private final NetSocket accepted;

    Connection(Vertx vertx) throws IOException {
      Promise<NetSocket> connected = Promise.promise();
      NetServer server = vertx.createNetServer().connectHandler(connected::complete);
      int port = BridgeFixture.get(server.listen(0, "127.0.0.1")).actualPort();
      client = new Socket(InetAddress.getLoopbackAddress(), port);
      client.setSoTimeout(20_000);
      accepted = BridgeFixture.get(connected.future());
    }

    <T> T onLoop(Function<Channel, T> task) {
      Channel channel = ((ConnectionBase) accepted).channelHandlerContext().channel();
      Promise<T> done = Promise.promise();
      channel
          .eventLoop()
          .execute(
              () -> {
                try {
                  done.complete(task.apply(channel));
                } catch (RuntimeException | Error e) {
                  done.fail(e);
                }
              });
      return BridgeFixture.get(done.future());
    }

    byte[] read(int length) throws IOException {
      InputStream in = client.getInputStream();
      return in.readNBytes(length);
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }
}
