package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the streams of one HTTP/2 connection are sent in one moment goes out together. */
@ExtendWith(VertxExtension.class)
class SharedFlushTest {
  private static final int STREAMS = 60;

  @ParameterizedTest
  @CsvSource({"auto, true", "public, false"})
  void oneEventForManyStreamsOfAConnectionIsOneFlush(String writer, boolean together, Vertx vertx) {
    AtomicInteger flushes = new AtomicInteger();
    String config =
        "{'http':{'writer':'" + writer + "'},'routes':{'n':{'path':'/n','address':'news'}}}";
    try (BridgeFixture bridge =
        WatchedStreams.bridge(vertx, config, channel -> count(channel, flushes))) {
      AtomicInteger arrived = new AtomicInteger();
      HttpClient client = vertx.createHttpClient(http2());
      for (int i = 0; i < STREAMS; i++) {
        open(client, bridge, arrived);
      }
      bridge.publishNumbers("news", 1, 1);
      Deadline.await(() -> arrived.get() == STREAMS, () -> arrived + " have the first");
      flushes.set(0);
      arrived.set(0);
      bridge.publishNumbers("news", 2, 2);
      Deadline.await(() -> arrived.get() == STREAMS, () -> arrived + " have the second");
      if (together) {
        assertThat(flushes.get()).isBetween(1, STREAMS / 4);
      } else {
        assertThat(flushes.get()).isGreaterThanOrEqualTo(STREAMS);
      }
      BridgeFixture.get(client.close());
    }
  }

  @Test
  void aConnectionOfHttp1IsLeftAsItIs(Vertx vertx) {
    AtomicReference<@Nullable Channel> channel = new AtomicReference<>();
    try (BridgeFixture bridge =
        WatchedStreams.bridge(
            vertx, "{'routes':{'n':{'path':'/n','address':'news'}}}", channel::set)) {
      bridge.open("/n");
      assertThat(Objects.requireNonNull(channel.get()).pipeline().names())
          .contains("httpEncoder")
          .noneMatch(name -> name.startsWith("SharedFlush"));
    }
  }

  /** The end of a write would come before its frame has been taken from the windows. */
  @Test
  void aSocketThatGetsFullInTheMiddleOfAWriteIsNotFlushedThere() {
    AtomicInteger flushes = new AtomicInteger();
    List<Integer> whenFull = new ArrayList<>();
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(10, 100));
    count(channel, flushes);
    SharedFlush.of(channel.pipeline());
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelWritabilityChanged(ChannelHandlerContext context) {
                if (!channel.isWritable()) {
                  whenFull.add(flushes.get());
                }
              }
            });
    ChannelFuture first = channel.write(Unpooled.buffer().writeZero(20));
    channel.pipeline().flush();
    ChannelFuture last = channel.write(Unpooled.buffer().writeZero(200));
    assertThat(whenFull).startsWith(0);
    channel.pipeline().flush();
    assertThat(flushes).hasPositiveValue();
    assertThat(first.isSuccess() && last.isSuccess()).isTrue();
    channel.finishAndReleaseAll();
  }

  private static HttpClientOptions http2() {
    return new HttpClientOptions()
        .setProtocolVersion(HttpVersion.HTTP_2)
        .setHttp2ClearTextUpgrade(false);
  }

  private static void open(HttpClient client, BridgeFixture bridge, AtomicInteger arrived) {
    BridgeFixture.get(
        client
            .request(HttpMethod.GET, bridge.port(), "127.0.0.1", "/n")
            .compose(request -> request.send())
            .map(
                response ->
                    response.handler(
                        part -> {
                          if (part.toString().contains("data:")) {
                            arrived.incrementAndGet();
                          }
                        })));
  }

  /** Of the socket, below all that knows of streams. */
  private static void count(Channel channel, AtomicInteger flushes) {
    if (channel.pipeline().get("counter") == null) {
      channel
          .pipeline()
          .addFirst(
              "counter",
              new ChannelOutboundHandlerAdapter() {
                @Override
                public void flush(ChannelHandlerContext context) {
                  flushes.incrementAndGet();
                  context.flush();
                }
              });
    }
  }
}
