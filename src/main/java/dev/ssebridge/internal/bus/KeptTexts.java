package dev.ssebridge.internal.bus;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Texts of objects that have no room for one: each as long as the object itself, which alone
 * counts, and not one that is equal. Any thread.
 */
final class KeptTexts {
  private final ConcurrentMap<Key, String> texts = new ConcurrentHashMap<>();
  private final ReferenceQueue<Object> gone = new ReferenceQueue<>();

  /** Keeps the text of an object that nobody else has. */
  void keep(Object of, String text) {
    forget();
    texts.put(new Key(of, gone), text);
  }

  /** The text of this object, or {@code null}. */
  @Nullable String of(Object object) {
    return texts.isEmpty() ? null : texts.get(new Key(object, null));
  }

  /** How many there are, of objects that are still there. */
  int size() {
    forget();
    return texts.size();
  }

  private void forget() {
    Reference<?> next;
    while ((next = gone.poll()) != null) {
      texts.remove(next);
    }
  }

  private static final class Key extends WeakReference<Object> {
    private final int hash;

    Key(Object of, @Nullable ReferenceQueue<Object> gone) {
      super(of, gone);
      this.hash = System.identityHashCode(of);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      if (this == other) {
        return true;
      }
      Object own = get();
      return own != null && other instanceof Key that && own == that.get();
    }
  }
}
