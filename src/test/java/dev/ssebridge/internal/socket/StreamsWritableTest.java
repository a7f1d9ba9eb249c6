package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A stream of HTTP/2 learns that it can be written to again. */
class StreamsWritableTest {

  /** What its owner knows: each call turns it round. */
  private final List<Boolean> told = new ArrayList<>();

  @Test
  void alsoWhereTheSocketWasFullForAMomentOnly() throws Exception {
    assertThat(toldLast(true)).isTrue();
  }

  @Test
  void whichNettyAloneForgets() throws Exception {
    assumeFalse(toldLast(false), "this Netty tells it by itself: StreamsWritable can go");
  }

  private boolean toldLast(boolean looksAtAll) throws Exception {
    Http2ConnectionHandler http2 =
        new Http2ConnectionHandlerBuilder()
            .server(true)
            .frameListener(new Http2FrameAdapter())
            .build();
    EmbeddedChannel channel = new EmbeddedChannel(http2);
    if (looksAtAll) {
      channel.pipeline().addLast(new StreamsWritable(http2));
    }
    Http2RemoteFlowController controller = http2.encoder().flowController();
    controller.listener(stream -> told.add(controller.isWritable(stream)));
    // Netty learns of the connection's own window by this.
    controller.incrementWindowSize(http2.connection().connectionStream(), 1);
    Http2Stream stream = http2.connection().remote().createStream(1, false);
    assertThat(told).endsWith(true);

    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    controller.incrementWindowSize(stream, 1); // the news of the full socket have yet to come
    assertThat(told).endsWith(false);
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
    channel.runPendingTasks();

    assertThat(channel.isWritable()).isTrue();
    assertThat(controller.isWritable(stream)).isTrue();
    return told.get(told.size() - 1);
  }
}
