package dev.ssebridge.internal.fanout;

import dev.ssebridge.internal.log.EntryView;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which of a channel's events a subscriber gets: by their addresses and labels. Immutable. */
public final class EventFilter {
  /** All of them. */
  public static final EventFilter ALL = new EventFilter(null, null);

  /** The label of an event that everybody gets. */
  public static final String EVERYBODY = "*";

  private final @Nullable BitSet wanted;
  private final @Nullable String label;

  private EventFilter(@Nullable BitSet wanted, @Nullable String label) {
    this.wanted = wanted;
    this.label = label;
  }

  /** Only the addresses of these indexes. */
  public static EventFilter of(BitSet wanted) {
    return new EventFilter((BitSet) wanted.clone(), null);
  }

  /** Of these only the events with this label, and those that everybody gets. */
  public EventFilter labelled(String only) {
    return new EventFilter(wanted, only);
  }

  boolean accepts(EntryView entry) {
    return acceptsSource(entry.source()) && (label == null || acceptsLabel(entry.label()));
  }

  private boolean acceptsLabel(@Nullable String of) {
    return of != null && (of.equals(label) || of.equals(EVERYBODY));
  }

  /** Whether it is one of the addresses. */
  boolean acceptsSource(int source) {
    return wanted == null || wanted.get(source);
  }

  boolean acceptsAll() {
    return wanted == null && label == null;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EventFilter that
        && Objects.equals(wanted, that.wanted)
        && Objects.equals(label, that.label);
  }

  @Override
  public int hashCode() {
    return Objects.hash(wanted, label);
  }
}
