package dev.ssebridge.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** How a request is refused: RFC 6750, section 3; RFC 7617; RFC 9728, section 5.1; RFC 9457. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
class ChallengeTest {
  private static final String METADATA =
      "https://events.example/.well-known/oauth-protected-resource";
  private static final String WRONG = "Authorization: Bearer wrong-wrong-wrong-wrong";
  private static final String READER = "Authorization: Bearer reader-reader-reader";

  @TempDir Path directory;

  private BridgeFixture deploy(Vertx vertx, String more, String providers) {
    return BridgeFixture.deploy(
        vertx,
        "{'auth':{"
            + more
            + "'tokens':{'reader':{'token':'reader-reader-reader','subscribe':['a']}}"
            + providers
            + "},'routes':{'a':{'path':'/a','address':'a'},'b':{'path':'/b','address':'b'}},"
            + "'publish':{'a':{'path':'/a','address':'a'}}}");
  }

  /** Both to read and to publish, with a status and a challenge. */
  private static void refused(
      BridgeFixture bridge, int status, String challenge, String... headers) {
    String[] post = new String[headers.length + 1];
    System.arraycopy(headers, 0, post, 0, headers.length);
    post[headers.length] = "Content-Length: 0";
    boolean isOfRights = status == 403; // the reader may read /a, and nothing else
    refused(bridge.get(isOfRights ? "/b" : "/a", headers), status, challenge);
    refused(bridge.request("POST", "/a", post), status, challenge);
  }

  private static void refused(SseProbe probe, int status, String challenge) {
    assertThat(probe.awaitEnd().status()).as("%s", probe).isEqualTo(status);
    assertThat(probe.header("www-authenticate")).isEqualTo(challenge);
    assertThat(probe.header("content-type")).isEqualTo("application/problem+json");
    JsonObject problem = new JsonObject(probe.body());
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("detail")).isNotEmpty();
  }

  @Test
  void aRefusalSaysWhatIsTakenAndWhatWasWrong(Vertx vertx) {
    try (BridgeFixture bridge = deploy(vertx, "", "")) {
      refused(bridge, 401, "Bearer realm=\"sse\"");
      refused(bridge, 401, "Bearer realm=\"sse\", error=\"invalid_token\"", WRONG);
      refused(bridge, 403, "Bearer realm=\"sse\", error=\"insufficient_scope\"", READER);
      refused(
          bridge,
          400,
          "Bearer realm=\"sse\", error=\"invalid_request\"",
          "Authorization: reader-reader-reader");
      bridge.open("/a", READER);
    }
  }

  @Test
  void aRefusalPointsToTheMetadataThatIsConfigured(Vertx vertx) {
    String pointer = ", resource_metadata=\"" + METADATA + '"';
    try (BridgeFixture bridge =
        deploy(vertx, "'realm':'events of the shop','resourceMetadata':'" + METADATA + "',", "")) {
      String realm = "Bearer realm=\"events of the shop\"";
      refused(bridge, 401, realm + pointer);
      refused(bridge, 401, realm + ", error=\"invalid_token\"" + pointer, WRONG);
      refused(bridge, 403, realm + ", error=\"insufficient_scope\"" + pointer, READER);
    }
  }

  @Test
  void whereNamesAndPasswordsAreTakenTooBothAreNamed(Vertx vertx) throws Exception {
    Path file = Files.writeString(directory.resolve("htpasswd"), "");
    try (BridgeFixture bridge =
        deploy(vertx, "", ",'jwt':{},'basic':{'staff':{'file':'" + file + "'}}")) {
      String basic = ", Basic realm=\"sse\", charset=\"UTF-8\"";
      refused(bridge, 401, "Bearer realm=\"sse\"" + basic);
      refused(bridge, 401, "Bearer realm=\"sse\", error=\"invalid_token\"" + basic, WRONG);
      refused(bridge, 403, "Bearer realm=\"sse\", error=\"insufficient_scope\"", READER);
    }
  }
}
