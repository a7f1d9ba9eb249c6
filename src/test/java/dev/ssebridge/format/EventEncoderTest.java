package dev.ssebridge.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ssebridge.format.EventDecoderOptions.OwnFields;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The writing rules one by one; the numbers order them. */
class EventEncoderTest {

  private static String encode(ServerSentEvent event) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(EventEncoder.encode(event))).toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError("the encoder wrote bytes that are not UTF-8", e);
    }
  }

  static final List<Arguments> DATA =
      List.of(
          Arguments.of("x", "data: x\n\n"),
          Arguments.of("", "data: \n\n"),
          Arguments.of(" x", "data:  x\n\n"),
          Arguments.of("a\nb", "data: a\ndata: b\n\n"),
          Arguments.of("a\rb", "data: a\ndata: b\n\n"),
          Arguments.of("a\r\nb", "data: a\ndata: b\n\n"),
          Arguments.of("a\n\rb", "data: a\ndata: \ndata: b\n\n"),
          Arguments.of("a\n", "data: a\ndata: \n\n"),
          Arguments.of("a\r", "data: a\ndata: \n\n"),
          Arguments.of("a\r\n", "data: a\ndata: \n\n"),
          Arguments.of("\n", "data: \ndata: \n\n"),
          Arguments.of("\n\n", "data: \ndata: \ndata: \n\n"),
          Arguments.of("a\n\nid: 1", "data: a\ndata: \ndata: id: 1\n\n"),
          Arguments.of("a\u2028b\u0085c\u000bd", "data: a\u2028b\u0085c\u000bd\n\n"),
          Arguments.of("\0", "data: \0\n\n"),
          Arguments.of("\uFEFFé€😀", "data: \uFEFFé€😀\n\n"),
          Arguments.of("é\r\n€\n😀", "data: é\ndata: €\ndata: 😀\n\n"));

  @ParameterizedTest
  @FieldSource("DATA")
  void encoder01DataIsCutAtEveryLineEnd(String data, String block) {
    assertThat(encode(ServerSentEvent.of(data))).isEqualTo(block);
  }

  @Test
  void encoder01NoByteOrderMarkAndABlankLineAtTheEnd() {
    assertThat(encode(ServerSentEvent.of("x"))).startsWith("data").endsWith("\n\n");
    assertThat(encode(ServerSentEvent.builder().build())).isEqualTo("\n");
  }

  @Test
  void encoder01AllPartsInOneBlock() {
    ServerSentEvent event =
        ServerSentEvent.builder()
            .data("d")
            .field("own", "f")
            .retry(0)
            .type("t")
            .id("1")
            .comment("c")
            .build();

    assertThat(encode(event)).isEqualTo(": c\nid: 1\nevent: t\nretry: 0\nown: f\ndata: d\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "a\r\nb", "\n", "a\n", "\rdata: forged", "a\0"})
  void encoder02LineEndsAndNulInIdTypeAndOwnFieldsAreRefused(String text) {
    ServerSentEvent.Builder event = ServerSentEvent.builder();

    assertThatIllegalArgumentException().isThrownBy(() -> event.id(text));
    assertThatIllegalArgumentException().isThrownBy(() -> event.type(text));
    assertThatIllegalArgumentException().isThrownBy(() -> event.field(text, "v"));
    assertThatIllegalArgumentException().isThrownBy(() -> event.field("n", text));
    assertThat(event.build()).isEqualTo(ServerSentEvent.builder().build());
  }

  @Test
  void encoder02ARefusalSaysWhereAndWhat() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerSentEvent.builder().id("ab\rc"))
        .withMessage("id: expected one line without CR, LF and NUL, got CR at index 2");
  }

  @ParameterizedTest
  @ValueSource(longs = {-2, Long.MIN_VALUE})
  void encoder02ANegativeRetryIsRefused(long millis) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerSentEvent.builder().retry(millis))
        .withMessageContaining(String.valueOf(millis));
  }

  @Test
  void encoder02RetryIsWrittenInDigits() {
    assertThat(encode(ServerSentEvent.builder().retry(Long.MAX_VALUE).build()))
        .isEqualTo("retry: 9223372036854775807\n\n");
    assertThat(encode(ServerSentEvent.builder().retry(1050).build())).isEqualTo("retry: 1050\n\n");
  }

  @Test
  void encoder02EveryLineOfACommentIsPrefixed() {
    assertThat(encode(ServerSentEvent.ofComment("a\nb\rdata: c\r\n\r\nd")))
        .isEqualTo(": a\n: b\n: data: c\n: \n: d\n\n");
    assertThat(encode(ServerSentEvent.ofComment(""))).isEqualTo(": \n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a:b", ":", "data", "event", "id", "retry", "\uFEFFdata", "\uFEFF"})
  void encoder02NamesThatWouldBeSomethingElseAreRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerSentEvent.builder().field(name, "v"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Data", "id ", " data", "x\uFEFF", "é", "data.x", "\u00a0"})
  void encoder02AnyOtherNameComesBack(String name) {
    ServerSentEvent event = ServerSentEvent.builder().field(name, " v ").data("x").build();
    StreamRecorder read =
        StreamRecorder.decode(
            EventEncoder.encode(event), 1, new EventDecoderOptions().setOwnFields(OwnFields.READ));

    assertThat(read.events).containsExactly(event);
  }

  @Test
  void encoder03TheEmptyIdIsNotTheAbsentOne() {
    assertThat(encode(ServerSentEvent.builder().id("").data("x").build()))
        .isEqualTo("id:\ndata: x\n\n");
    assertThat(encode(ServerSentEvent.builder().data("x").build())).isEqualTo("data: x\n\n");
    assertThat(StreamRecorder.decode("id:1\n\nid:\ndata: x\n\n").calls)
        .containsExactly("id 1", "id ", "event ServerSentEvent[data=x]");
  }

  static final List<Arguments> SURROGATES =
      List.of(
          Arguments.of("\uD800", "\uFFFD"),
          Arguments.of("\uDC00", "\uFFFD"),
          Arguments.of("a\uD83Db", "a\uFFFDb"),
          Arguments.of("\uDE00\uD83D", "\uFFFD\uFFFD"),
          Arguments.of("\uD83D\uD83D\uDE00", "\uFFFD\uD83D\uDE00"));

  @ParameterizedTest
  @FieldSource("SURROGATES")
  void encoder03LoneSurrogatesBecomeReplacementCharacters(String text, String written) {
    ServerSentEvent event =
        ServerSentEvent.builder()
            .id(text)
            .type(text)
            .field("x" + text, text)
            .comment(text)
            .data(text + "\n" + text)
            .build();

    assertThat(encode(event))
        .isEqualTo(": ~\nid: ~\nevent: ~\nx~: ~\ndata: ~\ndata: ~\n\n".replace("~", written));
  }

  @Test
  void aSurrogatePairIsNeverCutByALineEnd() {
    assertThat(encode(ServerSentEvent.of("\uD83D\n\uDE00")))
        .isEqualTo("data: \uFFFD\ndata: \uFFFD\n\n");
  }

  @Test
  void anEventThatWasReadCanBeWrittenAgain() {
    String block = "event: a\0b\ndata: x\n\n";
    ServerSentEvent event = StreamRecorder.decode(block).events.get(0);

    assertThat(encode(event)).isEqualTo(block);
    assertThat(encode(event.toBuilder().data("y").build())).isEqualTo("event: a\0b\ndata: y\n\n");
  }
}
