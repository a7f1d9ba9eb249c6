package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.format.ParseOddity;
import dev.ssebridge.format.ServerSentEvent;
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
  private final DecodedStream stream = new DecodedStream(new EventDecoderOptions(), "", this);

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
    stream.add(Buffer.buffer(wire.toByteArray()));
    int most = 0;
    while (stream.hasMore()) {
      int before = events;
      stream.decode();
      most = Math.max(most, events - before);
    }
    assertThat(events).isEqualTo(COUNT);
    assertThat(most).as("events of one piece").isLessThan(200);
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
      stream.add(Buffer.buffer(wire.toByteArray()));
      while (stream.hasMore()) {
        stream.decode();
      }
      assertThat(events).isEqualTo(COUNT);
    }
  }

  @Override
  public void event(ServerSentEvent event) {
    events++;
  }

  @Override
  public void oddity(ParseOddity oddity) {
    throw new AssertionError(oddity.message());
  }
}
