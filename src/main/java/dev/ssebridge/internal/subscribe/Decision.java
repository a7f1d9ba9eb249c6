package dev.ssebridge.internal.subscribe;

import dev.ssebridge.SubscribeRequest;
import dev.ssebridge.internal.fanout.Deadline;
import dev.ssebridge.internal.fanout.FanoutLoop;
import dev.ssebridge.internal.http.NoContent;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.http.RequestLoop;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A request that waits for the application's handlers, one after another. It was counted as a
 * subscriber; whatever happens, it goes on as a stream or is counted off, exactly once.
 */
final class Decision extends Deadline {
  private static final System.Logger LOG = System.getLogger(Decision.class.getName());

  // set at construction
  private final Serving serving;
  private final List<Handler<SubscribeRequest>> handlers;
  private final Consumer<Wish> accepted;
  private final Context here;
  private final FanoutLoop loop;

  // guarded by this
  private Wish wish;
  private int step;
  private boolean over;

  /**
   * On the connection's loop.
   *
   * @param handlers at least one
   * @param accepted goes on with the request, on that loop
   */
  Decision(
      Serving serving,
      Wish wish,
      List<Handler<SubscribeRequest>> handlers,
      Consumer<Wish> accepted) {
    this.serving = serving;
    this.wish = wish;
    this.handlers = handlers;
    this.accepted = accepted;
    this.here = Vertx.currentContext();
    this.loop = serving.hub().fanout(here);
  }

  /** Asks the first handler. */
  void begin() {
    serving.undecided().add(this);
    loop.scheduleIn(this, serving.listener().decisionMillis());
    // The client has gone, or the application has answered the request itself.
    wish.context().onEnd(ended -> end());
    ask(0);
    if (serving.closed().getAsBoolean() || serving.listener().gate().isShut()) {
      shutDown(); // the rest of those who wait may have been answered just before
    }
  }

  /** On the request's own context, which is a worker or a virtual thread where the router is. */
  private void ask(int asked) {
    RequestLoop.run(
        wish().context().request(),
        () -> {
          try {
            handlers.get(asked).handle(new DecidableRequest(this, asked));
          } catch (Throwable e) { // whatever it is, the client gets an answer
            fail(asked, e);
          }
        });
  }

  /** What is asked for, as the handlers have left it. */
  synchronized Wish wish() {
    return wish;
  }

  String route() {
    return serving.route().name();
  }

  /** Whether an address is one that means something to the bridge or the bus. */
  boolean isOwn(String address) {
    return serving.listener().ownAddresses().contains(address);
  }

  /** Changes what is asked for. */
  synchronized void change(int asked, UnaryOperator<Wish> change) {
    if (over || step != asked) {
      throw new IllegalStateException(
          "expected before the request is decided, it was: accepted, refused, too late, or its"
              + " client has gone");
    }
    wish = change.apply(wish);
  }

  boolean accept(int asked) {
    boolean last = asked + 1 == handlers.size();
    synchronized (this) {
      if (over || step != asked) {
        return false;
      }
      step++;
      over = last;
    }
    onLoop(
        () -> {
          if (last) {
            leave();
            accepted.accept(wish());
          } else {
            ask(asked + 1);
          }
        });
    return true;
  }

  boolean refuse(int asked, int status, String reason) {
    return answer(
        asked,
        () -> {
          if (status == 204) {
            NoContent.send(wish.context());
          } else {
            new Problem(status, reason).send(wish.context().request());
          }
        });
  }

  boolean refuse(int asked, String reason) {
    return answer(asked, () -> refuseForNow(reason));
  }

  private void refuseForNow(String reason) {
    if (!wish.context().response().headWritten()) {
      Refusal.send(wish.context().request(), serving.route().config(), reason);
    }
  }

  private void refuseClosed() {
    if (!wish.context().response().headWritten()) {
      serving.refuseClosed(wish.context().request());
    }
  }

  boolean fail(int asked, Throwable cause) {
    boolean counts = answer(asked, () -> Problem.INTERNAL.send(wish.context().request()));
    LOG.log(
        Level.ERROR,
        "route "
            + route()
            + ": the subscribe handler "
            + handlers.get(asked)
            + (counts ? " failed" : " failed after its decision"),
        cause);
    return counts;
  }

  /** None of the handlers has decided in time. */
  @Override
  protected void due(long now) {
    int asked;
    synchronized (this) {
      asked = step;
    }
    if (answer(asked, () -> refuseForNow("the request was not decided in time"))) {
      LOG.log(
          Level.WARNING,
          "route "
              + route()
              + ": the subscribe handler "
              + handlers.get(asked)
              + " has not decided within "
              + serving.listener().decisionMillis()
              + " ms (limits.decision); it has to call accept, refuse or fail");
    }
  }

  /** The route is served no more, or nothing is. Any thread. */
  void shutDown() {
    if (end()) {
      RequestLoop.runSoon(here, this::refuseClosed);
    }
  }

  private boolean answer(int asked, Runnable answer) {
    return finish(() -> step == asked, answer);
  }

  /** Nobody waits for an answer. Any thread. */
  private boolean end() {
    return finish(() -> true, () -> {});
  }

  private boolean finish(BooleanSupplier isItsTurn, Runnable answer) {
    synchronized (this) {
      if (over || !isItsTurn.getAsBoolean()) {
        return false;
      }
      over = true;
    }
    onLoop(
        () -> {
          leave();
          release();
          try {
            answer.run();
          } catch (IllegalStateException answered) {
            // By the application, on another thread, just now.
            LOG.log(Level.DEBUG, "the request was answered otherwise", answered);
          }
        });
    return true;
  }

  private void leave() {
    serving.undecided().remove(this);
    loop.cancel(this);
  }

  private void release() {
    serving.route().release(wish.remote());
  }

  private void onLoop(Runnable task) {
    if (Vertx.currentContext() == here) {
      task.run();
    } else {
      RequestLoop.runSoon(here, task);
    }
  }
}
