package dev.ssebridge.internal.metrics;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts by any thread of what happens but seldom, by key: of a set that is known and small, never
 * what a client chooses.
 */
public final class Tallies<K extends Comparable<K>> {
  private final ConcurrentMap<K, LongAdder> tallies = new ConcurrentHashMap<>();

  /** It has happened. */
  public void add(K key) {
    tallies.computeIfAbsent(key, k -> new LongAdder()).increment();
  }

  /** How often it has happened. */
  public long of(K key) {
    LongAdder tally = tallies.get(key);
    return tally == null ? 0 : tally.sum();
  }

  /** All that has happened, in the order of the keys. */
  public SortedMap<K, Long> all() {
    SortedMap<K, Long> all = new TreeMap<>();
    tallies.forEach((key, tally) -> all.put(key, tally.sum()));
    return all;
  }
}
