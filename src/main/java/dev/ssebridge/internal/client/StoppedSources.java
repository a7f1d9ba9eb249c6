package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sources of the configuration that a command has stopped. A reload does not start them, even if it
 * changes them. They start by a command, or when they come back into the configuration after they
 * were out of it. Thread-safe.
 */
final class StoppedSources {
  private final SourceSet sources;
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  /** How far those that were stopped had come, where they had. */
  private final Map<String, String> positions = new ConcurrentHashMap<>();

  private volatile BridgeConfig config;

  StoppedSources(SourceSet sources, BridgeConfig config) {
    this.sources = sources;
    this.config = config;
  }

  /** This is the configuration from now on. */
  void configure(BridgeConfig next) {
    config
        .sources()
        .forEach(
            (name, before) -> {
              SourceConfig now = next.sources().get(name);
              if (now == null || !SourceReload.isSamePlace(before, now)) {
                positions.remove(name); // it means nothing there
              }
            });
    config = next;
    names.retainAll(next.sources().keySet());
  }

  Set<String> names() {
    return Set.copyOf(names);
  }

  boolean contains(String name) {
    return names.contains(name);
  }

  /** Whether it is one of the configuration, which can be followed again. */
  boolean canStart(String name) {
    return config.sources().containsKey(name);
  }

  /** Stops following a source that can be followed again, and keeps its position. */
  Future<Void> stop(String name) {
    if (sources.names().containsKey(name) && canStart(name)) {
      names.add(name);
    }
    return sources
        .pause(name)
        .map(
            position -> {
              if (position != null) {
                positions.put(name, position);
              }
              return null;
            });
  }

  /** How far a source had come that was stopped; null for what was kept elsewhere, or nothing. */
  @Nullable String positionOf(String name) {
    return positions.get(name);
  }

  /** It is followed again, or will never be. */
  void forget(String name) {
    positions.remove(name);
  }

  /** Follows one of the configuration again, as that says now. */
  Future<Void> start(String name) {
    SourceConfig source = config.sources().get(name);
    if (source == null) {
      return SourceSet.refused(
          404,
          "source "
              + PrintableText.of(name)
              + ": expected one of the configuration; others are added again");
    }
    return sources
        .add(name, source, sources.leastLoaded(), positionOf(name), SourceSetup.Reach.ANYWHERE)
        .onSuccess(
            followed -> {
              names.remove(name);
              forget(name);
            });
  }
}
