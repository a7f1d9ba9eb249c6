package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.testing.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits beyond those that Vert.x has by default: 60 s to connect, 10 s for the TLS handshake. */
@Tag("heavy")
@Timeout(150)
class EventSourceConnectTimeoutTest extends EventSourceFixture {
  private final List<Socket> fillers = new ArrayList<>();
  private ServerSocket deaf;
  private ServerSocket dumb;

  @BeforeEach
  void openSockets() throws IOException {
    dumb = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    // The kernel answers no further connection once so many wait to be accepted.
    try {
      while (fillers.size() < 20) {
        Socket filler = new Socket();
        fillers.add(filler);
        filler.connect(deaf.getLocalSocketAddress(), 500);
      }
    } catch (SocketTimeoutException full) {
      return;
    }
    throw new AssertionError("all of " + fillers.size() + " connections were answered");
  }

  @AfterEach
  void closeSockets() throws IOException {
    for (Socket filler : fillers) {
      filler.close();
    }
    deaf.close();
    dumb.close();
  }

  private Recorder follow(String scheme, ServerSocket server, Duration limit) {
    return follow(
        new EventSourceOptions(scheme + "://127.0.0.1:" + server.getLocalPort() + "/")
            .setConnectTimeout(limit));
  }

  private static List<EventSourceReason> failures(Recorder recorder) {
    return recorder.transitions.stream()
        .filter(transition -> transition.cause() != null)
        .map(EventSourceTransition::reason)
        .toList();
  }

  @Test
  void client14LongLimitsAndNoneHold() {
    long begun = System.nanoTime();
    Recorder connecting = follow("http", deaf, Duration.ofSeconds(63));
    Recorder unlimited = follow("http", deaf, Duration.ZERO);
    Recorder shaking = follow("https", dumb, Duration.ofSeconds(13));
    Recorder shakingUnlimited = follow("https", dumb, Duration.ZERO);
    Deadline.await(
        Duration.ofSeconds(60),
        () -> !failures(shaking).isEmpty(),
        () -> "the end of the handshake");
    assertThat(seconds(begun)).isGreaterThanOrEqualTo(12);
    assertThat(failures(shaking)).startsWith(EventSourceReason.CONNECT_TIMEOUT);
    Deadline.await(
        Duration.ofSeconds(100),
        () -> !failures(connecting).isEmpty(),
        () -> "the end of the attempt");
    assertThat(seconds(begun)).isGreaterThanOrEqualTo(62);
    assertThat(failures(connecting)).startsWith(EventSourceReason.CONNECT_TIMEOUT);
    assertThat(failures(unlimited)).isEmpty();
    assertThat(failures(shakingUnlimited)).isEmpty();
  }

  private static long seconds(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun).toSeconds();
  }
}
