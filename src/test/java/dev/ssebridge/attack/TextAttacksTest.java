package dev.ssebridge.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What ends a line somewhere, in all that comes from outside: it ends none in a stream, none in a
 * head and none in a log. Claims, names and tickets have rows of their own in their tests.
 */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Tag("slow")
class TextAttacksTest {
  private static final String CONFIG =
      "{'http':{'trustedProxies':['127.0.0.1'],'cors':{'origins':['https://a.example'],"
          + "'publishOrigins':['https://a.example']}},"
          + "'routes':{'bystander':{'path':'/bystander','address':'bystander'},"
          + "'free':{'path':'/free/:x','address':'free.{x}','history':{'events':10}},"
          + "'typed':{'path':'/typed/:x','address':'typed.{x}','type':'address'}},"
          + "'publish':{'free':{'path':'/free/:x','address':'free.{x}'}}}";

  /** What ends a line: in HTTP, in an event stream, in C, in JavaScript, or in a terminal. */
  enum LineEnd {
    CR("\r", true),
    LF("\n", true),
    CR_LF("\r\n", true),
    NUL("\0", true),
    NEXT_LINE("\u0085", true),
    LINE_SEPARATOR("\u2028", false),
    PARAGRAPH_SEPARATOR("\u2029", false);

    private final String text;
    private final boolean isControl;

    LineEnd(String text, boolean isControl) {
      this.text = text;
      this.isControl = isControl;
    }

    boolean isAscii() {
      return text.charAt(0) < 0x80;
    }

    /** Between two letters, as text. */
    String within() {
      return "a" + text + "b";
    }

    String encoded() {
      StringBuilder encoded = new StringBuilder("a");
      for (byte each : text.getBytes(UTF_8)) {
        encoded.append(String.format("%%%02x", each & 0xFF));
      }
      return encoded.append('b').toString();
    }

    /** As bytes. */
    String raw() {
      return Wire.utf8(within());
    }
  }

  private static void each(Vertx vertx, BiConsumer<AttackRange, LineEnd> rows) {
    try (AttackRange range = new AttackRange(vertx, CONFIG)) {
      for (LineEnd end : LineEnd.values()) {
        rows.accept(range, end);
      }
    }
  }

  @Test
  void inAPath(Vertx vertx) {
    each(vertx, TextAttacksTest::inAPath);
  }

  private static void inAPath(AttackRange range, LineEnd end) {
    String encoded = "/free/" + end.encoded();
    if (end.isControl) {
      range.refused("encoded", Wire.get(encoded), 400, "expected no control characters in :x");
      range.refused("POST", Wire.post(encoded, "x"), 400, "expected no control characters in :x");
    } else {
      range.reads("encoded", Wire.get(encoded), "free." + end.within());
      range.published("POST", Wire.post(encoded, "x"), "free." + end.within());
      range.reads("typed", Wire.get("/typed/" + end.encoded()), "typed." + end.within());
    }
    String raw = "/free/" + end.raw();
    if (end.isControl) {
      range.refused("raw", Wire.get(raw), 400, "expected");
    } else {
      range.reads("raw", Wire.get(raw), "free." + end.within());
    }
    range.refused("nowhere", Wire.get("/none/" + end.encoded()), 404, "path: expected one");
  }

  @Test
  void inAQuery(Vertx vertx) {
    each(vertx, TextAttacksTest::inAQuery);
  }

  private static void inAQuery(AttackRange range, LineEnd end) {
    String path = "/free/" + end;
    String encoded = end.encoded();
    range.refused(
        "address", Wire.get(path + "?address=" + encoded), 403, "this route does not permit");
    range.refused("from", Wire.get(path + "?from=" + encoded), 400, "query: from: expected");
    range.refused("last", Wire.get(path + "?last=1" + encoded), 400, "query: last: expected");
    range.refused("since", Wire.get(path + "?since=5m" + encoded), 400, "query: since: expected");
    SseProbe gap = range.opened("lastEventId", Wire.get(path + "?lastEventId=" + encoded));
    assertThat(gap.awaitJson("sse.gap").getString("from")).isEqualTo(end.within());
    assertThat(gap.events()).hasSize(1);
    gap.close();
    SseProbe reader = range.opened("reader", Wire.get(path));
    Wire typed = Wire.post(path + "?event=" + encoded, "data");
    if (end == LineEnd.NEXT_LINE || !end.isControl) {
      range.published("event", typed, "free." + end);
      assertOnly(reader, end.within(), "data");
    } else {
      range.refused("event", typed, 400, "event type: expected one line");
    }
  }

  @Test
  void inAHeader(Vertx vertx) {
    each(vertx, TextAttacksTest::inAHeader);
  }

