package dev.ssebridge.internal.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.ssebridge.SseBridge;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.testing.AccessLines;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What changes around a bridge that runs, and what it is told from outside. */
@ExtendWith(VertxExtension.class)
class RunningBridgeTest {
  @TempDir Path directory;

  private static String line(String name, String password) {
    return name
        + ":"
        + BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(4, password.toCharArray())
        + "\n";
  }

  private static String basic(String name, String password) {
    return "Authorization: Basic "
        + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8));
  }

  private void replace(String text) throws Exception {
    Path next = Files.writeString(directory.resolve("next"), text);
    Files.move(
        next,
        directory.resolve("users"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void aFileOfPasswordsIsReplacedWhileTheBridgeRuns(Vertx vertx) throws Exception {
    replace(line("ann", "one") + line("ben", "two"));
    String config =
        "{'limits':{'authFailures':'none'},"
            + "'routes':{'n':{'path':'/n','address':'n'}},'auth':{'basic':{'people':{'file':'"
            + directory.resolve("users")
            + "','authorities':['staff']}},"
            + "'subscribe':{'all':{'address':'n','requiredAuthority':'staff'}}}}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe ben = bridge.open("/n", basic("ben", "two"));
      assertThat(bridge.get("/n", basic("ann", "one")).status()).isEqualTo(200);

      replace(line("ann", "other") + line("ben", "two") + line("cat", "three"));

      Deadline.await(
          () -> bridge.get("/n", basic("cat", "three")).status() == 200, () -> "who is new");
      assertThat(bridge.get("/n", basic("ann", "one")).status()).isEqualTo(401);
      assertThat(bridge.get("/n", basic("ann", "other")).status()).isEqualTo(200);
      bridge.publish("n", "still");
      ben.awaitData("still");
    }
  }

  @Test
  void aTokenComesFromAVariable(Vertx vertx) {
    var options =
        BridgeConfig.readOptions(
            BridgeFixture.json(
                "{'routes':{'n':{'path':'/n','address':'n'}},"
                    + "'auth':{'tokens':{'t':{'token':'${TOKEN}','subscribe':['n']}}}}"),
            name -> name.equals("TOKEN") ? "of-a-variable-1234" : null);
    SseBridge bridge = SseBridge.create(vertx, options);
    Router router = Router.router(vertx);
    BridgeFixture.get(bridge.mount(router));
    int port =
        BridgeFixture.get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
            .actualPort();
    try (SseProbes probes = new SseProbes()) {
      assertThat(probes.get(port, "/n", "Authorization: Bearer of-a-variable-1234").status())
          .isEqualTo(200);
      assertThat(probes.get(port, "/n", "Authorization: Bearer ${TOKEN}").status()).isEqualTo(401);
    } finally {
      BridgeFixture.get(bridge.close());
    }
  }

  @Test
  void theAccessLogTellsWhatTrustedProxiesTellAndNobodyElse(Vertx vertx) {
    String config =
        "{'http':{%s},'log':{'access':true},'routes':{'n':{'path':'/n','address':'n'}}}";
    try (AccessLines lines = new AccessLines();
        BridgeFixture trusting =
            BridgeFixture.deploy(
                vertx, config.formatted("'trustedProxies':['127.0.0.1','192.0.2.0/24']"))) {
      trusting.open("/n", "X-Forwarded-For: 203.0.113.9, 198.51.100.7, 192.0.2.1").close();
      assertThat(lines.awaitLine(1)).containsEntry("remote", "198.51.100.7");
    }
    try (AccessLines lines = new AccessLines();
        BridgeFixture other = BridgeFixture.deploy(vertx, config.formatted("'drain':0"))) {
      other.open("/n", "X-Forwarded-For: 203.0.113.9").close();
      assertThat(lines.awaitLine(1)).containsEntry("remote", "127.0.0.1");
    }
  }
}
