package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Wire;
import dev.ssebridge.testing.Wires;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many records of TLS (RFC 8446, section 5.1) events cost. */
@Wires({Wire.TLS_HTTP_1, Wire.TLS_HTTP_1_OF_JDK, Wire.TLS_HTTP_2, Wire.TLS_HTTP_2_OF_JDK})
@Tag("slow")
class TlsRecordsTest {
  private static final int EVENTS = 100;

  /** As many as the probes have on one connection, where they share any. */
  private static final int STREAMS = 10;

  private final AtomicInteger records = new AtomicInteger();
  private Vertx vertx;
  private BridgeFixture bridge;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    bridge =
        WatchedStreams.bridge(
            vertx, "{'routes':{'n':{'path':'/n','address':'news','heartbeat':0}}}", this::count);
  }

  @AfterEach
  void stop() {
    bridge.close();
    BridgeFixture.get(vertx.close());
  }

  private void count(Channel channel) {
    if (channel.pipeline().get(Records.class) == null) {
      channel.pipeline().addFirst(new Records());
    }
  }

  private List<SseProbe> open(int count) {
    List<SseProbe> probes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      probes.add(bridge.open("/n"));
    }
    vertx.runOnContext(v -> bridge.publish("news", "at first"));
    probes.forEach(probe -> probe.awaitData("at first"));
    records.set(0);
    return probes;
  }

  @Test
  void aBatchIsOneRecord() {
    SseProbe probe = open(1).get(0);
    // In one turn of the only loop, so that they are one batch.
    vertx.runOnContext(v -> bridge.publishNumbers("news", 1, EVENTS));
    probe.awaitData("m" + EVENTS);
    assertThat(records).hasValue(1);
  }

  @Test
  void anEventForManyStreamsOfAConnectionIsOneRecord() {
    List<SseProbe> probes = open(STREAMS);
    vertx.runOnContext(v -> bridge.publish("news", "now"));
    probes.forEach(probe -> probe.awaitData("now"));
    assertThat(records).hasValue(Wire.current().isHttp2() ? 1 : STREAMS);
  }

  /** What goes to the socket, below all that encrypts. */
  private final class Records extends ChannelOutboundHandlerAdapter {
    private static final int HEADER = 5;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      ByteBuf bytes = (ByteBuf) message;
      for (int at = bytes.readerIndex(); at < bytes.writerIndex(); ) {
        at += HEADER + bytes.getUnsignedShort(at + 3);
        records.incrementAndGet();
      }
      var unused = context.write(message, promise);
    }
  }
}
