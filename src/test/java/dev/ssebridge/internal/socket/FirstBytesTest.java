package dev.ssebridge.internal.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is in the pipeline of a connection in clear text behind its first request. */
@ExtendWith(VertxExtension.class)
class FirstBytesTest {
  private static final String CONFIG = "{'routes':{'n':{'path':'/n','address':'n'}}}";
  private static final String REQUEST =
      "GET /pipeline HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  @Test
  void theRulesOfHttp1AreThereOnceHoweverTheRequestComes(Vertx vertx) throws IOException {
    Handler<Router> own =
        router ->
            router
                .get("/pipeline")
                // Later, so that the read that brought the request has ended.
                .handler(context -> vertx.runOnContext(v -> context.end(counted(context))));
    try (BridgeFixture bridge = BridgeFixture.withRouter(vertx, CONFIG, own)) {
      for (int connection = 0; connection < 3; connection++) {
        assertThat(ask(bridge.port(), REQUEST.length())).endsWith("rules: 1, first bytes: 0");
        assertThat(ask(bridge.port(), 1)).endsWith("rules: 1, first bytes: 0");
      }
    }
  }

  private static String counted(RoutingContext context) {
    Channel channel =
        Objects.requireNonNull(SocketState.channelUnder(context.request().connection()));
    return "rules: "
        + count(channel, Http1Rules.class)
        + ", first bytes: "
        + count(channel, FirstBytes.class);
  }

  private static long count(Channel channel, Class<?> type) {
    return channel.pipeline().toMap().values().stream().filter(type::isInstance).count();
  }

  private static String ask(int port, int piece) throws IOException {
    byte[] request = REQUEST.getBytes(US_ASCII);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) Deadline.PATIENCE.toMillis());
      socket.setTcpNoDelay(true);
      for (int from = 0; from < request.length; from += piece) {
        socket.getOutputStream().write(request, from, piece);
      }
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  @Test
  void whatFollowsIsReadInOnePieceEvenIfTheDecoderWasNeededForTheFirstReadOnly() {
    List<Integer> reads = new ArrayList<>();
    EmbeddedChannel channel = new EmbeddedChannel(new FirstBytes(), new Briefly(reads));
    channel.writeInbound(bytes("GET / HTTP/1.1\r\n"));
    channel.writeInbound(bytes("no HTTP any more"));
    assertThat(reads).containsExactly(1, 15, 16);
    assertThat(count(channel, FirstBytes.class)).isZero();
    channel.finishAndReleaseAll();
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, US_ASCII);
  }

  /** Has a decoder in the pipeline between the first byte and the rest of the first read. */
  private static final class Briefly extends ChannelInboundHandlerAdapter {
    private final List<Integer> reads;

    Briefly(List<Integer> reads) {
      this.reads = reads;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      reads.add(bytes.readableBytes());
      bytes.release();
      if (reads.size() == 1) {
        ctx.pipeline().addLast(new HttpRequestDecoder());
      } else if (reads.size() == 2) {
        ctx.pipeline().remove(HttpRequestDecoder.class);
      }
    }
  }
}
