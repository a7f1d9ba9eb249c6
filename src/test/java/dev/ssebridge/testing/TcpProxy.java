package dev.ssebridge.testing;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A network between two programs of a test, which can be slow, silent or broken. */
public final class TcpProxy implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final NetClient client = vertx.createNetClient();
  private final int target;
  private final NetServer server;
  private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
  private final AtomicLong repliesLeft = new AtomicLong(Long.MAX_VALUE);

  private volatile boolean silent;
  private volatile boolean deaf;
  private volatile boolean refusing;
  private boolean holding; // only the loop
  private volatile long delay;

  /** Passes on what comes to a port of this machine. */
  public TcpProxy(int target) {
    this.target = target;
    this.server =
        BridgeFixture.get(
            vertx.createNetServer().connectHandler(this::accept).listen(0, "127.0.0.1"));
  }

  /** Where it listens. */
  public int port() {
    return server.actualPort();
  }

  /** Passes nothing on, in neither direction, and keeps connections open; what comes is lost. */
  public void silence() {
    silent = true;
  }

  /** Passes on what is sent, and no reply: what comes of them is lost. */
  public void loseReplies() {
    deaf = true;
  }

  /** Passes on again; connections that lost something are cut. */
  public void speak() {
    silent = false;
    deaf = false;
    cut();
  }

  /**
   * Passes nothing on, and keeps what comes: it arrives late, as it does on a network, even if the
   * sender has given up meanwhile.
   */
  public void hold() {
    onLoop(
        () -> {
          holding = true;
          pairs.forEach(Pair::pause);
        });
  }

  /** Connections made from now on are passed on, while those that are held stay so. */
  public void letNewThrough() {
    onLoop(() -> holding = false);
  }

  /** What was held arrives, and what comes goes on. */
  public void letThrough() {
    onLoop(
        () -> {
          holding = false;
          pairs.forEach(Pair::resume);
        });
  }

  private void onLoop(Runnable task) {
    Promise<Void> done = Promise.promise();
    vertx.runOnContext(
        v -> {
          task.run();
          done.complete();
        });
    BridgeFixture.get(done.future());
  }

  /** Everything takes so many milliseconds longer. */
  public void delay(long millis) {
    delay = millis;
  }

  /** Ends all connections. */
  public void cut() {
    pairs.forEach(Pair::close);
  }

  /** Accepts no new connections until it is told otherwise, and ends those there are. */
  public void refuse(boolean refuses) {
    refusing = refuses;
    if (refuses) {
      cut();
    }
  }

  /** Passes on so many more bytes of replies, and ends the connections in the middle of them. */
  public void cutAfterReplies(long bytes) {
    repliesLeft.set(bytes);
  }

  private void accept(NetSocket from) {
    if (refusing) {
      from.close();
      return;
    }
    from.pause();
    client
        .connect(target, "127.0.0.1")
        .onSuccess(
            to -> {
              Pair pair = new Pair(from, to);
              pairs.add(pair);
              from.handler(data -> pass(data, to, pair));
              to.handler(data -> reply(data, from, pair));
              // Behind all that came before it, also where that is held.
              from.endHandler(ended -> end(pair));
              to.endHandler(ended -> end(pair));
              from.exceptionHandler(failed -> pair.close());
              to.exceptionHandler(failed -> pair.close());
              if (holding) {
                to.pause();
              } else {
                from.resume();
              }
            })
        .onFailure(refused -> from.close());
  }

  private void end(Pair pair) {
    pairs.remove(pair);
    pair.close();
  }

  private void reply(Buffer data, NetSocket to, Pair pair) {
    long left = repliesLeft.get();
    if (left != Long.MAX_VALUE) {
      left = repliesLeft.addAndGet(-data.length());
      if (left < 0) {
        repliesLeft.set(Long.MAX_VALUE);
        int passed = (int) Math.max(0, data.length() + left);
        pair.broken = true;
        to.write(data.getBuffer(0, passed)).onComplete(written -> pair.close());
        cut();
        return;
      }
    }
    pair.unheard |= deaf;
    if (!pair.unheard) {
      pass(data, to, pair);
    }
  }

  private final Queue<Late> late = new ArrayDeque<>();

  private record Late(Buffer data, NetSocket to, Pair pair) {}

  private void pass(Buffer data, NetSocket to, Pair pair) {
    // Whoever lost some bytes gets none of those that follow: TCP has no holes.
    pair.broken |= silent;
    if (pair.broken) {
      return;
    }
    if (delay == 0 && late.isEmpty()) {
      to.write(data);
      return;
    }
    late.add(new Late(data, to, pair));
    vertx.setTimer(
        Math.max(1, delay),
        timer -> {
          @Nullable Late next = late.poll();
          if (next != null && !next.pair().broken) {
            next.to().write(next.data());
          }
        });
  }

  @Override
  public void close() {
    BridgeFixture.get(vertx.close());
  }

  private static final class Pair {
    private final NetSocket from;
    private final NetSocket to;
    private boolean broken;
    private boolean unheard;

    Pair(NetSocket from, NetSocket to) {
      this.from = from;
      this.to = to;
    }

    void pause() {
      from.pause();
      to.pause();
    }

    void resume() {
      from.resume();
      to.resume();
    }

    void close() {
      from.close();
      to.close();
    }
  }
}
