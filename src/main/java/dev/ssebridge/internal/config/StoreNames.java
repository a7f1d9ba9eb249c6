package dev.ssebridge.internal.config;

import dev.ssebridge.internal.text.Suggestion;
import dev.ssebridge.internal.text.UnfitValueException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What stores are called, where they are, and who calls them so. */
final class StoreNames {
  private StoreNames() {}

  /**
   * Notes the routes and sources whose store is not there, or is none that nodes share where it has
   * to be one.
   *
   * @param brought names of those that an application brings
   */
  static void check(BridgeConfig config, Set<String> brought, Problems problems) {
    Set<String> known = new LinkedHashSet<>();
    known.add(StoreConfig.MEMORY);
    known.addAll(config.stores().keySet());
    known.addAll(brought);
    config
        .routes()
        .forEach(
            (name, route) -> {
              String store = route.history().store();
              if (!known.contains(store)) {
                problems.add(
                    ConfigObject.pointer("routes", name) + "/history/store", refusal(store, known));
              } else if (route.history().isLeased()) {
                requireLeases(
                    config,
                    ConfigObject.pointer("routes", name) + "/history/record",
                    store,
                    problems);
              }
            });
    requireNoCopies(config, problems);
    config
        .sources()
        .forEach(
            (name, source) -> {
              String store = source.singleBy();
              String at = ConfigObject.pointer("sources", name) + "/singleBy";
              if (store != null && !known.contains(store)) {
                problems.add(at, refusal(store, known));
              } else if (store != null) {
                requireLeases(config, at, store, problems);
              }
            });
  }

  /** Notes what nodes of a cluster agree about where there is none. */
  static void requireCluster(BridgeConfig config, Problems problems) {
    if (config.cluster() != null) {
      return;
    }
    config
        .sources()
        .forEach(
            (name, source) -> {
              if (source.single() && source.singleBy() == null) {
                problems.add(
                    ConfigObject.pointer("sources", name) + "/single",
                    "has no effect here, expected \"cluster\" in the configuration, whose"
                        + " nodes agree who follows it, or \"singleBy\" beside it, a store in which"
                        + " they do; or leave it out");
              }
            });
    config
        .routes()
        .forEach(
            (name, route) -> {
              if (route.history().isLeased()) {
                problems.add(
                    ConfigObject.pointer("routes", name) + "/history/record",
                    "has no effect here, expected \"cluster\" in the configuration, on whose event"
                        + " bus one node records for all; or leave it out");
              }
            });
  }

  private static void requireLeases(
      BridgeConfig config, String at, String store, Problems problems) {
    if (store.equals(StoreConfig.MEMORY)
        || config.stores().get(store) instanceof StoreConfig.File) {
      problems.add(
          at,
          "expected a store that nodes share, such as one of type \"redis\", got "
              + UnfitValueException.show(store)
              + ", which each node has for itself");
    }
  }

  /**
   * Each node follows for its own subscribers, so a history that all nodes share would have each
   * event as often as there are nodes that follow.
   */
  private static void requireNoCopies(BridgeConfig config, Problems problems) {
    config
        .sources()
        .forEach(
            (name, source) -> {
              if (source.streams() != null) {
                config.routes().entrySet().stream()
                    .filter(
                        route ->
                            config.stores().get(route.getValue().history().store())
                                instanceof StoreConfig.Redis)
                    .filter(
                        route ->
                            route.getValue().addresses().stream()
                                .anyMatch(
                                    address ->
                                        address.mayMeet(source.address(), Map.of("source", name))))
                    .forEach(
                        route ->
                            problems.add(
                                ConfigObject.pointer("sources", name) + "/url",
                                "expected no parameters for "
                                    + ConfigObject.pointer("routes", route.getKey())
                                    + ", whose history is in \""
                                    + route.getValue().history().store()
                                    + "\", where all nodes put what each of them follows: each"
                                    + " event would be there several times; keep that history in"
                                    + " memory or in a file"));
              }
            });
  }

  private static String refusal(String store, Set<String> known) {
    return "expected a store that there is ("
        + String.join(", ", known)
        + "), got "
        + UnfitValueException.show(store)
        + Suggestion.nearest(store, known)
            .map(meant -> "; did you mean \"" + meant + "\"?")
            .orElse("; add it to \"stores\", after whose change the program is restarted");
  }

  /** Notes journals in one directory, as each writes files of the same names. */
  static void requireDirectories(Map<String, StoreConfig> stores, Problems problems) {
    Map<Path, String> owners = new HashMap<>();
    stores.forEach(
        (name, store) -> {
          if (store instanceof StoreConfig.File file && !file.directory().isEmpty()) {
            String place = ConfigObject.pointer("stores", name) + "/directory";
            Path real = Path.of(file.directory()).toAbsolutePath().normalize();
            String first = owners.putIfAbsent(real, place);
            if (first != null) {
              problems.add(place, "expected a directory of its own, got the one of " + first);
            }
          }
        });
  }
}
