package dev.ssebridge.internal.config;

import dev.ssebridge.FederationOptions;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How bridges that follow each other keep their events from going in circles.
 *
 * @param name the name of this bridge, or null for one that is made up at every start
 * @param maxHops over how many bridges an event may have come
 * @param window how many events are remembered, to drop those that come again another way
 */
public record FederationConfig(@Nullable String name, int maxHops, int window) {

  static FederationConfig of(FederationOptions options) {
    return new FederationConfig(options.getName(), options.getMaxHops(), options.getWindow());
  }

  /** The name of this bridge; where none is configured, all of this Vert.x share a made-up one. */
  public String nameIn(Vertx vertx) {
    if (name != null) {
      return name;
    }
    LocalMap<String, String> names = vertx.sharedData().getLocalMap("dev.ssebridge.name");
    return names.computeIfAbsent("name", key -> madeUp());
  }

  /** Short, since it goes out with every event that came from a source. */
  private static String madeUp() {
    return "b" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 48), 36);
  }

  /** A name as it may be. */
  public static String parseName(String text) {
    if (!text.matches("[A-Za-z0-9_.-]{1,64}")) {
      throw UnfitValueException.expected("a name of 1..64 of A-Z a-z 0-9 _ . -", text);
    }
    return text;
  }
}
