package dev.ssebridge.internal.config;

import dev.ssebridge.internal.address.AddressTemplate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The addresses of all routes. */
final class ServedAddresses {
  private static final int MOST_COMPARED = 1000;

  private final List<AddressTemplate> all;
  private final Set<String> texts = new HashSet<>();
  private int compared;

  ServedAddresses(List<AddressTemplate> all) {
    this.all = all;
    all.forEach(address -> texts.add(address.toString()));
  }

  /** Mostly a route has the very same address; with very many that have not, it is not known. */
  boolean mayServe(AddressTemplate address, Map<String, String> known) {
    return texts.contains(address.toString())
        || ++compared > MOST_COMPARED
        || all.stream().anyMatch(each -> each.mayMeet(address, known));
  }
}
