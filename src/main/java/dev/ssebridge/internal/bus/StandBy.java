package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.log.Position;
import dev.ssebridge.spi.StoredEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node that stands by has got and was not told to be in the store: it is what is missing
 * there if the node that records dies now. A message is known by its id alone, so one without is
 * only noted: there was something, and nobody can tell whether it is in the store. On the channel's
 * writer.
 */
final class StandBy {
  /**
   * What came longer ago than this number of lease durations has been recorded by another node that
   * has the lease, or never will be.
   */
  private static final int LEASES = 3;

  /** How many ids are remembered that were told before their message has come. */
  private static final int MOST_EARLY = 16_384;

  private static final long NEVER = Long.MIN_VALUE / 2;

  /** By the id of their message, in the order in which they came. */
  private final Map<String, Kept> kept = new LinkedHashMap<>();

  /** What was told whose message has not come yet. */
  private final Map<String, Early> early = new LinkedHashMap<>();

  private final MessageIds recent = new MessageIds();

  private boolean standing;
  private long window = 1;
  private long otherSeen = NEVER;

  /** When something came last that is known by no id. */
  private long nameless = NEVER;

  /** When something was in the store last that was not told. */
  private long unseen = NEVER;

  // What was let go of, and has not been told since.
  private long forgotten;
  private long forgottenAt = NEVER;
  private boolean toldSince;

  /** When it was told, and where it is. */
  private record Early(long at, Position place) {}

  /**
   * An event, and when it came.
   *
   * @param again others with the same id, which their publishers wait for as well
   */
  private record Kept(Unstored.Item item, long at, List<Unstored.Item> again) {
    List<Unstored.Item> all() {
      if (again.isEmpty()) {
        return List.of(item);
      }
      List<Unstored.Item> all = new ArrayList<>(again);
      all.add(0, item);
      return all;
    }
  }

  /** Whether another node records. */
  boolean isStanding() {
    return standing;
  }

  void standing(boolean now) {
    standing = now;
  }

  /** Where the event of a message is that comes now and was told before; else null. */
  @Nullable Position placeOf(@Nullable String id) {
    if (id == null) {
      return null;
    }
    Early told = early.get(id);
    return told == null ? recent.get(id) : told.place;
  }

  /** Whether that message comes for the first time. */
  boolean isFirst(String id) {
    return early.remove(id) != null;
  }

  /**
   * Keeps an event until it is told.
   *
   * @param at when it came, in milliseconds of the loop
   * @return whether it is kept: not where it has no id
   */
  boolean keep(Unstored.Item item, long at) {
    String id = item.event().messageId();
    if (id == null) {
      onNameless(at);
      return false;
    }
    Kept before = kept.get(id);
    if (before == null) {
      kept.put(id, new Kept(item, at, List.of()));
    } else {
      List<Unstored.Item> again = new ArrayList<>(before.again);
      again.add(item);
      kept.put(id, new Kept(before.item, before.at, again));
    }
    return true;
  }

  /** How long a lease lasts, in milliseconds. */
  void leaseOf(long millis) {
    window = Math.max(1, LEASES * millis);
  }

  /**
   * These are in the store.
   *
   * @param own ids of those that this node has put there
   * @param since the message of what is older has come, or never will
   * @return those of them that were kept, each with its place
   */
  List<Placed> told(
      String epoch, long first, List<StoredEvent> events, Set<String> own, long since, long now) {
    List<Placed> placed = List.of();
    long sequence = first - 1;
    for (StoredEvent event : events) {
      sequence += event.span();
      String id = event.messageId();
      if (id == null) {
        continue;
      }
      Position place = new Position(epoch, sequence);
      recent.put(id, place);
      Kept was = kept.remove(id);
      if (was != null) {
        if (placed.isEmpty()) {
          placed = new ArrayList<>();
        }
        for (Unstored.Item item : was.all()) {
          placed.add(new Placed(item, place));
        }
        if (was.at > forgottenAt + window) {
          forgotten = 0; // the node that records is past them
        }
      } else if (!own.contains(id) && event.time() > since) {
        early.put(id, new Early(now, place));
      }
    }
    toldSince |= forgotten > 0;
    forgetEarly(now);
    return placed;
  }

