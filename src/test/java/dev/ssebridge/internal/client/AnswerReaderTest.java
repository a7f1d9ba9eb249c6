package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A small compressed answer that becomes a large one takes its turns like everybody else. */
class AnswerReaderTest {
  private static final int LARGE = 8 << 20;

  private final ManualLoop loop = new ManualLoop();
  private final List<String> seen = new ArrayList<>();
  private @Nullable Buffer text;
  private @Nullable EventSourceException failure;

  @Test
  void aLargeOneIsInflatedInSlicesAndTheSocketIsNotReadMeanwhile() throws Exception {
    AnswerReader reader = reader(2 * LARGE);
    loop.onDefer(() -> seen.add("turn"));
    reader.add(bomb());
    reader.end(null);
    assertThat(text).isNotNull().extracting(Buffer::length).isEqualTo(LARGE);
    assertThat(failure).isNull();
    assertThat(seen).filteredOn("turn"::equals).hasSizeBetween(8, LARGE / AnswerReader.SLICE);
    assertThat(seen).startsWith("pause", "turn").endsWith("resume");
  }

  @Test
  void anEndThatComesMeanwhileWaitsForTheRest() throws Exception {
    AnswerReader reader = reader(2 * LARGE);
    Buffer bomb = bomb();
    loop.defer(
        () -> {
          reader.add(bomb); // what it defers comes behind this task
          reader.end(null);
          assertThat(text).isNull();
        });
    assertThat(text).isNotNull().extracting(Buffer::length).isEqualTo(LARGE);
  }

  @Test
  void oneBeyondTheLimitEndsAtTheLimit() throws Exception {
    AnswerReader reader = reader(LARGE / 2);
    reader.add(bomb());
    assertThat(text).isNotNull().extracting(Buffer::length).isEqualTo(LARGE / 2);
    assertThat(failure)
        .isNotNull()
        .extracting(EventSourceException::reason)
        .isEqualTo(EventSourceReason.EVENT_TOO_LARGE);
  }

  private AnswerReader reader(long limit) {
    Exchange exchange =
        new Exchange() {
          @Override
          public void pause() {
            seen.add("pause");
          }

          @Override
          public void resume() {
            seen.add("resume");
          }

          @Override
          public void close() {
            seen.add("close");
          }
        };
    return new AnswerReader(
        loop,
        exchange,
        ContentCoding.GZIP,
        limit,
        0,
        (all, why) -> {
          text = all;
          failure = why;
        });
  }

  private static Buffer bomb() throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(wire)) {
      gzip.write(new byte[LARGE]);
    }
    return Buffer.buffer(wire.toByteArray());
  }
}
