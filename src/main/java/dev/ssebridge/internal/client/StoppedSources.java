package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Future;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sources of the configuration that a command has stopped: they stay so, whatever a reload makes of
 * them, until they are started, or were out of the configuration in between. Thread-safe.
 */
final class StoppedSources {
  private final SourceSet sources;
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  private volatile BridgeConfig config;

  StoppedSources(SourceSet sources, BridgeConfig config) {
    this.sources = sources;
    this.config = config;
  }

  /** This is the configuration from now on. */
  void configure(BridgeConfig next) {
    config = next;
    names.retainAll(next.sources().keySet());
  }

  Set<String> names() {
    return Set.copyOf(names);
  }

  boolean contains(String name) {
    return names.contains(name);
  }

  /** Stops following a source, of the configuration or not. */
  Future<Void> stop(String name) {
    if (sources.names().containsKey(name) && config.sources().containsKey(name)) {
      names.add(name);
    }
    return sources.stop(name);
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
        .add(name, source, sources.leastLoaded())
        .onSuccess(followed -> names.remove(name));
  }
}
