package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.junit5.VertxExtension;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What reads for the tests must not die in silence. */
@ExtendWith(VertxExtension.class)
class ReadingThreadTest {
  private static HttpServer server;

  /** Streams without an end, an event every millisecond. */
  @BeforeAll
  static void start(Vertx vertx) {
    Buffer event = Buffer.buffer("id: e-1\ndata: x\n\n".getBytes(US_ASCII));
    server =
        BridgeFixture.get(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      request
                          .response()
                          .setChunked(true)
                          .putHeader("content-type", "text/event-stream")
                          .write(event);
                      long timer =
                          vertx.setPeriodic(
                              1, t -> request.response().write(event).onFailure(e -> {}));
                      request.response().closeHandler(v -> vertx.cancelTimer(timer));
                    })
                .listen(0, "127.0.0.1"));
  }

  @Test
  void probesThatOthersCloseWhileTheyAreReadAreNobodysEnd() {
    try (SseProbes probes = new SseProbes()) {
      SseProbe bystander = probes.get(server.actualPort(), "/");
      for (int round = 0; round < 20; round++) {
        List<SseProbe> closing = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          closing.add(probes.get(server.actualPort(), "/"));
        }
        closing.forEach(SseProbe::awaitOpen);
        closing.forEach(SseProbe::close);
      }
      bystander.awaitEvents(bystander.events().size() + 10);
    }
  }

  @Test
  void aKeyThatIsCancelledAfterItWasFoundValidIsNoFailure() {
    assertThatCode(() -> ReadingThread.read(new CancelledMeanwhile(), ByteBuffer.allocate(1)))
        .doesNotThrowAnyException();
  }

  @Test
  void aProbeFailsAtOnceWhenNobodyReadsForItAnyMore() {
    try (SseProbes probes = new SseProbes()) {
      SseProbe probe = probes.get(server.actualPort(), "/");
      probe.awaitOpen();
      probes
          .exchanges()
          .execute(
              () -> {
                throw new IllegalStateException("thrown for a test");
              });
      long start = System.nanoTime();
      assertThatThrownBy(() -> probe.awaitData("never"))
          .isInstanceOf(AssertionError.class)
          .hasStackTraceContaining("thrown for a test");
      assertThat(System.nanoTime() - start).isLessThan(Deadline.PATIENCE.toNanos() / 2);
      assertThatThrownBy(probe::events).hasStackTraceContaining("thrown for a test");
    }
  }

  @Test
  void aReaderWhoseThreadFailedGivesNoAccount() {
    try (StreamReaders readers = new StreamReaders(0)) {
      StreamReader reader =
          readers.reader(server.actualPort(), "/", new RunningAccount(s -> true)).open();
      Deadline.await(() -> reader.account().isOpen(), () -> "the stream");
      readers
          .exchanges()
          .execute(
              () -> {
                throw new IllegalStateException("thrown for a test");
              });
      assertThatThrownBy(() -> Deadline.await(reader::isOver, () -> "its end"))
          .hasStackTraceContaining("thrown for a test");
      assertThatThrownBy(reader::account).hasStackTraceContaining("thrown for a test");
      assertThatThrownBy(() -> readers.cut(List.of(reader))).isInstanceOf(AssertionError.class);
    }
  }

  /** Another thread closed its channel since it was asked whether it is valid. */
  private static final class CancelledMeanwhile extends SelectionKey {
    @Override
    public SelectableChannel channel() {
      throw new AssertionError("nothing is to be read");
    }

    @Override
    public Selector selector() {
      throw new AssertionError("nothing is to be selected");
    }

    @Override
    public boolean isValid() {
      return true;
    }

    @Override
    public void cancel() {}

    @Override
    public int interestOps() {
      throw new CancelledKeyException();
    }

    @Override
    public SelectionKey interestOps(int operations) {
      throw new CancelledKeyException();
    }

    @Override
    public int readyOps() {
      throw new CancelledKeyException();
    }
  }
}
