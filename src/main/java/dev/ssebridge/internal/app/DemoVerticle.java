package dev.ssebridge.internal.app;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.config.DemoConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;

/** Publishes a numbered greeting now and then, as any application of the event bus would. */
final class DemoVerticle extends VerticleBase {
  private static final DeliveryOptions TYPED =
      new DeliveryOptions().addHeader(SseHeaders.EVENT, "my-custom-event");

  private final DemoConfig config;
  private long count;

  DemoVerticle(DemoConfig config) {
    this.config = config;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(config.every().toMillis(), timer -> greet());
    return Future.succeededFuture();
  }

  private void greet() {
    count++;
    vertx.eventBus().publish(config.address(), "Hello World! " + count, TYPED);
  }
}
