package dev.ssebridge.internal.auth;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.UUID;
import java.util.function.Function;

/**
 * Listens to the bus for revocations. A sender that requests, instead of publishing, is told how
 * many streams have ended here, or what was wrong with the message. Any thread.
 */
public final class Revocations {
  private static final System.Logger LOG = System.getLogger(Revocations.class.getName());

  /** The failure code of a message that is no revocation. */
  private static final int MALFORMED = 400;

  private static final int FAILED = 500;

  /** Who has sent a message, where it was one of these. */
  private static final String SENDER = "sse-sender";

  private final Vertx vertx;
  private final String address;
  private final String self = UUID.randomUUID().toString();
  private final Context context;
  private final Function<Revocation, Future<Integer>> ends;
  private final MessageConsumer<Object> consumer;

  /**
   * On a context of its own, which no deployment takes with it.
   *
   * @param ends the streams of a revocation, and tells how many those were
   */
  public Revocations(Vertx vertx, String address, Function<Revocation, Future<Integer>> ends) {
    this.vertx = vertx;
    this.address = address;
    this.context = ((VertxInternal) vertx).createEventLoopContext();
    this.ends = ends;
    this.consumer = vertx.eventBus().consumer(address);
    context.runOnContext(v -> consumer.handler(this::onMessage));
  }

  /** Ends the streams of a revocation here, and has all others who listen end theirs. */
  public Future<Integer> everywhere(Revocation revocation) {
    vertx
        .eventBus()
        .publish(address, revocation.toJson(), new DeliveryOptions().addHeader(SENDER, self));
    return end(revocation);
  }

  private Future<Integer> end(Revocation revocation) {
    return ends.apply(revocation)
        .onSuccess(count -> LOG.log(Level.INFO, "auth.revocations: streams ended here: " + count));
  }

  private void onMessage(Message<Object> message) {
    if (self.equals(message.headers().get(SENDER))) {
      return; // it is done here
    }
    Revocation revocation;
    try {
      revocation = Revocation.of(message.body());
    } catch (IllegalArgumentException unfit) {
      LOG.log(Level.WARNING, "auth.revocations: a message is left out: " + unfit.getMessage());
      message.fail(MALFORMED, unfit.getMessage());
      return;
    }
    end(revocation)
        .onSuccess(count -> message.reply(new JsonObject().put("ended", count)))
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
