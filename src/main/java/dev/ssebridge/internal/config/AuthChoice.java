package dev.ssebridge.internal.config;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which providers a route or a rule takes. Immutable.
 *
 * @param names of them, any of which is enough; none for all there are
 * @param isNone whether nobody has to show who he is
 */
public record AuthChoice(List<String> names, boolean isNone) {
  /** All providers there are. */
  public static final AuthChoice ALL = new AuthChoice(List.of(), false);

  static final String NONE = "none";

  static AuthChoice of(@Nullable List<String> texts, Place at) {
    if (texts == null) {
      return ALL;
    }
    boolean isNone = texts.contains(NONE);
    if (isNone && texts.size() > 1) {
      at.problem("auth", "expected \"none\" alone, or the names of providers, got both");
    }
    return isNone ? new AuthChoice(List.of(), true) : new AuthChoice(List.copyOf(texts), false);
  }

  /** Whether it takes a provider of these. */
  public boolean takesAnyOf(Set<String> some) {
    return !isNone && (names.isEmpty() || names.stream().anyMatch(some::contains));
  }

  /** Whether it takes the provider of this name. */
  public boolean takes(String name) {
    return !isNone && (names.isEmpty() || names.contains(name));
  }
}
