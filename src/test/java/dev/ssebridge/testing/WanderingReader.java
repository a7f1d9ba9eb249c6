package dev.ssebridge.testing;

import dev.ssebridge.format.EventDecoder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One who reads a stream and, whenever it ends, breaks, is silent for too long, or by a whim, comes
 * back to any of the nodes with the id of the last event.
 */
public final class WanderingReader {
  private final Vertx vertx;
  private final Context context;
  private final HttpClient client;
  private final List<Integer> ports;
  private final String target;
  private final Random random;
  private final int patience;
  private final HistoryLedger.Account account;

  // only the context
  private @Nullable HttpClientRequest request;
  private int turn;
  private boolean closed;

  /**
   * @param patience how long it stays, milliseconds, in the mean; 0 for ever
   */
  public WanderingReader(
      Vertx vertx,
      HttpClient client,
      List<Integer> ports,
      String target,
      Random random,
      int patience,
      HistoryLedger.Account account) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.client = client;
    this.ports = ports;
    this.target = target;
    this.random = new Random(random.nextLong());
    this.patience = patience;
    this.account = account;
  }

  /** A client for such readers, and for publishers. */
  public static HttpClient client(Vertx vertx) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setConnectTimeout(2_000)
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setReadIdleTimeout(4_000),
        new PoolOptions().setHttp1MaxSize(2_000));
  }

  /** Begins. */
  public void start() {
    context.runOnContext(v -> connect());
  }

  /** Stays away until it is started again. */
  public void rest() {
    context.runOnContext(v -> leave());
  }

  /** Ends. */
  public void stop() {
    context.runOnContext(
        v -> {
          closed = true;
          leave();
        });
  }

  private void leave() {
    turn++;
    HttpClientRequest open = request;
    request = null;
    if (open != null) {
      open.reset();
    }
  }

  private void again(int of) {
    if (of == turn && !closed) {
      leave();
      int left = turn;
      vertx.setTimer(
          5 + random.nextInt(100),
          id -> {
            if (left == turn) {
              connect();
            }
          });
    }
  }

  private void connect() {
    if (closed) {
      return;
    }
    int now = ++turn;
    String id = account.lastEventId();
    RequestOptions options =
        new RequestOptions()
            .setHost("127.0.0.1")
            .setPort(ports.get(random.nextInt(ports.size())))
            .setURI(id.isEmpty() ? target + "?from=earliest" : target)
            .putHeader("accept", "text/event-stream");
    if (!id.isEmpty()) {
      options.putHeader("last-event-id", id);
    }
    client
        .request(options)
        .compose(
            made -> {
              if (now != turn) {
                made.reset();
                return Future.failedFuture("left meanwhile");
              }
              request = made;
              return made.send();
            })
        .onSuccess(response -> read(response, id, now))
        .onFailure(e -> again(now));
    if (patience > 0) {
      vertx.setTimer(1 + random.nextInt(2 * patience), timer -> again(now));
    }
  }

  private void read(HttpClientResponse response, String id, int now) {
    if (now != turn) {
      response.request().reset();
      return;
    }
    if (response.statusCode() != 200) {
      again(now);
      return;
    }
    EventDecoder decoder = EventDecoder.create(account).lastEventId(id);
    response
        .handler(
            chunk -> {
              if (now == turn) {
                decoder.decode(chunk);
              }
            })
        .endHandler(v -> again(now))
        .exceptionHandler(e -> again(now));
  }
}