  /** What was kept, and where it is. */
  record Placed(Unstored.Item item, Position place) {}

  private void forgetEarly(long now) {
    Iterator<Early> oldest = early.values().iterator();
    while (oldest.hasNext()) {
      long at = oldest.next().at;
      boolean isOld = at < now - window;
      if (!isOld && early.size() <= MOST_EARLY) {
        return;
      }
      if (!isOld) {
        unseen = now; // its message may still come, and would not be known
      }
      oldest.remove();
    }
  }

  /** Something is in the store that will not be told. */
  void onUnseen(long now) {
    unseen = now;
  }

  /** How far back it matters what the store has, in milliseconds. */
  long window() {
    return window;
  }

  /** Another node has the lease; returns what it has let go of, as that will not record it. */
  List<Unstored.Item> onOtherSeen(long now) {
    otherSeen = now;
    forgetEarly(now);
    List<Unstored.Item> old = List.of();
    Iterator<Kept> oldest = kept.values().iterator();
    while (oldest.hasNext()) {
      Kept next = oldest.next();
      if (next.at >= now - window) {
        break;
      }
      oldest.remove();
      forgotten++;
      forgottenAt = now;
      if (old.isEmpty()) {
        old = new ArrayList<>();
      }
      old.addAll(next.all());
    }
    if (!old.isEmpty()) {
      toldSince = true;
    }
    return old;
  }

  /** How many events are kept. */
  int size() {
    return kept.size();
  }

  /** The number of the oldest that is kept, as they came. */
  long oldest() {
    return kept.isEmpty() ? Long.MAX_VALUE : kept.values().iterator().next().item.number();
  }

  /** Lets go of the oldest, as there is too much. */
  List<Unstored.Item> forgetOldest(long now) {
    Iterator<Kept> oldest = kept.values().iterator();
    Kept first = oldest.next();
    oldest.remove();
    onForgotten(1, now);
    return first.all();
  }

  /** {@code count} events were let go; as far as it is known, none of them is in the store. */
  void onForgotten(long count, long now) {
    if (forgotten == 0) {
      toldSince = false;
    }
    forgotten += count;
    forgottenAt = now;
  }

  /** Something came that may be lost, or may be in the store by another node. */
  void onNameless(long now) {
    nameless = now;
  }

  /**
   * What this node has to add, which records from now on.
   *
   * @param items in the order in which they came
   * @param doubtful may be in the store, and are not to be added
   * @param lost how many more are lost
   * @param unknown whether there may be others that nobody knows of
   */
  record Legacy(
      List<Unstored.Item> items, List<Unstored.Item> doubtful, long lost, boolean unknown) {}

  /** Leaves what is kept to this node. */
  Legacy takeOver() {
    List<Unstored.Item> items = new ArrayList<>(kept.size());
    List<Unstored.Item> doubtful = new ArrayList<>();
    // What was in the store and not told may have been any of those that have come until a little
    // later.
    long unseenUpTo = unseen == NEVER ? NEVER : unseen + window;
    for (Kept each : kept.values()) {
      (each.at > unseenUpTo ? items : doubtful).addAll(each.all());
    }
    items.sort(Comparator.comparingLong(Unstored.Item::number));
    boolean isNameless = nameless != NEVER && nameless >= otherSeen - window;
    boolean isVague = forgotten > 0 && toldSince;
    Legacy legacy =
        new Legacy(
            items, doubtful, isVague ? 0 : forgotten, isNameless || isVague || !doubtful.isEmpty());
    kept.clear();
    forgotten = 0;
    nameless = NEVER;
    standing = false;
    return legacy;
  }

  /** Lets go of all. */
  List<Unstored.Item> clear() {
    List<Unstored.Item> all = new ArrayList<>();
    kept.values().forEach(each -> all.addAll(each.all()));
    kept.clear();
    early.clear();
    return all;
  }
}
