package dev.ssebridge.internal.eventstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineDecoderTest {

  /** Notes the lines; holds as much of an unfinished one as it is told. */
  private static final class Lines implements LineDecoder.Sink {
    private final List<String> lines = new ArrayList<>();
    private final List<Long> lengths = new ArrayList<>();
    private int limit = Integer.MAX_VALUE;
    private int asked;

    @Override
    public void onLine(byte[] bytes, int offset, int length, long lineLength) {
      lines.add(new String(bytes, offset, length, ISO_8859_1));
      lengths.add(lineLength);
    }

    @Override
    public int hold(byte[] bytes, int offset, int length) {
      asked++;
      return limit;
    }
  }

  private final Lines sink = new Lines();
  private final LineDecoder decoder = new LineDecoder(sink);

  private void feed(String... chunks) {
    for (String chunk : chunks) {
      decoder.decode(("#" + chunk).getBytes(ISO_8859_1), 1, chunk.length());
    }
  }

  @Test
  void linesComeOutAsTheyEnd() {
    feed("a\nb", "c\r", "\nd\r\re");

    assertThat(sink.lines).containsExactly("a", "bc", "d", "");
    assertThat(decoder.unfinished()).isEqualTo(1);
  }

  @Test
  void theLastLineCountsIfTheStreamMayEndSo() {
    feed("a\nb");
    decoder.end();
    decoder.end();

    assertThat(sink.lines).containsExactly("a", "b");
  }

  @Test
  void resetForgetsTheUnfinishedLineAndAPendingCarriageReturn() {
    feed("ab");
    decoder.reset();
    feed("c\r");
    decoder.reset();
    feed("\n");

    assertThat(sink.lines).containsExactly("c", "");
  }

  @Test
  void ofALongLineNoMoreIsHeldThanPermittedAndTheRestIsCounted() {
    sink.limit = 3;
    feed("a", "bcdefg", "h".repeat(1000), "\nxy\n");

    assertThat(sink.lines).containsExactly("abc", "xy");
    assertThat(sink.lengths).containsExactly(1007L, 2L);
    assertThat(sink.asked).as("at first and when three were held").isEqualTo(2);
  }

  @Test
  void nothingIsHeldOfALineThatIsNotWanted() {
    sink.limit = 0;
    feed("abc", "def", "\nx\n");

    assertThat(sink.lines).containsExactly("", "x");
    assertThat(sink.lengths).containsExactly(6L, 1L);
  }

  @Test
  void lineEndsAreFoundAtEveryPlace() {
    Random random = new Random(1);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(40)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] =
            (byte)
                (random.nextInt(8) == 0
                    ? "\r\n\013\014\016\011\u008a\u008d".charAt(random.nextInt(8))
                    : random.nextInt(256));
      }
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);
      int expected = from;
      while (expected < to && bytes[expected] != '\n' && bytes[expected] != '\r') {
        expected++;
      }

      assertThat(LineDecoder.lineEnd(bytes, from, to)).isEqualTo(expected);
    }
  }
}
