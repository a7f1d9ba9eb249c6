package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.format.EventDecoder;
import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One exchange, over the {@link Wire} of its {@link SseProbes}, written down as it arrives. It can
 * stop reading and go on, and drop the connection as a crashed client does. Nothing in here sleeps:
 * {@code await...} returns when what it waits for is there, and fails when it does not come.
 */
public final class SseProbe implements EventDecoder.Listener, Exchange.Listener {
  private static final int KEPT_DATA = 4096;
  private static final int KEPT_BODY = 64 * 1024;

  // set at construction
  private final Exchanges exchanges;
  private final EventDecoder decoder = EventDecoder.create(this);
  private final boolean headOnly;
  private final Exchange exchange;

  // guarded by this, written by the reading thread
  private final List<ServerSentEvent> events = new ArrayList<>();
  private final List<String> comments = new ArrayList<>();
  private final StringBuilder body = new StringBuilder();
  private final List<String> ids = new ArrayList<>();
  private HttpResponseReader reader;
  private long retry = -1;
  private long bodyBytes;
  private boolean disconnected;

  SseProbe(Exchanges exchanges, int port, int receiveBuffer, String request) {
    this.exchanges = exchanges;
    this.headOnly = request.startsWith("HEAD ");
    this.reader = new HttpResponseReader(headOnly, this::onBody);
    this.exchange = exchanges.ask(port, receiveBuffer, request, this);
  }

  // What it does.

  /** Sends more, as UTF-8. */
  public SseProbe send(String text) {
    return send(text.getBytes(UTF_8));
  }

  /** Sends more. A peer that has gone is no failure here. */
  public SseProbe send(byte[] bytes) {
    exchange.send(bytes);
    return this;
  }

  /** One chunk of a request body in the chunked coding; an empty text ends the body. */
  public SseProbe sendChunk(String text) {
    exchange.sendChunk(text.getBytes(UTF_8));
    return this;
  }

  /** What comes from now on is the next response of the connection. */
  public synchronized SseProbe next() {
    reader = new HttpResponseReader(headOnly, this::onBody);
    return this;
  }

  /** The next response follows the present one at once: the server has its request already. */
  public synchronized SseProbe nextFollows() {
    reader.then(this::nextReader);
    return this;
  }

  private HttpResponseReader nextReader() {
    reader = new HttpResponseReader(headOnly, this::onBody);
    return reader;
  }

  /** Reads no more, until {@link #goOn}. */
  public SseProbe stopReading() {
    exchange.reading(false);
    return this;
  }

  /** Reads again. */
  public SseProbe goOn() {
    exchange.reading(true);
    return this;
  }

  /** Says that it will send no more (FIN), and goes on reading. */
  public void finish() {
    exchange.finish();
  }

  /** Closes the connection; a stream of one that others share is taken back. */
  public void close() {
    exchange.close();
  }

  /** Resets the connection (RST), or the stream of one that others share. */
  public void reset() {
    exchange.reset();
  }

  // What it has seen.

  /** Status line and headers, once they are there. */
  public String head() {
    return await(() -> reader.head() != null, () -> "a head", () -> String.valueOf(reader.head()));
  }

  /** The status, once it is there. */
  public int status() {
    return Integer.parseInt(head().split(" ", 3)[1]);
  }

