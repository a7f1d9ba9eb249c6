package dev.ssebridge.internal.admin;

import dev.ssebridge.BridgeHealth;
import dev.ssebridge.internal.bridge.BridgeRoutes;
import dev.ssebridge.internal.config.AdminConfig;
import dev.ssebridge.internal.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What the admin interface tells of, and commands. Any thread. */
public interface Administered {

  /** Who may use it. */
  AdminConfig admin();

  /** What it is called in the configuration; null for nothing. */
  @Nullable String name();

  /** The bridge; null before it is mounted. */
  @Nullable BridgeRoutes routes();

  /** How it is; never fails. */
  Future<BridgeHealth> health();

  /** The cluster that it is a node of; null for none. */
  default @Nullable JsonObject cluster() {
    return null;
  }

  /** What it measures, as Prometheus reads it. Takes its time: not on an event loop. */
  String metrics();

  /** What is in effect, every secret hidden. */
  JsonObject config();

  /**
   * Where what is in effect was written, as text, by JSON pointer; of what is at its default, and
   * of what an application has set, nothing.
   */
  default JsonObject origins() {
    return new JsonObject();
  }

  /** Why a request is for another host than those that are served here; null where it is not. */
  @Nullable Problem problemOfHost(HttpServerRequest request);

  /**
   * Looks after the connection of a request from now on, where nobody has from its beginning: it is
   * read only while its answers are taken.
   */
  void lookAfterConnection(HttpServerRequest request);

  /** What only a program of its own can do; null elsewhere. */
  @Nullable ProgramCommands program();
}
