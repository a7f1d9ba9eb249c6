package dev.ssebridge.client;

import static dev.ssebridge.testing.BridgeFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.client.SourceGroup;
import dev.ssebridge.internal.client.SourceReload.Changes;
import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.config.BridgeConfig;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a reload makes of sources that commands have stopped, or may add. */
@ExtendWith(VertxExtension.class)
class StoppedSourcesTest {
  private static final String ADDRESS = "sse.sources";

  private final UnrulyOrigin origin;
  private Vertx vertx;
  private SourceGroup group;

  StoppedSourcesTest() throws IOException {
    origin = UnrulyOrigin.start();
  }

  @BeforeEach
  void deploy(Vertx shared) {
    vertx = shared;
    String deployment =
        get(
            vertx.deployVerticle(
                new SseClientVerticle(), new DeploymentOptions().setConfig(config("/a", "*"))));
    group = Objects.requireNonNull(SourceGroup.of(vertx, deployment));
    assertThat(origin.next().path()).isEqualTo("/a");
  }

  @AfterEach
  void close() throws IOException {
    origin.close();
  }

  private JsonObject config(String path, String host) {
    JsonObject sources =
        path.isEmpty()
            ? new JsonObject()
            : new JsonObject()
                .put("up", new JsonObject().put("url", origin.url(path)).put("address", "news"));
    JsonObject allow = new JsonObject().put("hosts", new JsonArray().add(host));
    return new JsonObject()
        .put("sources", sources)
        .put("control", new JsonObject().put("sources", ADDRESS).put("allow", allow));
  }

  private void reload(JsonObject config, Changes changes) {
    BridgeConfig next = BridgeConfig.read(config);
    assertThat(group.problems(next, changes)).isEmpty();
    assertThat(get(group.reload(next, changes))).isEmpty();
  }

  private static Changes changed() {
    return new Changes(Set.of(), Set.of("up"), Set.of());
  }

  private Future<JsonObject> command(String command) {
    return command(new JsonObject().put("command", command).put("name", "up"));
  }

  private Future<JsonObject> command(JsonObject command) {
    return vertx.eventBus().<JsonObject>request(ADDRESS, command).map(reply -> reply.body());
  }

  private JsonObject state() {
    return SourceGroup.states(vertx);
  }

  @Test
  void whatACommandHasStoppedIsNotFollowedAgainByAReloadButWhenItIsStarted() {
    get(command("stop"));
    reload(config("/b", "*"), changed());
    assertThat(state().fieldNames()).isEmpty();
    assertThat(origin.poll(0)).isNull();

    get(command("start"));
    assertThat(origin.next().path()).as("as the configuration says now").isEqualTo("/b");
    assertThat(state().fieldNames()).containsExactly("up");
    reload(config("/c", "*"), changed());
    assertThat(origin.next().path()).isEqualTo("/c");
  }

  @Test
  void whatWasOutOfTheConfigurationInBetweenIsFollowedAgain() {
    get(command("stop"));
    reload(config("", "*"), new Changes(Set.of("up"), Set.of(), Set.of()));
    reload(config("/b", "*"), new Changes(Set.of(), Set.of(), Set.of("up")));
    assertThat(origin.next().path()).isEqualTo("/b");
  }

  @Test
  void onlyWhatIsStoppedAndOfTheConfigurationCanBeStarted() {
    assertThatThrownBy(() -> get(command("start")))
        .hasStackTraceContaining("there is one of this name already");
    assertThatThrownBy(
            () -> get(command(new JsonObject().put("command", "start").put("name", "x"))))
        .hasStackTraceContaining("expected one of the configuration");
    assertThatThrownBy(() -> get(command("begin")))
        .hasStackTraceContaining("expected \"add\", \"stop\", \"start\" or \"list\"");
  }

  @Test
  void whatMayBeAddedFollowsAReloadAndWhatWasAddedGoesOn() {
    JsonObject one = new JsonObject().put("url", origin.url("/one")).put("address", "one");
    JsonObject add = new JsonObject().put("command", "add").put("name", "one").put("source", one);
    get(command(add));
    assertThat(origin.next().path()).isEqualTo("/one");

    reload(config("/a", "events.example"), new Changes(Set.of(), Set.of(), Set.of()));
    assertThatThrownBy(() -> get(command(add.copy().put("name", "two"))))
        .hasStackTraceContaining("/url: expected a host that control.allow.hosts names");
    assertThat(state().fieldNames()).containsExactlyInAnyOrder("one", "up");

    reload(config("/a", "127.0.0.1"), new Changes(Set.of(), Set.of(), Set.of()));
    get(command(add.copy().put("name", "two")));
    assertThat(origin.next().path()).isEqualTo("/one");
  }
}
