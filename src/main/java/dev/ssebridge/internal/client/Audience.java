package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.AddressTemplate;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The addresses that a source feeds, for what concerns all of them. Where its template has
 * parameters these are the newest that an event went to, those that routes of the bridge have for
 * sure, and those that routes have at present, because somebody reads them. Only on the context.
 */
final class Audience {
  /** So many addresses of a template are remembered. */
  static final int MOST = 1000;

  private final AddressTemplate template;
  private final Supplier<Set<String>> consumed;
  private final boolean isFixed;
  private final Set<String> known;
  private final Set<String> fed = new LinkedHashSet<>();

  /**
   * @param consumed the addresses that routes have at present
   */
  Audience(
      AddressTemplate template,
      String source,
      SourceSurroundings surroundings,
      Supplier<Set<String>> consumed) {
    this.template = template;
    this.consumed = consumed;
    isFixed = Set.of("source").containsAll(template.parameters());
    known =
        isFixed
            ? Set.of(template.resolve(Map.of("source", source)))
            : surroundings.fixedAddresses(template);
  }

  /** An event went there. */
  void fed(String address) {
    if (isFixed) {
      return;
    }
    fed.remove(address);
    fed.add(address);
    if (fed.size() > MOST) {
      var eldest = fed.iterator();
      eldest.next();
      eldest.remove();
    }
  }

  /** All of them. */
  Set<String> addresses() {
    Set<String> all = new LinkedHashSet<>(known);
    if (!isFixed) {
      consumed.get().stream()
          .filter(address -> template.match(address) != null)
          .limit(MOST)
          .forEach(all::add);
    }
    all.addAll(fed);
    return all;
  }
}
