package dev.ssebridge.testing;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A wire to a port of this machine that can be cut, or let nothing through for a while: what was
 * sent meanwhile arrives late, as it does on a network, even if the sender has given up.
 */
public final class PartitionProxy implements AutoCloseable {
  private final Context context;
  private final NetServer server;
  private final NetClient client;
  private final int target;

  // only the context
  private final Set<NetSocket> sockets = new HashSet<>();
  private boolean held;

  private PartitionProxy(Vertx vertx, Context context, int target) {
    this.context = context;
    this.target = target;
    this.server = vertx.createNetServer();
    this.client = vertx.createNetClient();
  }

  /** One that listens on a port of its own. */
  public static PartitionProxy to(Vertx vertx, int target) {
    Context context = vertx.getOrCreateContext();
    PartitionProxy proxy = new PartitionProxy(vertx, context, target);
    on(
        context,
        () -> {
          proxy.server.connectHandler(proxy::join);
          return proxy.server.listen(0, "127.0.0.1");
        });
    return proxy;
  }

  private static <T> void on(Context context, Supplier<Future<T>> task) {
    Promise<T> done = Promise.promise();
    context.runOnContext(v -> task.get().onComplete(done));
    BridgeFixture.get(done.future());
  }

  private void join(NetSocket near) {
    near.pause();
    sockets.add(near);
    client
        .connect(target, "127.0.0.1")
        .onComplete(
            connected -> {
              if (connected.failed()) {
                sockets.remove(near);
                near.close();
                return;
              }
              NetSocket far = connected.result();
              sockets.add(far);
              pass(near, far);
              pass(far, near);
              if (held) {
                far.pause();
              } else {
                near.resume();
              }
            });
  }

  private void pass(NetSocket from, NetSocket to) {
    from.handler(to::write);
    from.exceptionHandler(e -> from.close());
    from.endHandler(v -> to.end());
    from.closeHandler(v -> sockets.remove(from));
  }

  /** Where it listens. */
  public int port() {
    return server.actualPort();
  }

  /** Lets nothing through, in neither direction, until {@link #letThrough}. */
  public void hold() {
    change(
        () -> {
          held = true;
          sockets.forEach(NetSocket::pause);
        });
  }

  /** What was held arrives, and what comes goes on. */
  public void letThrough() {
    change(
        () -> {
          held = false;
          sockets.forEach(NetSocket::resume);
        });
  }

  /** Breaks all connections. */
  public void cut() {
    change(
        () -> {
          List<NetSocket> all = new ArrayList<>(sockets);
          all.forEach(NetSocket::close);
        });
  }

  private void change(Runnable task) {
    on(
        context,
        () -> {
          task.run();
          return Future.succeededFuture();
        });
  }

  @Override
  public void close() {
    cut();
    BridgeFixture.get(server.close());
    BridgeFixture.get(client.close());
  }
}
