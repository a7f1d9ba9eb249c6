package dev.ssebridge.internal.fanout;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Which of a channel's addresses a subscriber wants. Immutable. */
public final class AddressFilter {
  /** All of them. */
  public static final AddressFilter ALL = new AddressFilter(null);

  private final @Nullable BitSet wanted;

  private AddressFilter(@Nullable BitSet wanted) {
    this.wanted = wanted;
  }

  /** Only the addresses of these indexes. */
  public static AddressFilter of(BitSet wanted) {
    return new AddressFilter((BitSet) wanted.clone());
  }

  boolean accepts(int source) {
    return wanted == null || wanted.get(source);
  }

  boolean acceptsAll() {
    return wanted == null;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AddressFilter that
        && (wanted == null ? that.wanted == null : wanted.equals(that.wanted));
  }

  @Override
  public int hashCode() {
    return wanted == null ? 0 : wanted.hashCode();
  }
}
