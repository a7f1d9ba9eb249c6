package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.bus.Receipt;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The channels that a body is history of, held until it is in them.
 *
 * @param address that it is published on
 */
record HeldChannels(Hub hub, String address, List<BoundChannel> bound) {

  /** Those of a destination, as far as there is room for them. */
  static HeldChannels of(Hub hub, PublishTarget.Destination destination, String remote) {
    return new HeldChannels(hub, destination.address(), PublishTarget.hold(destination, remote));
  }

  /**
   * Runs a task once messages reach them, on the present context; at once where they do already.
   * Nothing is read of the request meanwhile.
   */
  void whenReady(HttpServerRequest request, Runnable task) {
    Future<?> opened = opening();
    if (opened == null) {
      task.run();
      return;
    }
    request.pause();
    Context loop = Vertx.currentContext();
    opened.onComplete(ready -> loop.runOnContext(v -> task.run()));
  }

  /**
   * Completed once messages reach these channels; {@code null} where they do already. A consumer
   * that could not be registered has reported it; the message goes out all the same.
   */
  private @Nullable Future<?> opening() {
    List<Future<Void>> opening = null;
    for (BoundChannel each : bound) {
      if (!each.ready().isComplete()) {
        opening = opening == null ? new ArrayList<>() : opening;
        opening.add(each.ready());
      }
    }
    return opening == null ? null : Future.join(opening);
  }

  /** Lets them go once all that was published there is in their logs. */
  void letGo(@Nullable Receipt receipt) {
    hub.fence(address)
        .accept(
            () -> {
              bound.forEach(each -> each.channel().release());
              if (receipt != null) {
                hub.receipts().close(receipt);
              }
            });
  }
}
