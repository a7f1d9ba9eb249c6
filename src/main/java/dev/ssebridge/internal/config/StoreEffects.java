package dev.ssebridge.internal.config;

import dev.ssebridge.StoreOptions;
import dev.ssebridge.StoreOptions.Mode;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Notes keys of a store that are set and have no effect, as it is of the other type, say. */
final class StoreEffects {
  private static final Set<String> OF_A_FILE = Set.of("directory", "fsync", "segment", "disk");
  private static final List<String> OF_SENTINELS =
      List.of("master", "sentinelUser", "sentinelPassword");
  private static final Set<String> OF_BOTH = Set.of("type", "outage", "notice");

  private StoreEffects() {}

  static void require(StoreOptions.Type type, StoreOptions options, Place at) {
    Set<String> set = new LinkedHashSet<>(options.toJson().fieldNames());
    for (String key : set) {
      if (!OF_BOTH.contains(key) && OF_A_FILE.contains(key) != (type == StoreOptions.Type.FILE)) {
        at.problem(
            key,
            "has no effect here, expected a store of type \""
                + (type == StoreOptions.Type.FILE ? "redis" : "file")
                + "\"; or leave it out");
      }
    }
    if (type == StoreOptions.Type.REDIS) {
      requireOfRedis(set, options, at);
    }
  }

  /** Whether any key is set that only one of Redis has. */
  static boolean hasAnyOfRedis(StoreOptions options) {
    return options.toJson().fieldNames().stream()
        .anyMatch(key -> !OF_A_FILE.contains(key) && !OF_BOTH.contains(key));
  }

  private static void requireOfRedis(Set<String> set, StoreOptions options, Place at) {
    boolean isTls = options.getUrls().stream().map(URI::create).anyMatch(StoreConfig::isTls);
    String tls = "a URL in \"urls\" with \"rediss\", since \"redis\" knows no certificates";
    requireEffect(isTls || !set.contains("ca"), at, "ca", tls);
    requireEffect(isTls || !set.contains("trustAll"), at, "trustAll", tls);
    requireEffect(
        !options.isTrustAll() || options.getCa() == null,
        at,
        "ca",
        "\"trustAll\": false beside it, since otherwise any certificate is taken");
    for (String key : OF_SENTINELS) {
      requireEffect(
          options.getMode() == Mode.SENTINEL || !set.contains(key),
          at,
          key,
          "\"mode\": \"sentinel\" beside it");
    }
    requireEffect(
        options.getPassword() != null || !set.contains("user"),
        at,
        "user",
        "\"password\" beside it");
    requireEffect(
        options.getSentinelPassword() != null || !set.contains("sentinelUser"),
        at,
        "sentinelUser",
        "\"sentinelPassword\" beside it");
  }

  private static void requireEffect(boolean isFine, Place at, String key, String beside) {
    if (!isFine) {
      at.problem(key, "has no effect here, expected " + beside + "; or leave it out");
    }
  }
}
