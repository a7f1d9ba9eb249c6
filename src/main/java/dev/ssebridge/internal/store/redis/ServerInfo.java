package dev.ssebridge.internal.store.redis;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a server says of itself in answer to INFO. */
final class ServerInfo {
  private final Map<String, String> values = new HashMap<>();

  private ServerInfo() {}

  static ServerInfo parse(String text) {
    ServerInfo info = new ServerInfo();
    for (String line : text.split("\r?\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.charAt(0) != '#') {
        info.values.put(line.substring(0, colon), line.substring(colon + 1));
      }
    }
    return info;
  }

  private String value(String name) {
    return values.getOrDefault(name, "");
  }

  /** Changes whenever the server begins anew. */
  String runId() {
    return value("run_id");
  }

  boolean isMaster() {
    return !value("role").equals("slave");
  }

  /**
   * Whether it comes back with all that it had acknowledged: it writes a log of commands, and does
   * not say that it is a replica that took over, which may have lagged behind. Such a one says so
   * until it is started anew, has replicas of its own, or had none for an hour.
   */
  boolean losesNothingByRestart() {
    return value("aof_enabled").equals("1") && value("second_repl_offset").equals("-1");
  }

  /** Why it cannot be used; null where it can. */
  @Nullable String unusable() {
    String version = value("redis_version");
    int dot = version.indexOf('.');
    int major = 0;
    try {
      major = dot < 0 ? 0 : Integer.parseInt(version.substring(0, dot));
    } catch (NumberFormatException unknown) {
      // said below
    }
    if (major < 7) {
      return "it is Redis "
          + (version.isEmpty() ? "of an unknown version" : version)
          + "; expected 7.0 or later";
    }
    if (!value("loading").equals("0") && !value("loading").isEmpty()) {
      return "LOADING: it reads its data; wait";
    }
    return null;
  }

  /** What an operator should change; null where all is well. */
  @Nullable String warning() {
    String policy = value("maxmemory_policy");
    return policy.isEmpty() || policy.equals("noeviction")
        ? null
        : "its maxmemory-policy is "
            + policy
            + ": histories may vanish; set maxmemory-policy noeviction";
  }
}
