package dev.ssebridge.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.EventDecoderOptions.OwnFields;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Seeded random tests of the whole format; a failure names its seed. */
@Tag("slow")
class FormatRandomTest {
  private static final EventDecoderOptions READ_OWN =
      new EventDecoderOptions().setOwnFields(OwnFields.READ);

  private static final String[] SOUP = {
    "data",
    "event",
    "id",
    "retry",
    "dat",
    "DATA",
    "dataa",
    ":",
    ":",
    ": ",
    " ",
    "\n",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    "\r\n\r\n",
    "\r\r",
    "\n\r",
    "\0",
    "\t",
    "x",
    "7",
    "12",
    "99999999999999999999",
    "\uFEFF",
    "\u2028",
    "\u0085",
    "\u000b",
    "\u000c",
    "\u001c",
    "é",
    "€",
    "😀",
    "\u00a0",
    "\u3000",
    "data: a",
    "data:b",
    "id: 1",
    "id:2",
    "id",
    "id: a\0b",
    "event: t",
    "event:",
    "retry: 10",
    "retry: +5",
    "retry:٣",
    ": comment",
    "own: field",
    "data: a\n\n",
    "id: 3\n\n",
    "data\n\n"
  };

  @Test
  void agreesWithTheReferenceOnAnySoupInAnyChunks() {
    for (long seed = 0; seed < 6000; seed++) {
      Random random = new Random(seed);
      byte[] stream = soup(random);
      boolean own = random.nextBoolean();
      List<String> expected = ReferenceDecoder.decode(stream, own);

      StreamRecorder actual =
          StreamRecorder.decode(stream, random, own ? READ_OWN : new EventDecoderOptions());

      assertThat(actual.calls).as("seed %d", seed).isEqualTo(expected);
      if (!own) {
        DecoderCorpus.add("soup of seed " + seed, stream, actual);
      }
    }
  }

  @Test
  void reportsTheSameAndSkipsTheSameInAnyChunks() {
    for (long seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      // Of a line that the stream never ends, more may be known with other chunks: so it ends here.
      byte[] stream = (new String(soup(random), ISO_8859_1) + "\n").getBytes(ISO_8859_1);
      EventDecoderOptions options =
          new EventDecoderOptions()
              .setMaxEventBytes(random.nextInt(random.nextBoolean() ? 60 : 250))
              .setMaxCommentBytes(random.nextInt(20))
              .setOversized(EventDecoderOptions.Oversized.SKIP)
              .setOwnFields(random.nextBoolean() ? OwnFields.READ : OwnFields.IGNORE);
      StreamRecorder whole = StreamRecorder.decode(stream, stream.length + 1, options);

      StreamRecorder pieces = StreamRecorder.decode(stream, random, options);

      assertThat(pieces.calls).as("seed %d", seed).isEqualTo(whole.calls);
      assertThat(pieces.oddities).as("seed %d", seed).isEqualTo(whole.oddities);
    }
  }

  @Test
  void failsAtTheSameEventInAnyChunks() {
    for (long seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      byte[] stream = (new String(soup(random), ISO_8859_1) + "\n").getBytes(ISO_8859_1);
      EventDecoderOptions options =
          new EventDecoderOptions(READ_OWN).setMaxEventBytes(1 + random.nextInt(250));
      StreamRecorder whole = new StreamRecorder();
      StreamRecorder pieces = new StreamRecorder();

      boolean wholeFails = fails(EventDecoder.create(whole, options), stream, stream.length);
      boolean piecesFail =
          fails(EventDecoder.create(pieces, options), stream, 1 + random.nextInt(9));

      assertThat(piecesFail).as("seed %d", seed).isEqualTo(wholeFails);
      assertThat(pieces.calls).as("seed %d", seed).isEqualTo(whole.calls);
    }
  }

  private static boolean fails(EventDecoder decoder, byte[] stream, int chunk) {
    try {
      for (int at = 0; at < stream.length; at += chunk) {
        decoder.decode(stream, at, Math.min(chunk, stream.length - at));
      }
      return false;
    } catch (EventTooLargeException e) {
      return true;
    }
  }

  private static byte[] soup(Random random) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    int pieces = random.nextInt(60);
    for (int i = 0; i < pieces; i++) {
      byte[] piece = SOUP[random.nextInt(SOUP.length)].getBytes(UTF_8);
      switch (random.nextInt(12)) {
        case 0 -> stream.write(random.nextInt(256));
        case 1 -> stream.write(piece, 0, random.nextInt(piece.length) + 1);
        case 2 -> {
          for (int surrogate : new int[] {0xED, 0xA0 + random.nextInt(0x20), 0x80}) {
            stream.write(surrogate);
          }
        }
        default -> stream.writeBytes(piece);
      }
    }
    return stream.toByteArray();
  }

  @Test
  void everythingWritableComesBackInAnyChunks() {
    for (long seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      List<ServerSentEvent> written = new ArrayList<>();
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      int count = random.nextInt(12);
      for (int i = 0; i < count; i++) {
        ServerSentEvent event = event(random);
        written.add(event);
        stream.writeBytes(EventEncoder.encode(event));
      }

      StreamRecorder read = StreamRecorder.decode(stream.toByteArray(), random, READ_OWN);

      assertThat(read.calls).as("seed %d", seed).isEqualTo(expectedCalls(written));
      assertThat(read.oddities).as("seed %d", seed).isEmpty();
    }
  }

  private static List<String> expectedCalls(List<ServerSentEvent> written) {
    List<String> calls = new ArrayList<>();
    String lastEventId = "";
    for (ServerSentEvent event : written) {
      if (event.comment() != null) {
        for (String line : event.comment().split("\r\n|\r|\n", -1)) {
          calls.add("comment  " + line);
        }
      }
      if (event.retry() >= 0) {
        calls.add("retry " + event.retry());
      }
      if (event.id() != null && !event.id().equals(lastEventId)) {
        lastEventId = event.id();
        calls.add("id " + lastEventId);
      }
      if (event.data() != null) {
        calls.add(
            StreamRecorder.call(
                event.toBuilder()
                    .id(lastEventId.isEmpty() ? null : lastEventId)
                    .type(event.type() == null || event.type().isEmpty() ? null : event.type())
                    .data(event.data().replaceAll("\r\n|\r", "\n"))
                    .comment(null)
                    .build()));
      }
    }
    return calls;
  }

  private static ServerSentEvent event(Random random) {
    ServerSentEvent.Builder event = ServerSentEvent.builder();
    if (random.nextInt(3) == 0) {
      event.comment(text(random, "\r\n\0"));
    }
    if (random.nextBoolean()) {
      event.id(text(random, ""));
    }
    if (random.nextBoolean()) {
      event.type(text(random, ""));
    }
    if (random.nextInt(4) == 0) {
      event.retry(random.nextLong() >>> (1 + random.nextInt(63)));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      event.field("x" + text(random, "").replace(":", ""), text(random, ""));
    }
    if (random.nextInt(5) > 0) {
      event.data(text(random, "\r\n\0\r\n"));
    }
    return event.build();
  }

  private static String text(Random random, String more) {
    String alphabet = " :\tabcdataeventid09é€\uFEFF\u2028\u0085\u00a0\uFFFE" + more;
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(random.nextInt(8) == 0 ? 400 : 12); i > 0; i--) {
      if (random.nextInt(20) == 0) {
        text.append("😀");
      } else {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
    }
    return text.toString();
  }
}