  private static void inAHeader(AttackRange range, LineEnd end) {
    String path = "/free/" + end;
    String token = range.secret("token-of-somebody-0123456789");
    Wire get = Wire.get(path);
    Wire post = Wire.post(path, "data");
    if (end.isAscii()) {
      // A line end begins another line, which is none.
      for (String name :
          new String[] {
            "Last-Event-ID",
            "Origin",
            "Cookie",
            "Authorization",
            "X-Forwarded-For",
            "Forwarded",
            "Accept-Language",
            "Sec-Fetch-Site"
          }) {
        String value = token + end.raw();
        range.refused(name, get.with(name, value), 400, "expected a request of HTTP/1.1");
        range.refused(name, post.with(name, value), 400, "expected a request of HTTP/1.1");
      }
      range.refused("name", get.with(end.raw(), token), 400, "expected a request");
      range.refused("type", post.with("sse-event", end.raw()), 400, "expected a request");
      range.refused("host", get.host("localhost" + end.raw()), 400, "expected a request");
      return;
    }
    SseProbe gap = range.opened("id", get.with("Last-Event-ID", end.raw()));
    assertThat(gap.awaitJson("sse.gap").getString("from")).isEqualTo(end.within());
    assertThat(gap.events()).hasSize(1);
    gap.close();
    SseProbe reader = range.opened("reader", get);
    range.published("type", post.with("sse-event", end.raw()), "free." + end);
    assertOnly(reader, end.within(), "data");
    for (String name :
        new String[] {"Cookie", "Authorization", "X-Forwarded-For", "Forwarded", "Prefer"}) {
      range.opened(name, get.with(name, end.raw())).close();
    }
    range.refused("origin", get.with("Origin", "https://" + end.raw()), 403, "listed origin");
    range.refused("origin", post.with("Origin", "https://" + end.raw()), 403, "another site");
    range.refused("site", post.with("Sec-Fetch-Site", end.raw()), 403, "another site");
    range.refused("host", get.host("localhost" + end.raw()), 400, "in the Host header");
    range.refused(
        "coding",
        Wire.post(path, "data").with("Content-Encoding", "gzip" + end.raw()),
        415,
        "expected");
  }

  @Test
  void inABody(Vertx vertx) {
    each(vertx, TextAttacksTest::inABody);
  }

  private static void inABody(AttackRange range, LineEnd end) {
    SseProbe reader = range.opened("reader", Wire.get("/free/x"));
    range.published("text", Wire.post("/free/x", end.raw() + "\ndata: more"), "free.x");
    String data = end.within() + "\ndata: more";
    ServerSentEvent event = reader.awaitEvents(1).get(0);
    assertThat(event.data()).isEqualTo(data.replace("\r\n", "\n").replace('\r', '\n'));
    assertThat(event.type()).isNull();

    // Escaped, as JSON has it: what is delivered is JSON of the same text.
    String json = "{\"a\":\"" + escaped(end) + "\"}";
    range.published("JSON", Wire.post("/free/x", "application/json", json), "free.x");
    assertThat(new JsonObject(reader.awaitEvents(2).get(1).data()))
        .isEqualTo(new JsonObject().put("a", end.within()));
    Wire raw = Wire.post("/free/x", "application/json", "\"" + end.raw() + "\"");
    if (end.isAscii()) {
      range.refused("raw JSON", raw, 400, "body: expected JSON");
    } else {
      range.published("raw JSON", raw, "free.x");
      assertThat(reader.awaitEvents(3).get(2).data()).contains(end.within());
    }
  }

  private static String escaped(LineEnd end) {
    StringBuilder escaped = new StringBuilder();
    end.within().chars().forEach(c -> escaped.append(String.format("\\u%04x", c)));
    return escaped.toString();
  }

  @Test
  void inAnEventOfABody(Vertx vertx) {
    each(vertx, TextAttacksTest::inAnEventOfABody);
  }

  private static void inAnEventOfABody(AttackRange range, LineEnd end) {
    SseProbe reader = range.opened("reader", Wire.get("/free/x"));
    Wire typed = Wire.post("/free/x", "text/event-stream", "event: " + end.raw() + "\ndata: 1\n\n");
    Wire identified =
        Wire.post("/free/x", "text/event-stream", "id: " + end.raw() + "\ndata: 2\n\n");
    switch (end) {
      case CR, LF, CR_LF -> {
        // They end a line of the body: "b" is a field that means nothing.
        range.published("type", typed, "free.x");
        range.published("id", identified, "free.x");
        assertThat(reader.awaitEvents(2).get(0).type()).isEqualTo("a");
      }
      case NUL -> {
        range.refused("type", typed, 400, "event type: expected one line");
        range.published("id", identified, "free.x");
        assertThat(reader.awaitEvents(1)).hasSize(1);
      }
      default -> {
        range.published("type", typed, "free.x");
        range.published("id", identified, "free.x");
        assertThat(reader.awaitEvents(2).get(0).type()).isEqualTo(end.within());
      }
    }
    String lines = "\"1" + end.raw() + "\"\n";
    Wire several = Wire.post("/free/x", "application/x-ndjson", lines);
    if (end.isAscii()) {
      range.refused("line", several, 400, "expected JSON");
    } else {
      range.published("line", several, "free.x");
    }
    assertThat(reader.body()).doesNotContain("\0").doesNotContain("\r");
  }

  @Test
  void inANameOrAPassword(@TempDir Path directory, Vertx vertx) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("htpasswd"),
            "ada:$2y$04$abcdefghijklmnopqrstuuJx0DTPvWqB5vSS5Q1N0hV5VvLsXv2NW\n");
    String config =
        "{'auth':{'basic':{'staff':{'file':'"
            + file
            + "'}}},'routes':{'bystander':{'path':'/bystander','address':'bystander','auth':'none'},"
            + "'mine':{'path':'/mine','address':'user.{claim:sub}'}}}";
    try (AttackRange range = new AttackRange(vertx, config)) {
      for (LineEnd end : LineEnd.values()) {
        for (String pair : new String[] {end.within() + ":p", "ada:" + end.within()}) {
          byte[] bytes = pair.getBytes(UTF_8);
          String shown = range.secret(Base64.getEncoder().encodeToString(bytes));
          Wire wire = Wire.get("/mine").with("Authorization", "Basic " + shown);
          if (end.isControl) {
            range.refused("of " + end, wire, 400, "without control characters");
          } else {
            range.refused("of " + end, wire, 401, "expected a name and a password");
          }
        }
      }
    }
  }

  private static void assertOnly(SseProbe reader, String type, String data) {
    ServerSentEvent event = reader.awaitEvents(1).get(0);
    assertThat(event.type()).isEqualTo(type);
    assertThat(event.data()).isEqualTo(data);
    assertThat(reader.events()).hasSize(1);
  }
}
