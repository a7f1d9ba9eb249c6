package dev.ssebridge.format;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * What the tests of the decoder decode, and what it tells of it, for decoders in other languages: a
 * list of cases in JSON.
 *
 * <pre>{@code
 * {"name": "..", "seed": "", "connections": ["<base64>", ".."],
 *  "told": [["id", "1"], ["event", "1", "message", "the data"], ["comment", ".."], ["retry", 10]]}
 * }</pre>
 *
 * <p>{@code seed} is the last event id to begin with; it stays over the connections. An event is
 * told with its last event id, its type and its data; an id is told where it changes.
 */
public final class DecoderCorpus {
  private static final List<JsonObject> CASES = new ArrayList<>();
  private static final List<Watched> OPEN = new ArrayList<>();

  private DecoderCorpus() {}

  /** Runs those tests, and answers their cases. */
  public static synchronized JsonArray collect() {
    CASES.clear();
    LauncherDiscoveryRequest tests =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(EventDecoderTest.class), selectClass(FormatRandomTest.class))
            .build();
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    LauncherFactory.create().execute(tests, summary);
    if (summary.getSummary().getTotalFailureCount() > 0) {
      throw new AssertionError("the decoder's own tests fail: run them first");
    }
    return new JsonArray(new ArrayList<>(CASES));
  }

  static void add(String name, byte[] stream, StreamRecorder told) {
    add(name, "", List.of(Buffer.buffer(stream)), told);
  }

  private static void add(
      String name, String seed, List<Buffer> connections, StreamRecorder recorder) {
    JsonArray streams = new JsonArray();
    connections.forEach(
        stream -> streams.add(Base64.getEncoder().encodeToString(stream.getBytes())));
    CASES.add(
        new JsonObject()
            .put("name", name)
            .put("seed", seed)
            .put("connections", streams)
            .put("told", recorder.told.copy()));
  }

  /** The decoder of a test that feeds it by itself. */
  static Watched watch(StreamRecorder recorder) {
    Watched watched = new Watched(recorder);
    OPEN.add(watched);
    return watched;
  }

  /** At the end of a test: what its decoders were fed with are cases of that name. */
  static void finish(String name) {
    for (Watched watched : OPEN) {
      add(name, watched.seed, watched.connections, watched.recorder);
    }
    OPEN.clear();
  }

  /** A decoder, and what it was fed with. */
  static final class Watched {
    private final StreamRecorder recorder;
    private final EventDecoder decoder;
    private final List<Buffer> connections = new ArrayList<>(List.of(Buffer.buffer()));
    private String seed = "";

    private Watched(StreamRecorder recorder) {
      this.recorder = recorder;
      this.decoder = EventDecoder.create(recorder);
    }

    Watched lastEventId(String id) {
      decoder.lastEventId(id);
      seed = id;
      return this;
    }

    String lastEventId() {
      return decoder.lastEventId();
    }

    void decode(Buffer bytes) {
      connections.get(connections.size() - 1).appendBuffer(bytes);
      decoder.decode(bytes);
    }

    void decode(byte[] bytes, int from, int length) {
      connections.get(connections.size() - 1).appendBytes(bytes, from, length);
      decoder.decode(bytes, from, length);
    }

    void end() {
      decoder.end();
    }

    void reset() {
      decoder.reset();
      connections.add(Buffer.buffer());
    }
  }
}
