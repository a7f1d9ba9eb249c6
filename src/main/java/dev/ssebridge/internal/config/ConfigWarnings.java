package dev.ssebridge.internal.config;

import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.address.PathTemplate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a configuration says that is no mistake by itself, but is seldom what was meant. Each with
 * its place as a JSON pointer.
 */
public final class ConfigWarnings {
  private static final int MOST_COMPARED = 1000;

  private final List<String> warnings = new ArrayList<>();

  private ConfigWarnings() {}

  /** All of them. */
  public static List<String> of(BridgeConfig config) {
    List<String> all = new ArrayList<>();
    if (config.sources().isEmpty() || !config.routes().isEmpty()) {
      all.addAll(ofServed(config));
    }
    all.addAll(ofSources(config));
    return all;
  }

  /** Those of what is served: of routes and of paths to publish to. */
  public static List<String> ofServed(BridgeConfig config) {
    ConfigWarnings found = new ConfigWarnings();
    if (config.routes().isEmpty() && config.publish().isEmpty()) {
      found.warnings.add("/routes: there are none, and no paths to publish to; nothing is served");
    }
    config.routes().forEach(found::check);
    config.publish().forEach(found::check);
    Map<String, PathTemplate> paths = new LinkedHashMap<>();
    config.routes().forEach((name, route) -> paths.put(name, route.path()));
    found.requireReached("/routes/", paths);
    paths.clear();
    config.publish().forEach((name, publish) -> paths.put(name, publish.path()));
    found.requireReached("/publish/", paths);
    return List.copyOf(found.warnings);
  }

  /** Those of the sources. */
  public static List<String> ofSources(BridgeConfig config) {
    ConfigWarnings found = new ConfigWarnings();
    config
        .sources()
        .forEach(
            (name, source) ->
                found.requireNoWildcard("/sources/" + name + "/address", source.address()));
    return List.copyOf(found.warnings);
  }

  private void check(String name, RouteConfig route) {
    String place = "/routes/" + name;
    Set<String> used = new HashSet<>();
    for (AddressTemplate address : route.addresses()) {
      requireNoWildcard(place + "/address", address);
      used.addAll(address.parameters());
    }
    requireUsed(place, route.path(), used);
  }

  private void check(String name, PublishConfig publish) {
    String place = "/publish/" + name;
    requireNoWildcard(place + "/address", publish.address());
    requireUsed(place, publish.path(), Set.copyOf(publish.address().parameters()));
  }

  private void requireNoWildcard(String place, AddressTemplate address) {
    if (address.hasStarAsText()) {
      warnings.add(
          place
              + ": the * in \""
              + address
              + "\" stands for itself, the event bus knows no wildcards");
    }
  }

  private void requireUsed(String place, PathTemplate path, Set<String> used) {
    for (String parameter : path.parameters()) {
      if (!used.contains(parameter)) {
        warnings.add(
            place
                + "/path: the parameter :"
                + parameter
                + " of \""
                + path
                + "\" is in no address, so all its values lead to the same one");
      }
    }
  }

  /** Of two paths that both match a request, the first in the configuration is taken. */
  private void requireReached(String block, Map<String, PathTemplate> paths) {
    List<Map.Entry<String, PathTemplate>> before = new ArrayList<>();
    for (Map.Entry<String, PathTemplate> path : paths.entrySet()) {
      for (Map.Entry<String, PathTemplate> other : before) {
        if (other.getValue().covers(path.getValue())) {
          warnings.add(
              block
                  + path.getKey()
                  + "/path: no request reaches \""
                  + path.getValue()
                  + "\", as \""
                  + other.getValue()
                  + "\" of "
                  + block
                  + other.getKey()
                  + " stands before it and matches as well; put it first");
          break;
        }
      }
      // With very many routes it is not worth the time that the start would take.
      if (before.size() < MOST_COMPARED) {
        before.add(path);
      }
    }
  }
}
