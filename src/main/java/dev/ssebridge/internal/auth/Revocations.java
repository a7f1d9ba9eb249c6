package dev.ssebridge.internal.auth;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.function.Function;

/**
 * Listens to the bus for revocations. Whoever asks instead of publishing is told how many streams
 * have ended here, or what was wrong with his message. Any thread.
 */
public final class Revocations {
  private static final System.Logger LOG = System.getLogger(Revocations.class.getName());

  /** What a message is failed with that is no revocation. */
  private static final int MALFORMED = 400;

  private static final int FAILED = 500;

  private final Context context;
  private final Function<Revocation, Future<Integer>> ends;
  private final MessageConsumer<Object> consumer;

  /**
   * On a context of its own, which no deployment takes with it.
   *
   * @param ends the streams of a revocation, and tells how many those were
   */
  public Revocations(Vertx vertx, String address, Function<Revocation, Future<Integer>> ends) {
    this.context = ((VertxInternal) vertx).createEventLoopContext();
    this.ends = ends;
    this.consumer = vertx.eventBus().consumer(address);
    context.runOnContext(v -> consumer.handler(this::onMessage));
  }

  private void onMessage(Message<Object> message) {
    Revocation revocation;
    try {
      revocation = Revocation.of(message.body());
    } catch (IllegalArgumentException unfit) {
      LOG.log(Level.WARNING, "auth.revocations: a message is left out: " + unfit.getMessage());
      message.fail(MALFORMED, unfit.getMessage());
      return;
    }
    ends.apply(revocation)
        .onSuccess(
            count -> {
              LOG.log(Level.INFO, "auth.revocations: streams ended here: " + count);
              message.reply(new JsonObject().put("ended", count));
            })
        .onFailure(
            failure -> {
              LOG.log(Level.ERROR, "auth.revocations: not all streams could be ended", failure);
              message.fail(FAILED, "not all streams could be ended; the log says why");
            });
  }

  /** Listens no more. */
  public void close() {
    context.runOnContext(v -> consumer.unregister());
  }
}