  /** All values of a header, joined by commas; {@code ""} without one. */
  public String header(String name) {
    List<String> values = new ArrayList<>();
    for (String line : head().lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
        values.add(line.substring(colon + 1).trim());
      }
    }
    return String.join(", ", values);
  }

  /** Waits for an interim response such as {@code 100 Continue}. */
  public String awaitInterim() {
    return await(
        () -> reader.interim() != null,
        () -> "an interim response",
        () -> String.valueOf(reader.interim()));
  }

  /** Whether there was an interim response before what has come. */
  public synchronized boolean hasInterim() {
    return reader.interim() != null;
  }

  /** Waits until so many events are there, and returns them all. */
  public List<ServerSentEvent> awaitEvents(int count) {
    return await(() -> events.size() >= count, () -> count + " events", () -> List.copyOf(events));
  }

  /** Waits for an event and returns the first such. */
  public ServerSentEvent awaitEvent(Predicate<ServerSentEvent> wanted) {
    return await(
        () -> events.stream().anyMatch(wanted),
        () -> "an event",
        () -> events.stream().filter(wanted).findFirst().orElseThrow());
  }

  /** Waits for an event with this data. */
  public ServerSentEvent awaitData(String data) {
    return awaitEvent(event -> data.equals(event.data()));
  }

  /** Waits for an event of this type, and returns its data as JSON. */
  public JsonObject awaitJson(String type) {
    return awaitJson(type, any -> true);
  }

  /** The same for the first one with such data. */
  public JsonObject awaitJson(String type, Predicate<JsonObject> wanted) {
    return json(awaitEvent(event -> type.equals(event.type()) && wanted.test(json(event))));
  }

  private static JsonObject json(ServerSentEvent event) {
    return new JsonObject(String.valueOf(event.data()));
  }

  /** Waits for a comment that contains this. */
  public String awaitComment(String part) {
    return await(
        () -> comments.stream().anyMatch(c -> c.contains(part)),
        () -> "a comment with \"" + part + "\"",
        () -> comments.stream().filter(c -> c.contains(part)).findFirst().orElseThrow());
  }

  /** Waits until so many comments are there. */
  public List<String> awaitComments(int count) {
    return await(
        () -> comments.size() >= count, () -> count + " comments", () -> List.copyOf(comments));
  }

  /** Waits until the stream is open: its first block with an id is there. Returns the id. */
  public String awaitOpen() {
    return await(() -> !ids.isEmpty(), () -> "the opening block", () -> ids.get(0));
  }

  /** Waits until the response has ended as HTTP wants it, not just broken off. */
  public SseProbe awaitEnd() {
    return await(() -> reader.isComplete(), () -> "the end of the response", () -> this);
  }

  /** Waits until the server has closed or reset the connection. */
  public SseProbe awaitDisconnect() {
    return await(() -> disconnected, () -> "the end of the connection", () -> this);
  }

  /** Whether the server has closed or reset the connection. */
  public synchronized boolean isDisconnected() {
    exchanges.check();
    return disconnected;
  }

  /** Whether the response has ended as HTTP wants it. */
  public synchronized boolean isComplete() {
    exchanges.check();
    return reader.isComplete();
  }

  /** The events so far. */
  public synchronized List<ServerSentEvent> events() {
    exchanges.check();
    return List.copyOf(events);
  }

  /** The data of the events so far. */
  public List<String> data() {
    return events().stream().map(event -> String.valueOf(event.data())).toList();
  }

  /** The data of those that are not of the bridge itself. */
  public List<String> messages() {
    return events().stream()
        .filter(event -> !event.effectiveType().startsWith("sse."))
        .map(event -> String.valueOf(event.data()))
        .toList();
  }

  /** The gaps it was told of so far. */
  public List<JsonObject> gaps() {
    return events().stream()
        .filter(event -> "sse.gap".equals(event.type()))
        .map(SseProbe::json)
        .toList();
  }

  /** The comments so far. */
  public synchronized List<String> comments() {
    exchanges.check();
    return List.copyOf(comments);
  }

  /** The first 64 KiB of the body so far, as UTF-8. */
  public synchronized String body() {
    exchanges.check();
    return body.toString();
  }

  /** Bytes of the body so far. */
  public synchronized long bodyBytes() {
    exchanges.check();
    return bodyBytes;
  }

  /** The last reconnection time told, or -1. */
  public synchronized long retry() {
    exchanges.check();
    return retry;
  }

  /** The last event id so far. */
  public synchronized String lastEventId() {
    exchanges.check();
    return ids.isEmpty() ? "" : ids.get(ids.size() - 1);
  }

  /** The part after the dash. */
  public static long sequenceOf(String id) {
    return Long.parseLong(id.substring(id.lastIndexOf('-') + 1));
  }

  // How it sees.

  @Override
  public synchronized void onBytes(byte[] bytes, int count) {
    try {
      reader.read(bytes, count);
    } finally {
      notifyAll();
    }
  }

  @Override
  public synchronized void onEnd() {
    reader.onDisconnect();
    notifyAll();
  }

  @Override
  public synchronized void onDisconnect() {
    disconnected = true;
    if (!exchanges.isHttp2()) {
      reader.onDisconnect();
    }
    notifyAll();
  }

  private void onBody(byte[] bytes, int offset, int length) {
    bodyBytes += length;
    if (body.length() < KEPT_BODY) {
      body.append(new String(bytes, offset, length, UTF_8));
    }
    if (String.valueOf(reader.head()).contains("text/event-stream")) {
      decoder.decode(bytes, offset, length);
    }
  }

  @Override
  public void onEvent(ServerSentEvent event) {
    String data = event.data();
    events.add(
        data == null || data.length() <= KEPT_DATA
            ? event
            : event.toBuilder().data(data.substring(0, KEPT_DATA)).build());
  }

  @Override
  public void onComment(String text) {
    comments.add(text);
  }

  @Override
  public void onRetry(long millis) {
    retry = millis;
  }

  @Override
  public void onLastEventId(String id) {
    ids.add(id);
  }

  private <T> T await(Condition condition, Supplier<String> what, Supplier<T> result) {
    Deadline deadline = Deadline.start();
    synchronized (this) {
      while (!condition.holds()) {
        exchanges.check();
        if (deadline.isOver()) {
          throw new AssertionError("in vain waited for " + what.get() + "; " + this);
        }
        try {
          wait(deadline.leftMillis());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new AssertionError("interrupted", e);
        }
      }
      return result.get();
    }
  }

  private interface Condition {
    boolean holds();
  }

  @Override
  public synchronized String toString() {
    @Nullable String head = reader.head();
    return "head: "
        + head
        + "\ncomplete: "
        + reader.isComplete()
        + ", disconnected: "
        + disconnected
        + ", events: "
        + events.size()
        + ", body bytes: "
        + bodyBytes
        + "\nbody: "
        + (body.length() > 2000 ? body.substring(0, 2000) + "..." : body);
  }
}
