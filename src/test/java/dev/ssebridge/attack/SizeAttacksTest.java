package dev.ssebridge.attack;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is too large, too much, or comes too slowly. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Tag("slow")
class SizeAttacksTest {
  private static final String TOKEN = "token-of-a-reader-0123456789";
  private static final int SEVERAL_MEBIBYTES = 4 << 20;

  private @TempDir Path directory;

  private AttackRange range(Vertx vertx, String http) throws Exception {
    Path names =
        Files.writeString(
            directory.resolve("htpasswd"),
            "ada:$2y$04$abcdefghijklmnopqrstuuJx0DTPvWqB5vSS5Q1N0hV5VvLsXv2NW\n");
    AttackRange range =
        new AttackRange(
            vertx,
            "{'http':{"
                + http
                + "},'limits':{'authFailures':'none'},"
                + "'auth':{'cookie':'session','tickets':{},'basic':{'staff':{'file':'"
                + names
                + "'}},'jwt':{'users':{'secret':'0123456789-0123456789-0123456789'}},"
                + "'tokens':{'reader':{'token':'"
                + TOKEN
                + "','subscribe':['rooms.*','bystander'],'publish':['rooms.*']}}},"
                + "'routes':{'bystander':{'path':'/bystander','address':'bystander'},"
                + "'rooms':{'path':'/rooms/:room','address':'rooms.{room}','stalled':'300ms',"
                + "'history':{'bytes':'16MiB'}}},"
                + "'publish':{'rooms':{'path':'/rooms/:room','address':'rooms.{room}',"
                + "'maxBody':1024,'bodyTimeout':'300ms','messageTimeout':'300ms'}}}",
            "Authorization: Bearer " + TOKEN);
    range.secret(TOKEN);
    return range;
  }

  private static Wire get(String target) {
    return Wire.get(target).bearer(TOKEN);
  }

  private static Wire post(String type, String body) {
    return Wire.post("/rooms/a", type, body).bearer(TOKEN);
  }

  @Test
  void tooLargeIsRefused(Vertx vertx) throws Exception {
    try (AttackRange range = range(vertx, "")) {
      Wire rooms = Wire.get("/rooms/a");
      String fits = "x".repeat(8192);
      range.refused("token", rooms.bearer(fits), 401, "");
      range.refused("token", rooms.bearer(fits + "x"), 400, "at most 8192");
      range.refused("token of parts", rooms.bearer("a.".repeat(4000)), 401, "");
      range.refused("token of dots", rooms.bearer(".".repeat(8000)), 401, "");
      range.refused("cookie", rooms.with("Cookie", "session=" + fits), 401, "");
      range.refused("cookie", rooms.with("Cookie", "session=" + fits + "x"), 400, "8192");
      range.refused("cookies", rooms.with("Cookie", "a=b;".repeat(4000)), 401, "shows who asks");
      String name = Base64.getEncoder().encodeToString(("x".repeat(6000) + ":y").getBytes(UTF_8));
      range.refused("name", rooms.with("Authorization", "Basic " + name), 401, "");
      String pass = Base64.getEncoder().encodeToString(("ada:" + "x".repeat(6000)).getBytes(UTF_8));
      range.refused("password", rooms.with("Authorization", "Basic " + pass), 401, "");
      range.refused("scheme", rooms.with("Authorization", fits + " x"), 401, "");

      range.refused("parameter", get("/rooms/" + "x".repeat(257)), 400, "limits.parameter");
      range.refused(
          "parameter", Wire.post("/rooms/" + "x".repeat(5000), "x").bearer(TOKEN), 400, "");
      range.refused("path", get("/rooms/" + "x".repeat(20_000)), 414, "request line");
      range.refused("path of segments", get("/rooms" + "/a".repeat(7000)), 404, "");
      range.refused("path of dots", get("/rooms" + "/..".repeat(4000)), 404, "");
      range.refused("path of slashes", get("/rooms" + "/".repeat(12_000)), 400, "");
      range.refused("query", get("/rooms/a?x=" + "x".repeat(20_000)), 414, "request line");
      range.refused("address", get("/rooms/a?address=" + "x".repeat(9000)), 403, "not permit");
      range.refused("addresses", get("/rooms/a?" + addresses(500)), 400, "limits.addresses");
      range.softlyRefused("ticket", Wire.get("/rooms/a?ticket=" + fits), "not taken");
      range.opened("many parameters", get("/rooms/a?" + "x=y&".repeat(3000))).close();
      range.opened("many semicolons", get("/rooms/a?" + ";".repeat(9000))).close();

      range.refused("header", get("/rooms/a").with("X-A", "x".repeat(20_000)), 431, "headers");
      Wire many = get("/rooms/a");
      for (int i = 0; i < 3000; i++) {
        many = many.with("X" + i, "y");
      }
      range.refused("headers", many, 431, "headers");
      SseProbe long1 = range.opened("id", get("/rooms/a").with("Last-Event-ID", fits));
      long1.awaitEvents(1);
      long1.close();
      range.refused(
          "forwarded",
          rooms.with("X-Forwarded-For", "1,".repeat(4000)).with("Forwarded", "for=1,".repeat(1000)),
          401,
          "shows who asks");
      range.refused("origin", rooms.with("Origin", "https://" + fits).bearer("x"), 401, "");
      range.refused("host", get("/rooms/a").host("x".repeat(9000)), 421, "host: expected");
    }
  }

