package dev.ssebridge.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ssebridge.format.EventDecoderOptions.Oversized;
import dev.ssebridge.format.EventDecoderOptions.OwnFields;
import dev.ssebridge.format.ParseOddity.Kind;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventDecoderLimitsTest {
  private static final EventDecoderOptions SMALL =
      new EventDecoderOptions().setMaxEventBytes(20).setMaxCommentBytes(20);
  private static final EventDecoderOptions SKIPPING =
      new EventDecoderOptions(SMALL).setOversized(Oversized.SKIP);

  private final StreamRecorder read = new StreamRecorder();

  private static void feed(EventDecoder decoder, String text, int chunk) {
    byte[] bytes = text.getBytes(UTF_8);
    for (int at = 0; at < bytes.length; at += chunk) {
      decoder.decode(bytes, at, Math.min(chunk, bytes.length - at));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1000})
  void parser17AnEventAtTheLimitPassesOneByteMoreDoesNot(int chunk) {
    EventDecoder decoder = EventDecoder.create(read, SMALL);
    feed(decoder, "data:" + "x".repeat(15) + "\r\n\r\n", chunk);
    feed(decoder, "id:12\nevent:9\ndata:01\n:comments do not count\n\n", chunk);
    assertThat(read.data()).containsExactly("x".repeat(15), "01");

    assertThatExceptionOfType(EventTooLargeException.class)
        .isThrownBy(() -> feed(decoder, "data:" + "x".repeat(16) + "\n", chunk));
  }

  @ParameterizedTest
  @CsvSource({
    "'data:xxxxxxxxxxxxxxxxxxxxxxxx'",
    "'data:x\ndata:x\ndata:x\ndata:x\ndata:'",
    "'data\ndata\ndata\ndata\ndata\ndata\ndata\n'",
    "'event:xxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
    "'id:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
    "'retry:11111111111111111111111111111'",
    "'id:1\nid:2\nid:3\nid:4\nid:5\nid:6\n'",
  })
  void parser17TheLimitHoldsOnUnfinishedLinesAndEndlessFields(String text) {
    for (int chunk : new int[] {1, 5, 100}) {
      EventDecoder decoder = EventDecoder.create(event -> {}, SMALL).lastEventId("before");

      assertThatExceptionOfType(EventTooLargeException.class)
          .isThrownBy(() -> feed(decoder, text, chunk))
          .satisfies(e -> assertThat(e.maxEventBytes()).isEqualTo(20))
          .withMessageContaining("20 bytes");
      assertThat(decoder.lastEventId()).isEqualTo("before");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000})
  void parser17OwnFieldsCountWhenTheyAreRead(int chunk) {
    EventDecoder decoder =
        EventDecoder.create(
            read,
            new EventDecoderOptions(SMALL).setMaxEventBytes(150).setOwnFields(OwnFields.READ));
    feed(decoder, "a:12345678\nb:123456789\n\n", chunk);
    feed(decoder, "a:12345678\n\nb:12345678\n\n", chunk);

    assertThatExceptionOfType(EventTooLargeException.class)
        .isThrownBy(() -> feed(decoder, "a:12345678\nb:1234567890123", chunk));
  }

  @Test
  void parser17TheDefaultLimitIs16MiBOnALineThatNeverEnds() {
    EventDecoder decoder = EventDecoder.create(read);
    byte[] mebibyte = "x".repeat(1 << 20).getBytes(UTF_8);
    feed(decoder, "data:", 5);
    for (int i = 0; i < 15; i++) {
      decoder.decode(mebibyte, 0, mebibyte.length);
    }
    decoder.decode(mebibyte, 0, mebibyte.length - 5);

    assertThatExceptionOfType(EventTooLargeException.class)
        .isThrownBy(() -> decoder.decode(mebibyte, 0, 1));
  }

  @Test
  void parser17TheLimitCanBeRaisedAndTurnedOff() {
    EventDecoder decoder = EventDecoder.create(read, new EventDecoderOptions().setMaxEventBytes(0));
    String large = "y".repeat(20 << 20);
    feed(decoder, "data:" + large + "\n\n", 1 << 20);

    assertThat(read.events.get(0).data()).isEqualTo(large);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EventDecoderOptions().setMaxEventBytes(-1))
        .withMessageContaining("-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {":", "unknown:", "unknown", "dataa:"})
  void parser17EndlessCommentsAndUnknownLinesTakeNoMemory(String start) {
    EventDecoder decoder = EventDecoder.create(read);
    feed(decoder, start, 100);
    byte[] chunk = "x".repeat(16 << 10).getBytes(UTF_8);
    long before = allocated();
    for (int i = 0; i < 4096; i++) {
      decoder.decode(chunk, 0, chunk.length);
    }
    long bytes = allocated() - before;
    feed(decoder, "\ndata:x\n\n", 100);

    assertThat(bytes).as("allocated for 64 MiB of one line").isLessThan(512 << 10);
    assertThat(read.data()).containsExactly("x");
    assertThat(read.odd())
        .containsExactly(start.equals(":") ? Kind.COMMENT_TOO_LONG : Kind.UNKNOWN_FIELD);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @Test
  void parser17LinesThatAreNotKeptAreNotAllocated() {
    EventDecoder decoder = EventDecoder.create(event -> {});
    byte[] chunk =
        "x-own: some value\n\nretry: 1000\n\nevent: tick\n\n".repeat(100).getBytes(UTF_8);
    for (int i = 0; i < 2000; i++) {
      decoder.decode(chunk, 0, chunk.length);
    }
    long before = allocated();
    for (int i = 0; i < 1000; i++) {
      decoder.decode(chunk, 0, chunk.length);
    }

    assertThat((allocated() - before) / 100_000)
        .as("bytes per three lines: at most the report of the oddity")
        .isLessThanOrEqualTo(40);
  }

  @Test
  void parser17CommentsUpToTheirLimitAreReported() {
    EventDecoder decoder = EventDecoder.create(read, SMALL);
    feed(decoder, ":" + "c".repeat(20) + "\n:" + "d".repeat(21) + "\n:e\n", 7);

    assertThat(read.calls).containsExactly("comment " + "c".repeat(20), "comment e");
    assertThat(read.oddities).containsExactly(ParseOddity.of(Kind.COMMENT_TOO_LONG, 2, ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 1000})
  void parser18FailingLeavesTheIdAndStopsUntilReset(int chunk) {
    EventDecoder decoder = EventDecoder.create(read, SMALL);
    String stream = "id:1\ndata:a\n\nid:2\ndata:" + "x".repeat(50) + "\n\nid:3\ndata:b\n\n";

    assertThatExceptionOfType(EventTooLargeException.class)
        .isThrownBy(() -> feed(decoder, stream, chunk))
        .withMessageStartingWith("line 5 of the stream");
    assertThatExceptionOfType(EventTooLargeException.class)
        .as("again, on every further call")
        .isThrownBy(() -> feed(decoder, "\n\ndata:c\n\n", chunk));
    decoder.end();

    assertThat(decoder.lastEventId()).isEqualTo("1");
    assertThat(read.data()).containsExactly("a");
    decoder.reset();
    feed(decoder, "data:d\n\n", chunk);
    assertThat(read.data()).containsExactly("a", "d");
    assertThat(read.events.get(1).id()).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 1000})
  void parser18SkippingPassesOverTheWholeBlockWithItsId(int chunk) {
    EventDecoder decoder = EventDecoder.create(read, SKIPPING);
    feed(
        decoder,
        "id:1\ndata:a\n\n"
            + ("id:2\ndata:" + "x".repeat(50) + "\ndata:y\nid:2\nevent:t\n:still seen\nretry:9\n\n")
            + "data:b\n\n",
        chunk);

    assertThat(read.calls)
        .containsExactly(
            "id 1",
            "event ServerSentEvent[id=1, data=a]",
            "comment still seen",
            "retry 9",
            "event ServerSentEvent[id=1, data=b]");
    assertThat(read.oddities).containsExactly(ParseOddity.of(Kind.EVENT_TOO_LARGE, 5, ""));
  }

  @Test
  void parser18SkippedDataIsNotHeldWhileItArrives() {
    EventDecoder decoder =
        EventDecoder.create(
            read, new EventDecoderOptions().setMaxEventBytes(100_000).setOversized(Oversized.SKIP));
    byte[] lines = "data: more and more\n".repeat(1000).getBytes(UTF_8);
    long before = allocated();
    for (int i = 0; i < 2000; i++) {
      decoder.decode(lines, 0, lines.length);
    }
    long bytes = allocated() - before;
    feed(decoder, "\ndata:x\n\n", 100);

    assertThat(bytes).as("allocated for 40 MB of one event").isLessThan(1 << 20);
    assertThat(read.data()).containsExactly("x");
    assertThat(read.odd()).isEqualTo(List.of(Kind.EVENT_TOO_LARGE));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 61})
  void parser16AMebibyteInSmallChunksTakesLinearWork(int chunk) {
    String line = "z".repeat(1 << 20);
    EventDecoder decoder = EventDecoder.create(read);
    long before = allocated();
    feed(decoder, "data:" + line + "\n\n", chunk);
    long bytes = allocated() - before;

    assertThat(read.events.get(0).data()).isEqualTo(line);
    assertThat(bytes).as("a constant times the size, not its square").isLessThan(16 << 20);
  }

  @Test
  void parser16AMebibyteOfBlankLines() {
    for (String blank : new String[] {"\n", "\r", "\r\n"}) {
      feed(EventDecoder.create(read), blank.repeat(1 << 20), 61);
    }

    assertThat(read.calls).isEmpty();
  }

  @Test
  void parser16TenThousandDataLines() {
    EventDecoder decoder = EventDecoder.create(read);
    long before = allocated();
    feed(decoder, "data:0123456789\n".repeat(10_000) + "\n", 61);

    assertThat(read.events.get(0).data()).hasSize(10_000 * 11 - 1);
    assertThat(allocated() - before).isLessThan(8 << 20);
  }
}
