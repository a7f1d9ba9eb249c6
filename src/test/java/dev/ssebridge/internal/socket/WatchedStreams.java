package dev.ssebridge.internal.socket;

import dev.ssebridge.testing.BridgeFixture;
import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.Consumer;

/** A bridge that tells on which channel of Netty each of its streams is. */
final class WatchedStreams {
  private WatchedStreams() {}

  /**
   * @param config of the bridge, as of {@link BridgeFixture}
   * @param opened is told of the channel of each stream, before the stream is answered, on its loop
   */
  static BridgeFixture bridge(Vertx vertx, String config, Consumer<Channel> opened) {
    return BridgeFixture.withHandlers(
        vertx,
        config,
        each ->
            each.subscribeHandler(
                request -> {
                  opened.accept(
                      Objects.requireNonNull(
                          SocketState.channelUnder(request.request().connection())));
                  request.accept();
                }));
  }
}
