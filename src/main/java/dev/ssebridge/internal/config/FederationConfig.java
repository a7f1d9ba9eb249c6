package dev.ssebridge.internal.config;

import org.jspecify.annotations.Nullable;

/**
 * How bridges that follow each other keep their events from going in circles.
 *
 * @param name the name of this bridge, or null for one that is made up at every start
 * @param maxHops over how many bridges an event may have come
 */
public record FederationConfig(@Nullable String name, int maxHops) {

  static FederationConfig read(ConfigObject in) {
    FederationConfig config =
        new FederationConfig(
            in.optional("name", ValueType.parsed(FederationConfig::parseName)),
            in.get("maxHops", ValueType.integer(1, 1000), 8));
    in.end();
    return config;
  }

  private static String parseName(String text) {
    if (!text.matches("[A-Za-z0-9_.-]{1,64}")) {
      throw UnfitValueException.expected("a name of 1..64 of A-Z a-z 0-9 _ . -", text);
    }
    return text;
  }
}
