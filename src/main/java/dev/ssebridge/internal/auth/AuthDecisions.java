package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.metrics.Tallies;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** What was decided about those who had to show who they are. Any thread. */
public final class AuthDecisions {
  /** What they asked for. */
  public enum Wish {
    SUBSCRIBE,
    PUBLISH,
    TICKET,
    ADMIN;

    /** As it stands in metrics. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String PERMITTED = "permitted";

  private final Map<Wish, Tallies<String>> results =
      Map.of(
          Wish.SUBSCRIBE, new Tallies<>(),
          Wish.PUBLISH, new Tallies<>(),
          Wish.TICKET, new Tallies<>(),
          Wish.ADMIN, new Tallies<>());

  /** Somebody may. */
  public void permitted(Wish wish) {
    of(wish).add(PERMITTED);
  }

  /** Somebody may not. */
  public void refused(Wish wish, AuthFailure failure) {
    of(wish).add(failure.kind().name().toLowerCase(Locale.ROOT));
  }

  /** How often what was the result: {@code permitted}, or why not. */
  public SortedMap<String, Long> all(Wish wish) {
    return of(wish).all();
  }

  private Tallies<String> of(Wish wish) {
    Tallies<String> tallies = results.get(wish);
    if (tallies == null) {
      throw new IllegalStateException("nothing counted for " + wish);
    }
    return tallies;
  }
}
