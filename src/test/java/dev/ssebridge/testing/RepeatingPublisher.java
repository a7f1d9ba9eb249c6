package dev.ssebridge.testing;

import dev.ssebridge.format.SseHeaders;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.Random;

/**
 * Publishes a message after the other, each with a key by which it is known, on any of the nodes;
 * it sends each until it is accepted.
 */
public final class RepeatingPublisher {
  private final Vertx vertx;
  private final Context context;
  private final HttpClient client;
  private final List<Integer> ports;
  private final String target;
  private final Random random;
  private final String name;
  private final int pause;
  private final HistoryLedger ledger;

  // only the context
  private int number;
  private String message = "";
  private volatile boolean stopped;
  private volatile boolean done;

  /**
   * @param pause between an answer and the next message, milliseconds
   */
  public RepeatingPublisher(
      Vertx vertx,
      HttpClient client,
      List<Integer> ports,
      String target,
      Random random,
      String name,
      int pause,
      HistoryLedger ledger) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.client = client;
    this.ports = ports;
    this.target = target;
    this.random = new Random(random.nextLong());
    this.name = name;
    this.pause = pause;
    this.ledger = ledger;
  }

  /** Begins. */
  public void start() {
    context.runOnContext(v -> next());
  }

  /** No message follows the present one. */
  public void stop() {
    stopped = true;
  }

  /** Publishes this one alone, until it is accepted. */
  public void publish(String only) {
    stopped = true;
    context.runOnContext(v -> begin(only));
  }

  /** Whether the last one is accepted. */
  public boolean isDone() {
    return done;
  }

  private void next() {
    if (stopped) {
      done = true;
    } else {
      number++;
      begin(name + "-" + number + " " + "x".repeat(random.nextInt(200)));
    }
  }

  private void begin(String text) {
    message = text;
    ledger.published(text);
    send();
  }

  private void send() {
    String sent = message;
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost("127.0.0.1")
            .setPort(ports.get(random.nextInt(ports.size())))
            .setURI(target)
            .putHeader("content-type", "text/plain")
            .putHeader("idempotency-key", sent.split(" ", 2)[0]);
    if (number % 2 == 0) {
      options.putHeader("prefer", "return=representation");
    }
    client
        .request(options)
        .compose(request -> request.send(sent))
        .compose(response -> response.body().map(response))
        .onComplete(
            answer -> {
              if (answer.failed()) {
                ledger.answered("none");
                again();
                return;
              }
              int status = answer.result().statusCode();
              ledger.answered("" + status);
              if (status == 200 || status == 202) {
                ledger.acknowledged(sent, answer.result().getHeader(SseHeaders.POSITION));
                vertx.setTimer(Math.max(1, pause), id -> next());
              } else {
                again();
              }
            });
  }

  private void again() {
    vertx.setTimer(10 + random.nextInt(60), id -> send());
  }
}
