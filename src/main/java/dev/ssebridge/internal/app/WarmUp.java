package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ssebridge.SseBridgeVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Traffic that the program makes for itself before it listens, so that the first burst meets
 * compiled code: a bridge of its own on a free port of the loopback interface, readers of one
 * channel, and a publisher that waits for the answers to what it sent.
 */
final class WarmUp extends VerticleBase {
  private static final int READERS = 60;

  /** How many messages are published at once, in turn: those that come alone, and together. */
  private static final int[] BURSTS = {1, 1, 1, 8, 1, 1, 1, 64};

  private static final String HOST = "127.0.0.1";
  private static final String ACCEPTED = "HTTP/1.1 202 ";
  private static final String PATH = "/warm/up";
  private static final Buffer SUBSCRIBE = request("GET", "accept: text/event-stream\r\n", "");
  private static final Buffer PUBLISH =
      request(
          "POST", "content-type: application/json\r\n", "{\"warm\":\"" + "up".repeat(45) + "\"}");

  private final Duration time;
  private final Promise<Void> over = Promise.promise();

  /**
   * @param time how long it goes on
   */
  WarmUp(Duration time) {
    this.time = time;
  }

  /** Completed when its time is over and all is answered; failed where that cannot be. */
  Future<Void> over() {
    return over.future();
  }

  @Override
  public Future<?> start() {
    SseBridgeVerticle bridge = new SseBridgeVerticle();
    return vertx
        .deployVerticle(bridge, new DeploymentOptions().setConfig(configuration()))
        .compose(id -> begin(new Traffic(vertx.createNetClient(), bridge.actualPort())));
  }

  private Future<?> begin(Traffic traffic) {
    vertx.setTimer(time.toMillis(), timer -> traffic.end());
    return traffic.begin();
  }

  /** Both ends of the connections to one server. */
  private final class Traffic {
    // set at construction
    private final NetClient client;
    private final int port;

    // only the context
    private int round;
    private int unanswered;
    private boolean ending;

    Traffic(NetClient client, int port) {
      this.client = client;
      this.port = port;
    }

    Future<NetSocket> begin() {
      return Future.all(Stream.generate(this::addReader).limit(READERS).toList())
          .compose(all -> client.connect(port, HOST))
          .onSuccess(this::publish);
    }

    private Future<NetSocket> addReader() {
      return client
          .connect(port, HOST)
          .onSuccess(
              reader -> {
                reader.handler(events -> {});
                reader.exceptionHandler(over::tryFail);
                reader.write(SUBSCRIBE);
              });
    }

    private void publish(NetSocket publisher) {
      publisher.closeHandler(gone -> over.tryFail("the publisher's connection was closed"));
      publisher.exceptionHandler(over::tryFail);
      publisher.handler(
          RecordParser.newDelimited("\r\n\r\n", answer -> onAnswer(publisher, answer)));
      next(publisher);
    }

    /** No burst follows the one that is on its way. */
    void end() {
      ending = true;
    }

    private void onAnswer(NetSocket publisher, Buffer answer) {
      String head = answer.toString(US_ASCII);
      if (!head.startsWith(ACCEPTED)) {
        over.tryFail("expected " + ACCEPTED + ", got " + head);
        return;
      }
      unanswered--;
      if (unanswered == 0) {
        next(publisher);
      }
    }

    private void next(NetSocket publisher) {
      if (ending) {
        over.tryComplete();
        return;
      }
      unanswered = BURSTS[round++ % BURSTS.length];
      Buffer burst = Buffer.buffer();
      for (int i = 0; i < unanswered; i++) {
        burst.appendBuffer(PUBLISH);
      }
      publisher.write(burst);
    }
  }

  private static JsonObject configuration() {
    JsonObject both = new JsonObject().put("path", "/warm/:up").put("address", "warm.{up}");
    return new JsonObject()
        .put("http", new JsonObject().put("host", HOST).put("port", 0).put("drain", 0))
        .put("limits", new JsonObject().put("retained", "1MiB"))
        .put("routes", new JsonObject().put("warm", both))
        .put("publish", new JsonObject().put("warm", both));
  }

  private static Buffer request(String method, String header, String body) {
    return Buffer.buffer(
        method
            + " "
            + PATH
            + " HTTP/1.1\r\nhost: "
            + HOST
            + "\r\n"
            + header
            + (body.isEmpty() ? "" : "content-length: " + body.length() + "\r\n")
            + "\r\n"
            + body);
  }
}
