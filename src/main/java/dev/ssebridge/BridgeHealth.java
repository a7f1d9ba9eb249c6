package dev.ssebridge;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a bridge is, as {@link SseBridge#health()} finds it: what an orchestrator asks before it
 * restarts a process ({@link #isLive}) or sends it requests ({@link #isReady}). Immutable.
 */
@DataObject
public final class BridgeHealth {
  /** The event loops: each that the bridge works on has answered. */
  public static final String LOOPS = "loops";

  /** The routes: mounted, and no message is missed on any; not draining. */
  public static final String ROUTES = "routes";

  /** The sources: each has a stream, or has had one within its {@code tolerance}. */
  public static final String SOURCES = "sources";

  /**
   * The stores of history: each takes events. It does not count for {@link #isReady}: where all
   * nodes have one store, they would get no more requests all at once.
   */
  public static final String STORES = "stores";

  /** The cluster, of a program that is a node of one: it is still. */
  public static final String CLUSTER = "cluster";

  private final List<Part> parts;

  private BridgeHealth(List<Part> parts) {
    this.parts = parts;
  }

  /** One that was put together of these. */
  public static BridgeHealth of(List<Part> parts) {
    return new BridgeHealth(List.copyOf(Objects.requireNonNull(parts, "parts")));
  }

  /**
   * One of the things that are looked at.
   *
   * @param name one of the constants of this class
   * @param isUp whether it is as it should be
   * @param reason what is wrong with it; null where nothing is
   */
  public record Part(String name, boolean isUp, @Nullable String reason) {
    /** One of these. */
    public Part {
      Objects.requireNonNull(name, "name");
    }

    /** One that is as it should be. */
    public static Part up(String name) {
      return new Part(name, true, null);
    }

    /** One that is not. */
    public static Part down(String name, String reason) {
      return new Part(name, false, Objects.requireNonNull(reason, "reason"));
    }
  }

  /** Whether it works at all; if not, only a new start helps. */
  public boolean isLive() {
    return parts.stream().allMatch(part -> part.isUp() || !part.name().equals(LOOPS));
  }

  /** Whether it should get requests. */
  public boolean isReady() {
    return parts.stream().allMatch(part -> part.isUp() || part.name().equals(STORES));
  }

  /** All that was looked at. */
  public List<Part> parts() {
    return parts;
  }

  /** {@code {"live": true, "ready": false, "parts": [{"name": .., "up": .., "reason": ..}]}}. */
  public JsonObject toJson() {
    JsonArray all = new JsonArray();
    for (Part part : parts) {
      JsonObject json = new JsonObject().put("name", part.name()).put("up", part.isUp());
      all.add(part.reason() == null ? json : json.put("reason", part.reason()));
    }
    return new JsonObject().put("live", isLive()).put("ready", isReady()).put("parts", all);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}
