package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.EventDecoderOptions;
import dev.ssebridge.ParseOddity;
import dev.ssebridge.ServerSentEvent;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Bodies in a content coding. */
class DecodedStreamTest implements DecodedStream.Sink {
  private static final int COUNT = 200_000;

  private int events;
  private int limit = Integer.MAX_VALUE;
  private final DecodedStream stream =
      new DecodedStream(EventDecoderOptions.defaults(), "", () -> events < limit, this);

  private static byte[] body() {
    return ("data: " + "x".repeat(100) + "\n\n").repeat(COUNT).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void client09ABodyThatInflatesAThousandfoldIsInflatedOnlyAsFarAsItIsWanted() throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(wire)) {
      gzip.write(body());
    }
    assertThat(wire.size()).isLessThan(120_000);
    stream.begin(ContentCoding.GZIP);
    limit = 1;
    stream.decode(Buffer.buffer(wire.toByteArray()));
    assertThat(events).as("of %d in one chunk", COUNT).isLessThan(COUNT / 10);
    assertThat(stream.hasMore()).isTrue();
    limit = Integer.MAX_VALUE;
    stream.decodeMore();
    assertThat(events).isEqualTo(COUNT);
    assertThat(stream.hasMore()).isFalse();
  }

  @Test
  void client09DeflateIsReadWithAndWithoutItsWrapper() throws IOException {
    for (boolean bare : new boolean[] {false, true}) {
      events = 0;
      ByteArrayOutputStream wire = new ByteArrayOutputStream();
      try (DeflaterOutputStream deflate =
          new DeflaterOutputStream(wire, new Deflater(Deflater.DEFAULT_COMPRESSION, bare))) {
        deflate.write(body());
      }
      stream.begin(ContentCoding.DEFLATE);
      stream.decode(Buffer.buffer(wire.toByteArray()));
      assertThat(events).isEqualTo(COUNT);
    }
  }

  @Override
  public void event(ServerSentEvent event) {
    events++;
  }

  @Override
  public void comment(String text) {}

  @Override
  public void position(String lastEventId) {}

  @Override
  public void retry(long millis) {}

  @Override
  public void oddity(ParseOddity oddity) {
    throw new AssertionError(oddity.message());
  }
}