  private static String addresses(int count) {
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < count; i++) {
      query.append("address=").append(i).append('&');
    }
    return query.toString();
  }

  @Test
  void bodyThatIsTooLargeIsRefused(Vertx vertx) throws Exception {
    try (AttackRange range = range(vertx, "")) {
      String large = "x".repeat(1025);
      range.refused("text", post("text/plain", large), 413, "maxBody");
      range.refused("JSON", post("application/json", '"' + large + '"'), 413, "maxBody");
      range.refused("a line", post("application/x-ndjson", '"' + large + "\"\n"), 413, "maxBody");
      range.refused("an event", post("text/event-stream", "data: " + large), 413, "maxBody");
      range.refused("deep", post("application/json", "[".repeat(1024)), 400, "expected JSON");
      range.refused("a number", post("application/json", "9".repeat(1020)), 400, "expected JSON");
      for (String length : new String[] {"9223372036854775807", "1099511627776"}) {
        Wire said = post("text/plain", "").without("Content-Length").with("Content-Length", length);
        range.refused("said to be of " + length, said, 413, "maxBody");
      }
      for (String length :
          new String[] {"9223372036854775808", "-1", "+1", "1, 1", "0x1", "1 1", ""}) {
        Wire said =
            post("text/plain", "x").without("Content-Length").with("Content-Length", length);
        range.refused("said to be of " + length, said, 400, "");
      }
      range.refused(
          "two lengths", post("text/plain", "x").with("Content-Length", "2"), 400, "expected");
      Wire chunked =
          post("text/plain", "").without("Content-Length").with("Transfer-Encoding", "chunked");
      String head = new String(chunked.bytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
      SseProbe pieces = range.send((head + "200\r\n" + "x".repeat(512) + "\r\n").getBytes(UTF_8));
      pieces.send("400\r\n" + "x".repeat(1024) + "\r\n");
      range.cutOff("chunks", pieces);
      range.cutOff(
          "size of a chunk", range.send((head + "7fffffffffffffff1\r\nx").getBytes(UTF_8)));
      range.cutOff("a chunk of none", range.send((head + "-1\r\nx").getBytes(UTF_8)));
      range.cutOff(
          "extension of a chunk",
          range.send((head + "1;" + "x".repeat(40_000) + "\r\nx\r\n0\r\n\r\n").getBytes(UTF_8)));
    }
  }

  @Test
  void whoComesTooSlowlyIsCutOff(Vertx vertx) throws Exception {
    try (AttackRange range = range(vertx, "'requestTimeout':'300ms','stalled':'300ms'")) {
      byte[] head = get("/rooms/a").bytes();
      SseProbe slow = range.send(new byte[0]);
      for (int i = 0; i < head.length - 1; i++) {
        slow.send(new byte[] {head[i]});
      }
      range.cutOff("a head that has no end", slow);
      range.cutOff("a head that drips in", drip(range, get("/rooms/a")));
      Wire ticket = Wire.post("/rooms/a/ticket", "").bearer(TOKEN);
      range.cutOff("a request for a ticket that drips in", drip(range, ticket));
      range.cutOff("half of a line", range.send("GET /rooms".getBytes(UTF_8)));
      range.cutOff("nothing at all", range.send(new byte[0]));
      range.cutOff("empty lines", range.send("\r\n\r\n\r\n".getBytes(UTF_8)));

      for (String type : new String[] {"text/plain", "application/x-ndjson", "text/event-stream"}) {
        Wire post = post(type, "").without("Content-Length").with("Content-Length", "100");
        SseProbe body = range.send(post.bytes()).send("\"a");
        if (body.status() != 408) {
          throw new AssertionError("expected 408, got " + body);
        }
        range.cutOff("a body of " + type + " without an end", body);
      }
      Wire endless = Wire.post("/rooms/a/ticket", "").bearer(TOKEN).without("Content-Length");
      range.cutOff(
          "a request for a ticket that has no end",
          range.send(endless.with("Content-Length", "100").bytes()).send("x"));
    }
  }

  /** A byte now and then, so that never for long nothing comes, and never the end of it. */
  private static SseProbe drip(AttackRange range, Wire request) {
    byte[] head = request.bytes();
    SseProbe slow = range.send(new byte[0]);
    int sent = 0;
    Deadline deadline = Deadline.start();
    while (!slow.isDisconnected() && !deadline.isOver()) {
      if (sent < head.length - 1) {
        slow.send(new byte[] {head[sent++]});
      }
      LockSupport.parkNanos(20_000_000);
    }
    return slow;
  }

  @Test
  void whoReadsNothingHoldsNobodyUp(Vertx vertx) throws Exception {
    try (AttackRange range = range(vertx, "'stalled':'300ms'")) {
      SseProbe lazy = range.opened("a reader", get("/rooms/a"));
      lazy.stopReading();
      String piece = "x".repeat(SEVERAL_MEBIBYTES);
      for (int i = 0; i < 4; i++) {
        vertx.eventBus().publish("rooms.a", piece);
      }
      range.meant("rooms.a");
      range.goesOn("a reader that reads nothing");
      range.bridge().awaitStreams(1);
      range.goesOn("its end");
    }
  }
}
