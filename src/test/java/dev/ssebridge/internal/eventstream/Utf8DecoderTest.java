package dev.ssebridge.internal.eventstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Utf8DecoderTest {
  private final Utf8Decoder utf8 = new Utf8Decoder();

  @Test
  void everyCodePointIsReadAndFoundWellFormed() {
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
        byte[] bytes = Character.toString(point).getBytes(StandardCharsets.UTF_8);
        if (Utf8.sequenceLength(bytes, 0, bytes.length) != bytes.length
            || Utf8.codePoint(bytes, 0, bytes.length) != point
            || !Utf8.isWellFormed(bytes, 0, bytes.length)) {
          throw new AssertionError("U+" + Integer.toHexString(point));
        }
      }
    }
  }

  @Test
  void namesInOneSlotDoNotMix() {
    for (int i = 0; i < 20_000; i++) {
      byte[] name = ("n" + (i * 7919 % 1000) + "x").getBytes(StandardCharsets.UTF_8);
      assertThat(utf8.name(name, 0, name.length))
          .isEqualTo(new String(name, StandardCharsets.UTF_8));
    }
  }

  @Test
  void aMalformedNameIsFoundMalformedEveryTime() {
    byte[] name = {'a', (byte) 0xFF};
    for (int i = 0; i < 3; i++) {
      assertThat(utf8.name(name, 0, 2)).isEqualTo("a\uFFFD");
      assertThat(utf8.malformed()).isTrue();
    }
    assertThat(utf8.text(name, 0, 1)).isEqualTo("a");
    assertThat(utf8.malformed()).isFalse();
  }
}
