package dev.ssebridge.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.door.ListeningBridge;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.HttpCalls;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What was revoked stays so, whatever is configured meanwhile. */
@ExtendWith(VertxExtension.class)
class KeptRevocationsTest {
  private static BridgeConfig config(String auth) {
    return BridgeConfig.read(
        BridgeFixture.json(
            "{'http':{'port':0,'drain':0},'auth':"
                + auth
                + ",'routes':{'x':{'path':'/x','address':'x'}}}"));
  }

  @Test
  void revocationOutlivesATimeWithoutAuth(Vertx vertx) {
    BridgeConfig asking =
        config(
            "{'revocations':'gone','tokens':{'ada':{'token':'ada-ada-ada-ada-ada',"
                + "'subscribe':['x']}}}");
    ListeningBridge bridge = ListeningBridge.of(vertx, asking);
    BridgeFixture.get(bridge.listen());
    try {
      HttpCalls calls = new HttpCalls(bridge.actualPort());
      String[] shown = {"authorization", "Bearer ada-ada-ada-ada-ada"};
      assertThat(calls.get("/x", shown).statusCode()).isEqualTo(200);
      BridgeFixture.get(vertx.eventBus().request("gone", new JsonObject().put("subject", "ada")));
      assertThat(calls.get("/x", shown).statusCode()).isEqualTo(401);
      BridgeFixture.get(ListeningBridge.reload(List.of(bridge), config("'none'"), Map.of()));
      assertThat(calls.get("/x").statusCode()).isEqualTo(200);
      BridgeFixture.get(ListeningBridge.reload(List.of(bridge), asking, Map.of()));
      assertThat(calls.get("/x", shown).statusCode()).isEqualTo(401);
    } finally {
      BridgeFixture.get(bridge.close());
    }
  }
}
