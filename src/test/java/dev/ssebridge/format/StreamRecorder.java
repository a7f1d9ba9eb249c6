package dev.ssebridge.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Writes down what a decoder reports, one line per call, in order. */
final class StreamRecorder implements EventDecoder.Listener {
  final List<ServerSentEvent> events = new ArrayList<>();
  final List<ParseOddity> oddities = new ArrayList<>();
  final List<String> calls = new ArrayList<>();

  /** The calls once more, as {@link DecoderCorpus} hands them on. */
  final JsonArray told = new JsonArray();

  @Override
  public void onEvent(ServerSentEvent event) {
    events.add(event);
    calls.add(call(event));
    String id = Objects.requireNonNullElse(event.id(), "");
    told.add(JsonArray.of("event", id, event.effectiveType(), event.data()));
  }

  static String call(ServerSentEvent event) {
    return "event " + event;
  }

  @Override
  public void onComment(String text) {
    calls.add("comment " + text);
    told.add(JsonArray.of("comment", text));
  }

  @Override
  public void onRetry(long millis) {
    calls.add("retry " + millis);
    told.add(JsonArray.of("retry", millis));
  }

  @Override
  public void onLastEventId(String id) {
    calls.add("id " + id);
    told.add(JsonArray.of("id", id));
  }

  @Override
  public void onOddity(ParseOddity oddity) {
    oddities.add(oddity);
  }

  public List<String> data() {
    return events.stream().map(ServerSentEvent::data).toList();
  }

  public List<ParseOddity.Kind> odd() {
    return oddities.stream().map(ParseOddity::kind).toList();
  }

  /** Decodes a whole stream that comes in chunks of one size. */
  static StreamRecorder decode(byte[] stream, int chunk, EventDecoderOptions options) {
    StreamRecorder recorder = new StreamRecorder();
    EventDecoder decoder = EventDecoder.create(recorder, options);
    for (int at = 0; at < stream.length; at += chunk) {
      decoder.decode(stream, at, Math.min(chunk, stream.length - at));
      decoder.decode(stream, at, 0);
    }
    decoder.end();
    return recorder;
  }

  static StreamRecorder decode(String stream) {
    byte[] bytes = stream.getBytes(UTF_8);
    return decode(bytes, Math.max(1, bytes.length), new EventDecoderOptions());
  }

  /** Decodes a whole stream in chunks of random sizes, each in an array of its own. */
  static StreamRecorder decode(byte[] stream, Random random, EventDecoderOptions options) {
    StreamRecorder recorder = new StreamRecorder();
    EventDecoder decoder = EventDecoder.create(recorder, options);
    int usual = 1 + random.nextInt(40);
    for (int at = 0; at < stream.length; ) {
      int size = Math.min(random.nextInt(usual + 1), stream.length - at);
      int margin = random.nextInt(4);
      byte[] chunk = new byte[margin + size + margin];
      System.arraycopy(stream, at, chunk, margin, size);
      decoder.decode(chunk, margin, size);
      java.util.Arrays.fill(chunk, (byte) '!');
      at += size;
    }
    decoder.end();
    return recorder;
  }
}
