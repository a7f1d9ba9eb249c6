package dev.ssebridge.internal.eventstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameBufferTest {
  private final FrameBuffer frame = new FrameBuffer(0);

  private String written() {
    assertThat(frame.toByteArray()).hasSize(frame.length());
    return new String(frame.array(), 0, frame.length(), UTF_8);
  }

  @Test
  void writesAFrameFieldByField() {
    frame.comment("c").id("e1", 42).type("t").retry(3000).field("own", "v").data("a\nb").end();

    assertThat(written())
        .isEqualTo(": c\nid: e1-42\nevent: t\nretry: 3000\nown: v\ndata: a\ndata: b\n\n");
  }

  @Test
  void framesFollowEachOtherUntilItIsCleared() {
    frame.data("a").end().data("b").end();
    assertThat(written()).isEqualTo("data: a\n\ndata: b\n\n");

    frame.clear().data("c").end();
    assertThat(written()).isEqualTo("data: c\n\n");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 9, 10, 99, 100, 12345, Long.MAX_VALUE})
  void writesSequencesInDigits(long sequence) {
    frame.id("e", sequence);

    assertThat(written()).isEqualTo("id: e-" + sequence + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "\n", "é\r"})
  void refusesWhatWouldBreakALineAndLeavesNothingOfIt(String text) {
    frame.type("kept");

    assertThatIllegalArgumentException().isThrownBy(() -> frame.id(text));
    assertThatIllegalArgumentException().isThrownBy(() -> frame.id(text, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> frame.type(text));
    assertThatIllegalArgumentException().isThrownBy(() -> frame.field(text, "v"));
    assertThatIllegalArgumentException().isThrownBy(() -> frame.field("n", text));
    assertThatIllegalArgumentException().isThrownBy(() -> frame.id("a\0"));
    assertThatIllegalArgumentException().isThrownBy(() -> frame.retry(-1));
    assertThat(written()).isEqualTo("event: kept\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'x', 'data: x\n'",
    "'', 'data: \n'",
    "'a\r\nb\rc\nd', 'data: a\ndata: b\ndata: c\ndata: d\n'",
    "'a\r\n', 'data: a\ndata: \n'",
    "'é\n\r€', 'data: é\ndata: \ndata: €\n'",
  })
  void bytesAndTextAreCutAlike(String data, String lines) {
    byte[] utf8 = ("[" + data + "]").getBytes(UTF_8);
    frame.data(utf8, 1, utf8.length - 2);
    assertThat(written()).isEqualTo(lines);

    frame.clear().data(data);
    assertThat(written()).isEqualTo(lines);
  }

  @Test
  void malformedBytesAreWrittenAsReplacementCharacters() {
    frame.data(new byte[] {'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '\n', (byte) 0xC3}, 0, 6);

    assertThat(frame.toByteArray())
        .isEqualTo("data: a\uFFFD\uFFFD\uFFFD\ndata: \uFFFD\n".getBytes(UTF_8));
  }

  @Test
  void writesAnyTextAsTheStandardEncodes() {
    Random random = new Random(7);
    for (int round = 0; round < 5000; round++) {
      StringBuilder text = new StringBuilder();
      int kinds = 1 + random.nextInt(4);
      for (int i = random.nextInt(60); i > 0; i--) {
        switch (random.nextInt(kinds)) {
          case 0 -> text.append((char) (' ' + random.nextInt(95)));
          case 1 -> text.append((char) (0x80 + random.nextInt(0x780)));
          case 2 -> text.append((char) (0x800 + random.nextInt(0xD000)));
          default -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
        }
      }
      String padded = "-".repeat(random.nextInt(random.nextInt(20) == 0 ? 5000 : 40)) + text;
      frame.clear().data(padded);

      assertThat(frame.toByteArray()).isEqualTo(("data: " + padded + "\n").getBytes(UTF_8));
    }
  }

  @Test
  void allocatesNothingOnceItHasGrown() {
    String ascii = "{\"price\":1.08,\"text\":\"some ordinary words\"}".repeat(20);
    String other = "Grüße aus Wien: €, 😀\n".repeat(20);
    byte[] utf8 = other.getBytes(UTF_8);
    for (int i = 0; i < 20_000; i++) {
      write(ascii, other, utf8, i);
    }
    long before = allocated();
    for (int i = 0; i < 10_000; i++) {
      write(ascii, other, utf8, i);
    }

    assertThat(allocated() - before).as("bytes for 10 000 frames").isLessThan(100_000);
  }

  private void write(String ascii, String other, byte[] utf8, int sequence) {
    frame.clear().id("epoch", sequence).type("tick").retry(10).data(ascii).end();
    frame.data(other).data(utf8, 0, utf8.length).end();
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @Test
  void aHugeFrameIsNotKeptForEver() {
    frame.data("x".repeat(1 << 20)).end();
    frame.clear();

    assertThat(frame.array()).hasSizeLessThan(1 << 17);
  }
}
