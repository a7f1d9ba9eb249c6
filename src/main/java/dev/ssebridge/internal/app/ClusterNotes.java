package dev.ssebridge.internal.app;

import dev.ssebridge.ResetMode;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.StoreConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a cluster does not do by itself, said where it starts. */
final class ClusterNotes {
  private static final int MOST_NAMES = 20;

  private ClusterNotes() {}

  /** Sentences for the log; none where there is nothing to say. */
  static List<String> of(BridgeConfig config) {
    if (config.cluster() == null) {
      return List.of();
    }
    Map<ResetMode, List<String>> own = new TreeMap<>();
    config
        .routes()
        .forEach(
            (name, route) -> {
              StoreConfig store = config.stores().get(route.history().store());
              if (!(store instanceof StoreConfig.Redis) && !route.gone()) {
                own.computeIfAbsent(route.onReset(), mode -> new ArrayList<>()).add(name);
              }
            });
    List<String> notes = new ArrayList<>();
    own.forEach(
        (mode, names) ->
            notes.add(
                "each node has its own history of "
                    + String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)))
                    + (names.size() > MOST_NAMES
                        ? " and " + (names.size() - MOST_NAMES) + " more"
                        : "")
                    + ": a client that comes back to another node is told a gap (reason epoch) and"
                    + (mode == ResetMode.RETAINED
                        ? " gets all that is kept there, some of it for the second time"
                        : " gets what comes from then on, not what it missed")
                    + " (\"onReset\": \""
                    + (mode == ResetMode.RETAINED ? "retained" : "newest")
                    + "\"); a store of type redis lets any node resume"));
    return notes;
  }
}
