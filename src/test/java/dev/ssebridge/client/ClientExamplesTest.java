package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The example of the page about the client. */
class ClientExamplesTest extends EventSourceFixture {

  /** Where an application gets its tokens. */
  private interface Tokens {
    Future<String> fresh();
  }

  @Test
  void readARemoteStream() {
    List<String> log = new ArrayList<>();
    EventSource source = track(EventSource.once(vertx, options()));
    Thread server = new Thread(() -> origin.next().stream().send("data: 1\n\ndata: 2\n\n").close());
    server.start();
    try (EventIterator events = source.iterator()) {
      while (events.hasNext()) {
        log.add("next: " + events.next().data());
      }
    }
    assertThat(log).containsExactly("next: 1", "next: 2");
  }

  @Test
  void followARemoteStream() throws Exception {
    Tokens tokens = () -> Future.succeededFuture("t1");
    BlockingQueue<String> out = new LinkedBlockingQueue<>();
    String url = origin.url("/prices");
    EventSource source =
        EventSource.builder(vertx)
            .with(
                new EventSourceOptions(url)
                    .setIdleTimeout(Duration.ofSeconds(45))) // three heartbeats of that server
            .withRequestSupplier(
                attempt ->
                    tokens
                        .fresh()
                        .map(
                            token ->
                                attempt.request().withHeader("authorization", "Bearer " + token)))
            .build();
    source.handler(event -> out.add(event.type() + ": " + event.data()));
    source.stateHandler(step -> out.add(step.to() + ", " + step.reason()));
    Future<Void> connected = source.connect();

    Peer peer = origin.next();
    assertThat(peer.header("authorization")).isEqualTo("Bearer t1");
    peer.stream().send("event: rise\ndata: 5\n\n");
    await(connected);
    assertThat(out.poll(20, TimeUnit.SECONDS)).isEqualTo("CONNECTING, STARTED");
    assertThat(out.poll(20, TimeUnit.SECONDS)).isEqualTo("OPEN, OPENED");
    assertThat(out.poll(20, TimeUnit.SECONDS)).isEqualTo("rise: 5");
    await(source.close());
    assertThat(out.poll(20, TimeUnit.SECONDS)).isEqualTo("CLOSED, CLOSED");
  }
}
