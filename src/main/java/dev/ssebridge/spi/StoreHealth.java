package dev.ssebridge.spi;

import org.jspecify.annotations.Nullable;

/**
 * How a store does.
 *
 * @param problem why it takes no events now, in a sentence without secrets; {@code null} where it
 *     does
 */
public record StoreHealth(@Nullable String problem) {

  /** It takes events. */
  public static final StoreHealth UP = new StoreHealth(null);

  /** Whether it takes events. */
  public boolean isUp() {
    return problem == null;
  }
}
