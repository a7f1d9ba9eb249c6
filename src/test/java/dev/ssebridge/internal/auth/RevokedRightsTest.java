package dev.ssebridge.internal.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What was revoked ends also where nobody asks again. */
@ExtendWith(VertxExtension.class)
class RevokedRightsTest {
  private static final String[] EVENT_SOURCE = {"Accept: text/event-stream"};

  private static Vertx vertx;

  @TempDir Path directory;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  private static void revoke(String subject) {
    BridgeFixture.get(vertx.eventBus().request("gone", new JsonObject().put("subject", subject)));
  }

  @Test
  void aTicketOfSomebodyWhoIsAskedAnewEachTimeIsNoWayBack() throws Exception {
    String hash = BCrypt.withDefaults().hashToString(4, "secret".toCharArray());
    Path file = Files.writeString(directory.resolve("htpasswd"), "ada:" + hash + "\n");
    String ada =
        "Authorization: Basic " + Base64.getEncoder().encodeToString("ada:secret".getBytes(UTF_8));
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'auth':{'tickets':{},'revocations':'gone','basic':{'people':{'file':'"
                + file
                + "'}},'subscribe':{'all':{}}},'routes':{'a':{'path':'/a','address':'a'}}}")) {
      SseProbe asked = bridge.request("POST", "/a/ticket", ada, "Content-Length: 0").awaitEnd();
      String ticket = new JsonObject(asked.body()).getString("ticket");
      String unused =
          new JsonObject(
                  bridge.request("POST", "/a/ticket", ada, "Content-Length: 0").awaitEnd().body())
              .getString("ticket");
      SseProbe stream = bridge.open("/a?ticket=" + ticket, EVENT_SOURCE);
      revoke("ada");
      stream.awaitEnd();
      SseProbe back =
          bridge.get(
              "/a?ticket=" + ticket, EVENT_SOURCE[0], "Last-Event-ID: " + stream.lastEventId());
      assertThat(back.awaitJson("sse.refused").getString("reason")).contains("ticket");
      assertThat(
              bridge
                  .get("/a?ticket=" + unused, EVENT_SOURCE)
                  .awaitJson("sse.refused")
                  .getString("reason"))
          .contains("ticket");
      // The file still says that he may, so he may with his password.
      bridge.open("/a", ada);
    }
  }

  @Test
  void aBodyOfManyMessagesEndsWithTheRightOfWhoSendsIt() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'auth':{'revocations':'gone','tokens':{"
                + "'ada':{'token':'ada-ada-ada-ada-ada','publish':['a']}}},"
                + "'routes':{'a':{'path':'/a','address':'a','auth':'none'}},"
                + "'publish':{'a':{'path':'/a','address':'a'}}}")) {
      SseProbe reader = bridge.open("/a");
      SseProbe body =
          bridge.request(
              "POST",
              "/a",
              "Authorization: Bearer ada-ada-ada-ada-ada",
              "Content-Type: application/x-ndjson",
              "Transfer-Encoding: chunked");
      body.sendChunk("{\"n\":1}\n");
      reader.awaitData("{\"n\":1}");
      revoke("ada");
      body.sendChunk("{\"n\":2}\n");
      assertThat(body.status()).isEqualTo(401);
      assertThat(body.header("www-authenticate")).contains("error=\"invalid_token\"");
      bridge.publish("a", "end");
      reader.awaitData("end");
      assertThat(reader.data()).containsExactly("{\"n\":1}", "end");
    }
  }
}
