package dev.ssebridge.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.format.EventDecoderOptions.OwnFields;
import dev.ssebridge.format.ParseOddity.Kind;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The parsing rules one by one, each in chunks of several sizes. The numbers order them: 01 to 08
 * bytes and lines, 09 to 15 fields and dispatch, 16 to 19 the decoder's own promises (limits and
 * linear time: {@link EventDecoderLimitsTest}).
 */
class EventDecoderTest {
  private static String name = "";

  @BeforeEach
  void begin(TestInfo test) {
    name = test.getTestMethod().orElseThrow().getName() + " " + test.getDisplayName();
  }

  @AfterEach
  void end() {
    DecoderCorpus.finish(name);
  }

  /** Decodes in chunks of 1, 2, 3, 7 and all bytes, which must make no difference. */
  private static StreamRecorder decode(byte[] stream, EventDecoderOptions options) {
    StreamRecorder whole = StreamRecorder.decode(stream, stream.length + 1, options);
    for (int chunk : new int[] {1, 2, 3, 7}) {
      StreamRecorder pieces = StreamRecorder.decode(stream, chunk, options);
      assertThat(pieces.calls).as("chunks of %d", chunk).isEqualTo(whole.calls);
      assertThat(pieces.oddities).as("chunks of %d", chunk).isEqualTo(whole.oddities);
    }
    return whole;
  }

  private static StreamRecorder decode(byte[] stream) {
    StreamRecorder read = decode(stream, new EventDecoderOptions());
    DecoderCorpus.add(name, stream, read);
    return read;
  }

  private static StreamRecorder decode(String stream) {
    return decode(stream.getBytes(UTF_8));
  }

  private static List<String> dataOf(String stream) {
    return decode(stream).data();
  }

  private static byte[] hex(String... parts) {
    return HexFormat.of().parseHex(String.join("", parts).replace(" ", ""));
  }

  /** The stream with this value, given as bytes, in a data line. */
  private static byte[] dataLine(byte[] value) {
    return ("data:" + new String(value, ISO_8859_1) + "\n\n").getBytes(ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "80                | \uFFFD",
        "C0 80             | \uFFFD\uFFFD",
        "C3                | \uFFFD",
        "C3 3A             | \uFFFD:",
        "E2 82             | \uFFFD",
        "E2 82 41          | \uFFFDA",
        "E0 80 80          | \uFFFD\uFFFD\uFFFD",
        "ED A0 80          | \uFFFD\uFFFD\uFFFD",
        "ED A0             | \uFFFD\uFFFD",
        "ED BF BF          | \uFFFD\uFFFD\uFFFD",
        "ED 9F BF          | \uD7FF",
        "F0 9F 98          | \uFFFD",
        "F0 9F 98 80       | \uD83D\uDE00",
        "F0 80 80 80       | \uFFFD\uFFFD\uFFFD\uFFFD",
        "F4 90 80 80       | \uFFFD\uFFFD\uFFFD\uFFFD",
        "F4 8F BF BF       | \uDBFF\uDFFF",
        "F5 80             | \uFFFD\uFFFD",
        "FF FE             | \uFFFD\uFFFD",
        "EF BF BD          | \uFFFD",
        "61 F0 9F 98 62    | a\uFFFDb",
        "41 E9 42          | A\uFFFDB",
      })
  void parser01MalformedBytesBecomeOneReplacementPerMaximalSubpart(String bytes, String text) {
    StreamRecorder read = decode(dataLine(hex(bytes)));

    assertThat(read.data()).containsExactly(text);
    assertThat(read.odd())
        .isEqualTo(
            text.contains("\uFFFD") && !bytes.strip().equals("EF BF BD")
                ? List.of(Kind.MALFORMED_UTF8)
                : List.of());
  }

