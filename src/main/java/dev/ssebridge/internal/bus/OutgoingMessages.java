package dev.ssebridge.internal.bus;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * Sees all that is published on this node, before the event bus looks who gets it. So channels can
 * be opened in time for it, and what records this node's messages gets each of them, also where the
 * cluster does not know yet that it listens. Called by the event bus, on the publisher's thread.
 */
public final class OutgoingMessages {
  private static final System.Logger LOG = System.getLogger(OutgoingMessages.class.getName());

  private final Vertx vertx;
  private final AddressConsumers consumers;
  private final Handler<DeliveryContext<Object>> interceptor = this::onMessage;

  // written by this
  private volatile List<Opener> openers = List.of();

  OutgoingMessages(Vertx vertx, AddressConsumers consumers) {
    this.vertx = vertx;
    this.consumers = consumers;
  }

  /** Opens channels for what is published. */
  @FunctionalInterface
  public interface Opener {

    /** Those of an address that were opened or were there, each acquired. Must not block. */
    List<BoundChannel> open(String address);
  }

  /** From now on all messages are seen, and this one is asked. */
  public synchronized void add(Opener opener) {
    List<Opener> more = new ArrayList<>(openers);
    more.add(opener);
    if (openers.isEmpty()) {
      vertx.eventBus().addOutboundInterceptor(interceptor);
    }
    openers = List.copyOf(more);
  }

  /** It is asked no more. */
  public synchronized void remove(Opener opener) {
    List<Opener> fewer = new ArrayList<>(openers);
    if (fewer.remove(opener)) {
      openers = List.copyOf(fewer);
      if (fewer.isEmpty()) {
        vertx.eventBus().removeOutboundInterceptor(interceptor);
      }
    }
  }

  /** Whatever happens here, the message goes its way. */
  private void onMessage(DeliveryContext<Object> delivery) {
    List<BoundChannel> held = List.of();
    try {
      if (!delivery.send()) {
        held = open(delivery.message().address());
        consumers.handOver(delivery.message());
      }
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "a message that is published may not be recorded", e);
    }
    try {
      delivery.next();
    } finally {
      held.forEach(BoundChannel::releaseAppended);
    }
  }

  private List<BoundChannel> open(String address) {
    List<Opener> all = openers;
    if (all.size() == 1) {
      return all.get(0).open(address); // as nearly always, and for all that is published
    }
    List<BoundChannel> held = new ArrayList<>();
    all.forEach(opener -> held.addAll(opener.open(address)));
    return held;
  }
}
