package dev.ssebridge.internal.store.file;

import java.util.List;

/**
 * Brings channels of a journal that is no more together with those of one that was found in its
 * place: whatever a position was given to stays, and where it does not, the epoch ends.
 */
final class Reunion {
  private static final System.Logger LOG = System.getLogger(FileHistoryStore.class.getName());

  private final Journal found;

  Reunion(Journal found) {
    this.found = found;
  }

  void with(List<FileHistory> before) {
    for (FileHistory old : before) {
      FileHistory there = found.histories().get(old.name());
      if (there == null) {
        found.histories().adopt(old);
        LOG.log(
            System.Logger.Level.WARNING,
            "history: the events of channel "
                + old.name()
                + " have vanished; it goes on at "
                + old.head());
      } else if (!there.epoch().equals(old.epoch()) || there.head() > old.head()) {
        // Others were here meanwhile.
        found.histories().restart(there);
      } else {
        there.knownHead(old.head());
        there.settle(0);
      }
      OpenHistory open = old.open();
      FileHistory now = found.histories().get(old.name());
      if (open != null && now != null) {
        now.open(open);
        open.moveTo(now);
      }
      old.clear();
    }
  }
}