  @Test
  void parser01ATruncatedSequenceNeverEatsALineEndOrColon() {
    byte[] stream = hex("64 61 74 61 3A F0 9F 98 0A", "64 61 74 61 3A E2 82 0D", "64 E2 3A 0A 0A");

    assertThat(decode(stream).data()).containsExactly("\uFFFD\n\uFFFD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"é", "€", "😀", "aé€😀z", "\u07ff\u0800\uffff\ud800\udc00"})
  void parser02CharactersMayBeSplitAtAnyByte(String text) {
    StreamRecorder read = decode("event:" + text + "\nid:" + text + "\ndata:" + text + "\n\n");

    assertThat(read.events)
        .containsExactly(ServerSentEvent.builder().id(text).type(text).data(text).build());
    assertThat(read.oddities).isEmpty();
  }

  static final List<Arguments> BYTE_ORDER_MARKS =
      List.of(
          Arguments.of("one is stripped", "\uFEFFdata:x\n\n", List.of("x")),
          Arguments.of("before a comment", "\uFEFF:c\ndata:x\n\n", List.of("x")),
          Arguments.of("before a line end", "\uFEFF\ndata:x\n\n", List.of("x")),
          Arguments.of("a second one is kept", "\uFEFF\uFEFFdata:x\n\n", List.of()),
          Arguments.of("later ones are kept", "data:x\n\n\uFEFFdata:y\n\n", List.of("x")),
          Arguments.of("after a blank line", "\n\uFEFFdata:y\n\n", List.of()),
          Arguments.of("in a value", "data:\uFEFFx\n\n", List.of("\uFEFFx")),
          Arguments.of("after the space", "data: \uFEFF x\n\n", List.of("\uFEFF x")));

  @ParameterizedTest(name = "{0}")
  @FieldSource("BYTE_ORDER_MARKS")
  void parser03OnlyTheMarkAtTheStartIsStripped(String name, String stream, List<String> data) {
    assertThat(dataOf(stream)).isEqualTo(data);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EF BB", "EF", "FF FE", "FE FF", "EF BB BE", "EF BB EF BB BF"})
  void parser03PartsOfAMarkAreGarbageOfTheFirstName(String mark) {
    byte[] stream = hex(mark, "64 61 74 61 3A 78 0A 0A", "64 61 74 61 3A 79 0A 0A");

    assertThat(decode(stream).data()).containsExactly("y");
  }

  @Test
  void parser03TheMarkMayComeInThreeChunksWithEmptyOnesBetween() {
    StreamRecorder read = new StreamRecorder();
    DecoderCorpus.Watched decoder = DecoderCorpus.watch(read);
    for (byte b : "\uFEFFdata:x\n\n".getBytes(UTF_8)) {
      decoder.decode(new byte[0], 0, 0);
      decoder.decode(new byte[] {b}, 0, 1);
    }

    assertThat(read.data()).containsExactly("x");
  }

  @Test
  void parser03EveryConnectionMayBeginWithAMark() {
    StreamRecorder read = new StreamRecorder();
    DecoderCorpus.Watched decoder = DecoderCorpus.watch(read);
    for (int connection = 0; connection < 3; connection++) {
      decoder.decode(Buffer.buffer("\uFEFFdata:" + connection + "\n\n"));
      decoder.end();
      decoder.reset();
    }

    assertThat(read.data()).containsExactly("0", "1", "2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void parser04AllThreeLineEnds(String end) {
    String stream = "id: 1\ndata: a\ndata:\n\n:c\ndata: b\n\n".replace("\n", end);

    assertThat(decode(stream).calls)
        .containsExactly(
            "id 1",
            "event ServerSentEvent[id=1, data=a\n]",
            "comment c",
            "event ServerSentEvent[id=1, data=b]");
  }

  @ParameterizedTest
  @CsvSource({
    "'data:a\r\ndata:b\r\n\r\n', 'a\nb'",
    "'data:a\rdata:b\r\r', 'a\nb'",
    "'data:a\r\ndata:b\n\r', 'a\nb'",
    "'data:a\ndata:b\r\n\n', 'a\nb'",
    "'data:a\r\r\ndata:b\n\n', 'a|b'",
    "'data:a\n\rdata:b\n\n', 'a|b'",
    "'data:a\r\rdata:b\n\n', 'a|b'",
    "'data:a\r\n\rdata:b\n\n', 'a|b'",
  })
  void parser04MixedLineEnds(String stream, String expected) {
    assertThat(String.join("|", dataOf(stream))).isEqualTo(expected);
  }

  @Test
  void parser04CrLfOverAChunkBorderIsOneEndAlsoWithEmptyChunksBetween() {
    StreamRecorder read = new StreamRecorder();
    DecoderCorpus.Watched decoder = DecoderCorpus.watch(read);
    for (String chunk : new String[] {"data:a\r", "", "", "\ndata:b\r", "\n", "\r", "", "\n"}) {
      decoder.decode(chunk.getBytes(UTF_8), 0, chunk.length());
    }

    assertThat(read.data()).containsExactly("a\nb");
  }

  @Test
  void parser05ACarriageReturnCompletesTheLineAtOnce() {
    StreamRecorder read = new StreamRecorder();
    DecoderCorpus.Watched decoder = DecoderCorpus.watch(read);

    decoder.decode(Buffer.buffer(":now\r"));
    assertThat(read.calls).containsExactly("comment now");

    decoder.decode(Buffer.buffer("\ndata:x\r\n\r"));
    assertThat(read.data()).containsExactly("x");

    decoder.decode(Buffer.buffer("\ndata:y\r\r"));
    decoder.end();
    assertThat(read.data()).containsExactly("x", "y");
    assertThat(read.oddities).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u2028", "\u2029", "\u0085", "\u000b", "\u000c", "\u001c", "\u001d", "\u001e", "\u001f",
        "\0", "\b", "\u001a"
      })
  void parser06NothingElseEndsALine(String control) {
    assertThat(dataOf("data:a" + control + "b\n\n")).containsExactly("a" + control + "b");
  }

  @Test
  void parser06ALineOfOneSpaceIsNotBlank() {
    assertThat(dataOf("data:a\n \ndata:b\n\n")).containsExactly("a\nb");
  }

  @Test
  void parser07CommentsAreNoEventsAndResetNothing() {
    StreamRecorder read = decode(":\n\n: one\nevent:t\n::\nid:1\n:two\ndata:a\n:data:no\n\n:\n");

    assertThat(read.calls)
        .containsExactly(
            "comment ",
            "comment  one",
            "comment :",
            "comment two",
            "comment data:no",
            "id 1",
            "event ServerSentEvent[id=1, type=t, data=a]",
            "comment ");
    assertThat(read.oddities).isEmpty();
  }

  @Test
  void parser07ACommentIsReportedWhenItsLineEnds() {
    StreamRecorder read = new StreamRecorder();
    DecoderCorpus.watch(read).decode(Buffer.buffer(":Hello\n"));

    assertThat(read.calls).containsExactly("comment Hello");
  }

  @ParameterizedTest
  @CsvSource({
    "'data:x', 'x'",
    "'data: x', 'x'",
    "'data:  x', ' x'",
    "'data:   ', '  '",
    "'data:\tx', '\tx'",
    "'data:\u00a0x', '\u00a0x'",
    "'data:\u3000x', '\u3000x'",
    "'data:\uFEFFx', '\uFEFFx'",
    "'data: x ', 'x '",
    "'data::x', ':x'",
    "'data: :x:y', ':x:y'",
    "'data', ''",
    "'data:', ''",
    "'data: ', ''",
  })
  void parser08AValueLosesOneSpaceAndNothingElse(String line, String value) {
    assertThat(dataOf(line + "\n\n")).containsExactly(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Data:x",
        "DATA:x",
        " data:x",
        "data :x",
        "dat:x",
        "dataa:x",
        "data\0:x",
        "\0data:x",
        "ddata",
        "d",
        "e",
        "events:x",
        "data\tx",
        "x",
        "data\u00a0:x",
        "ｄata:x",
        "unknown: x"
      })
  void parser08OtherNamesAreIgnored(String line) {
    StreamRecorder read = decode("\n" + line + "\n\n");

    assertThat(read.calls).isEmpty();
    assertThat(read.odd()).containsExactly(Kind.UNKNOWN_FIELD);
    assertThat(read.oddities.get(0).line()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Id:2", "ID: 2", "idd:2", "i:2", "Event:x", "Retry:5", "retry :5"})
  void parser08NamesAreComparedLiterally(String line) {
    assertThat(decode(line + "\ndata:x\n\n").calls)
        .containsExactly("event ServerSentEvent[data=x]");
  }

  @ParameterizedTest
  @CsvSource({
    "'data', ''",
    "'data\ndata', '\n'",
    "'data\ndata\ndata', '\n\n'",
    "'data:\ndata:x', '\nx'",
    "'data:x\ndata:', 'x\n'",
    "'data:x\ndata', 'x\n'",
    "'data:a\nid:1\ndata:b', 'a\nb'",
    "'data:a\n:comment\nnonsense\ndata:b', 'a\nb'",
    "'data:aNUL\u0001\u001b', 'aNUL\u0001\u001b'",
  })
  void parser09DataLinesAreJoinedByLineFeeds(String lines, String data) {
    assertThat(dataOf(lines.replace("NUL", "\0") + "\n\n"))
        .containsExactly(data.replace("NUL", "\0"));
  }

  @Test
  void parser10ABlockWithoutDataDispatchesNothingButResetsTheTypeAndCommitsTheId() {
    assertThat(decode("event:t\nid:1\n\ndata:x\n\n").calls)
        .containsExactly("id 1", "event ServerSentEvent[id=1, data=x]");
  }

  @Test
  void parser10EmptyDataIsDispatched() {
    assertThat(dataOf("data:\n\ndata\n\n\n\n")).containsExactly("", "");
  }

  @ParameterizedTest
  @CsvSource({
    "'event:a', 'a'",
    "'event:a\nevent:b', 'b'",
    "'event:a\nevent:', 'message'",
    "'event:a\nevent', 'message'",
    "'event', 'message'",
    "'event: a ', 'a '",
    "'event:aNULb', 'aNULb'",
    "'', 'message'",
  })
  void parser11TheLastTypeWins(String lines, String type) {
    StreamRecorder read = decode(lines.replace("NUL", "\0") + "\ndata:x\n\ndata:y\n\n");

    ServerSentEvent last = read.events.get(read.events.size() - 1);
    assertThat(read.events.get(0).effectiveType()).isEqualTo(type.replace("NUL", "\0"));
    assertThat(last.type()).as("reset by the blank line").isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "'id:1', '1'",
    "'id:1\nid:2', '2'",
    "'id:1\nid:aNULb', '1'",
    "'id:aNUL', ''",
    "'id:NUL', ''",
    "'id:1\nid', ''",
    "'id:1\nid:', ''",
    "'id:1\nid: ', ''",
    "'id:  1 ', ' 1 '",
    "'id:1\n\nid:2', '2'",
    "'id:1\n\nid', ''",
  })
  void parser12TheLastIdWinsAndNulIsRefused(String lines, String id) {
    String stream = lines.replace("NUL", "\0");
    StreamRecorder read = decode(stream + "\ndata:x\n\ndata:y\n\n");

    assertThat(read.events)
        .extracting(event -> event.id() == null ? "" : event.id())
        .as("also on the next event: ids are sticky")
        .containsExactly(id, id);
    assertThat(read.odd().contains(Kind.ID_WITH_NUL)).isEqualTo(stream.contains("\0"));
  }

  @Test
  void parser12OnlyABlankLineCommitsAnId() {
    DecoderCorpus.Watched decoder = DecoderCorpus.watch(new StreamRecorder());
    decoder.decode(Buffer.buffer("id:1\ndata:x\n\nid:2\ndata:y\n"));
    assertThat(decoder.lastEventId()).isEqualTo("1");

    decoder.end();
    decoder.reset();
    decoder.decode(Buffer.buffer("data:z\n\n"));
    assertThat(decoder.lastEventId()).isEqualTo("1");
  }

  @Test
  void parser13TheIdStaysStickyOverReconnections() {
    StreamRecorder read = new StreamRecorder();
    DecoderCorpus.Watched decoder = DecoderCorpus.watch(read);
    decoder.decode(Buffer.buffer("id:1\ndata:a\n\n"));
    for (int connection = 0; connection < 2; connection++) {
      decoder.end();
      decoder.reset();
      assertThat(decoder.lastEventId()).isEqualTo("1");
      decoder.decode(Buffer.buffer("data:b\n\n"));
    }

    assertThat(read.events).extracting(ServerSentEvent::id).containsExactly("1", "1", "1");
  }

  @ParameterizedTest
  @CsvSource({
    "'retry:0', 0",
    "'retry: 1000', 1000",
    "'retry:0007', 7",
    "'retry:1\nretry:2', 2",
    "'retry:1\nretry:x', 1",
    "'retry:9223372036854775807', 9223372036854775807",
    "'retry:000000000000000000000000000000001', 1",
    "'retry:9223372036854775808', 9223372036854775807",
    "'retry:18446744073709551617', 9223372036854775807",
    "'retry:99999999999999999999999999999999999999', 9223372036854775807",
  })
  void parser14RetryIsADecimalNumber(String lines, long millis) {
    StreamRecorder read = decode(lines + "\ndata:x\n\ndata:y\n\n");

    assertThat(read.events).extracting(ServerSentEvent::retry).containsExactly(millis, -1L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ": ",
        ":  10",
        ":10 ",
        ":+5",
        ":-5",
        ":1_0",
        ":1.5",
        ":1e3",
        ":0x10",
        ":10ms",
        ":٣",
        ":１０",
        ":\t1",
        ":1\0",
        ":99999999999999999999999999x"
      })
  void parser14AnythingElseIsIgnored(String value) {
    StreamRecorder read = decode("retry" + value + "\ndata:x\n\n");

    assertThat(read.calls).containsExactly("event ServerSentEvent[data=x]");
    assertThat(read.odd()).containsExactly(Kind.RETRY_NOT_A_NUMBER);
  }

  @Test
  void parser14RetryTakesEffectWhenItsLineEnds() {
    StreamRecorder read = decode("retry:5\ndata:never finished");

    assertThat(read.calls).containsExactly("retry 5");
  }

  @Test
  void parser14ThousandsOfDigitsAreClamped() {
    StreamRecorder read = decode("retry:" + "9".repeat(5000) + "\n");

    assertThat(read.calls).containsExactly("retry " + Long.MAX_VALUE);
    assertThat(read.odd()).containsExactly(Kind.RETRY_TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"data:y", "data:y\n", "data:y\r", "id:2\n", "event:t\n", "da", "id:2\ndata:y\n:c"})
  void parser15WhatIsUnfinishedAtTheEndIsDiscardedAndReported(String rest) {
    StreamRecorder read = decode("id:1\ndata:x\n\n" + rest);

    assertThat(read.calls).containsExactly("id 1", "event ServerSentEvent[id=1, data=x]");
    assertThat(read.odd()).containsExactly(Kind.UNFINISHED_BLOCK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", ":c\n", "retry:1\n", "data:x\n\n", "data:x\r\n\r"})
  void parser15ACleanEndIsNotReported(String stream) {
    assertThat(decode(stream).oddities).isEmpty();
  }

  static Stream<String> unfinished() {
    return Stream.of(
        "data:a", "data:a\n", "data:a\r", "event:t\n", "id:9\n", "retry:7\n", "x", "\uFEFF", ":c");
  }

  @ParameterizedTest
  @MethodSource("unfinished")
  void parser15NothingIsCarriedIntoTheNextConnection(String rest) {
    for (boolean ended : new boolean[] {true, false}) {
      StreamRecorder read = new StreamRecorder();
      DecoderCorpus.Watched decoder = DecoderCorpus.watch(read);
      decoder.decode(Buffer.buffer(rest));
      if (ended) {
        decoder.end();
      }
      decoder.reset();
      decoder.decode(Buffer.buffer("\ndata:b\n\n"));

      assertThat(read.events).containsExactly(ServerSentEvent.of("b"));
    }
  }

  @Test
  void parser19OdditiesAreReportedWithLineAndTextAndAreReadable() {
    StreamRecorder read = decode("\uFEFFdata: x\nDATA: y\r\n\r\nretry: 1s\nid: a\0b\n");

    assertThat(read.oddities)
        .containsExactly(
            ParseOddity.of(Kind.UNKNOWN_FIELD, 2, "DATA"),
            ParseOddity.of(Kind.RETRY_NOT_A_NUMBER, 4, "1s"),
            ParseOddity.of(Kind.ID_WITH_NUL, 5, "a\0b"));
    assertThat(read.oddities)
        .extracting(ParseOddity::message)
        .containsExactly(
            "line 2: unknown field, ignored: \"DATA\", did you mean \"data\"?",
            "line 4: retry is not made of ASCII digits, ignored: \"1s\"",
            "line 5: id holds NUL, ignored: \"a\\u0000b\"");
  }

  @Test
  void parser19LongNamesAreCutInReports() {
    StreamRecorder read = decode("x".repeat(1000) + ": y\n");

    assertThat(read.oddities)
        .containsExactly(ParseOddity.of(Kind.UNKNOWN_FIELD, 1, "x".repeat(64)));
  }

  @Test
  void parser19TheLastEventIdCanBeSeeded() {
    StreamRecorder read = new StreamRecorder();
    EventDecoder decoder = EventDecoder.create(read).lastEventId("seed");
    decoder.decode(Buffer.buffer("data:x\n\nid:seed\ndata:y\n\n"));

    assertThat(read.calls)
        .as("no change, no call")
        .containsExactly(
            "event ServerSentEvent[id=seed, data=x]", "event ServerSentEvent[id=seed, data=y]");
    assertThatIllegalStateException().isThrownBy(() -> decoder.lastEventId("late"));
    decoder.reset();
    assertThat(decoder.lastEventId("again").lastEventId()).isEqualTo("again");
    assertThatIllegalArgumentException().isThrownBy(() -> decoder.lastEventId("a\nb"));
  }

  @Test
  void ownFieldsAreReadOnRequest() {
    EventDecoderOptions read = new EventDecoderOptions().setOwnFields(OwnFields.READ);
    String stream = "trace: 1\nData:2\nbare\ntrace:  3\ndata:x\n\ndata:y\n\n";

    assertThat(decode(stream.getBytes(UTF_8), read).events)
        .containsExactly(
            ServerSentEvent.builder()
                .field("trace", " 3")
                .field("Data", "2")
                .field("bare", "")
                .data("x")
                .build(),
            ServerSentEvent.of("y"));
  }

  @Test
  void ofABlockWithoutDataOwnFieldsGoAway() {
    EventDecoderOptions read = new EventDecoderOptions().setOwnFields(OwnFields.READ);

    assertThat(decode("a:1\n\ndata:x\n\n".getBytes(UTF_8), read).events)
        .containsExactly(ServerSentEvent.of("x"));
  }

  @Test
  void buffersOfAnySizeAreTakenAndNotChanged() {
    StreamRecorder read = new StreamRecorder();
    DecoderCorpus.Watched decoder = DecoderCorpus.watch(read);
    List<String> expected = new ArrayList<>();
    for (int size : new int[] {0, 1, 1000, 20_000, 70_000, 3}) {
      String text = "é".repeat(size);
      expected.add(text);
      Buffer chunk = Buffer.buffer("ddata:" + text + "\n\n");
      Buffer slice = chunk.slice(1, chunk.length());
      Buffer before = slice.copy();
      decoder.decode(slice);
      assertThat(slice).isEqualTo(before);
    }

    assertThat(read.data()).isEqualTo(expected);
  }

  @Test
  void aTypeThatRecursIsTheSameString() {
    StreamRecorder read = decode("event:price\ndata:1\n\nevent:price\ndata:2\n\n");

    assertThat(read.events.get(0).type()).isSameAs(read.events.get(1).type());
  }

  @Test
  void decodingAfterTheEndNeedsAReset() {
    EventDecoder decoder = EventDecoder.create(event -> {});
    decoder.end();
    decoder.end();

    assertThatIllegalStateException()
        .isThrownBy(() -> decoder.decode(Buffer.buffer("data:x\n\n")))
        .withMessageContaining("reset()");
  }

  @Test
  void aListenerThatThrowsIsHeardAndNeedsAReset() {
    List<String> data = new ArrayList<>();
    EventDecoder decoder =
        EventDecoder.create(
            event -> {
              data.add(event.data());
              if (data.size() == 1) {
                throw new UnsupportedOperationException("from the listener");
              }
            });
    byte[] stream = "id:1\ndata:x\n\ndata:y\n\n".getBytes(UTF_8);

    assertThatThrownBy(() -> decoder.decode(stream, 0, stream.length))
        .hasMessage("from the listener");
    assertThatIllegalStateException().isThrownBy(() -> decoder.decode(stream, 0, stream.length));
    decoder.reset();
    decoder.decode(stream, 0, stream.length);

    assertThat(data).containsExactly("x", "x", "y");
    assertThat(decoder.lastEventId()).isEqualTo("1");
  }

  @Test
  void aListenerMustNotCallBackIntoTheDecoder() {
    List<Consumer<EventDecoder>> calls =
        List.of(d -> d.decode(Buffer.buffer("x")), EventDecoder::end, EventDecoder::reset);
    for (Consumer<EventDecoder> call : calls) {
      EventDecoder[] decoder = new EventDecoder[1];
      decoder[0] = EventDecoder.create(event -> call.accept(decoder[0]));

      assertThatIllegalStateException()
          .isThrownBy(() -> decoder[0].decode(Buffer.buffer("data:x\n\n")))
          .withMessageContaining("listener");
      decoder[0].reset();
    }
  }

  @Test
  void wrongRangesAreRefusedBeforeAnythingHappens() {
    EventDecoder decoder = EventDecoder.create(event -> {});

    assertThatThrownBy(() -> decoder.decode(new byte[3], 2, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    decoder.decode(Buffer.buffer("id:1\n\n"));
    assertThat(decoder.lastEventId()).isEqualTo("1");
  }
}
