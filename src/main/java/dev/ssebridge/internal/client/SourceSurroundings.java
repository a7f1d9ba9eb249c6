package dev.ssebridge.internal.client;

import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.eventstream.ReservedTypes;
import io.vertx.core.http.HttpClientOptions;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What a source has to know of the bridge it belongs to. Thread-safe.
 *
 * @param bridge the name of the bridge
 * @param maxHops over how many bridges an event may have come
 * @param seen the events of all its sources
 * @param own whether an address is one of the bridge's own, where no event may go
 * @param served what the bridge serves now
 * @param client the options of their clients that an application gives; not to be changed
 */
record SourceSurroundings(
    String bridge,
    int maxHops,
    SeenEvents seen,
    Predicate<String> own,
    Supplier<Collection<RouteConfig>> served,
    HttpClientOptions client) {
  /** Whether only the bridge itself may send events of this type to this address. */
  boolean isReserved(String type, String address) {
    if (ReservedTypes.isOwn(type)) {
      return true;
    }
    for (RouteConfig route : served.get()) {
      if (route.gapType().equals(type) && feeds(address, route.addresses())) {
        return true;
      }
    }
    return false;
  }

  /** Whether one node at a time records what goes to this address, for all. */
  boolean isLeased(String address) {
    for (RouteConfig route : served.get()) {
      if (route.history().isLeased() && feeds(address, route.addresses())) {
        return true;
      }
    }
    return false;
  }

  private static boolean feeds(String address, List<AddressTemplate> route) {
    return route.stream().anyMatch(template -> template.match(address) != null);
  }

  /** The addresses without parameters of all routes, as far as this template can produce them. */
  Set<String> fixedAddresses(AddressTemplate template) {
    Set<String> addresses = new LinkedHashSet<>();
    for (RouteConfig route : served.get()) {
      for (AddressTemplate address : route.addresses()) {
        if (address.parameters().isEmpty() && template.match(address.toString()) != null) {
          addresses.add(address.toString());
        }
      }
    }
    return addresses;
  }
}
