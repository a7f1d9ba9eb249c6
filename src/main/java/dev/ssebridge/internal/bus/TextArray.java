package dev.ssebridge.internal.bus;

import io.vertx.core.json.JsonArray;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * The values of a JSON array that is parsed when somebody first asks for one of them, and that
 * remembers its text. As safe as an {@code ArrayList}, and what parses it may be any thread.
 */
final class TextArray extends AbstractList<@Nullable Object> implements RandomAccess {
  private final String text;
  private volatile @Nullable List<@Nullable Object> values;

  TextArray(String text) {
    this.text = text;
  }

  /** The text, as long as it is what the list says; otherwise {@code null}. */
  @Nullable String text() {
    List<@Nullable Object> now = values;
    return now == null || parsed().equals(now) ? text : null;
  }

  /** Characters of the text that it was made of. */
  int textLength() {
    return text.length();
  }

  private List<@Nullable Object> values() {
    List<@Nullable Object> now = values;
    return now == null ? parseOnce() : now;
  }

  private synchronized List<@Nullable Object> parseOnce() {
    List<@Nullable Object> now = values;
    if (now == null) {
      now = parsed();
      values = now;
    }
    return now;
  }

  @SuppressWarnings("unchecked") // a JsonArray that was just parsed has nothing but values
  private List<@Nullable Object> parsed() {
    return new JsonArray(text).getList();
  }

  @Override
  public int size() {
    return values().size();
  }

  @Override
  public @Nullable Object get(int index) {
    return values().get(index);
  }

  @Override
  public @Nullable Object set(int index, @Nullable Object value) {
    return values().set(index, value);
  }

  @Override
  public void add(int index, @Nullable Object value) {
    modCount++;
    values().add(index, value);
  }

  @Override
  public @Nullable Object remove(int index) {
    modCount++;
    return values().remove(index);
  }

  @Override
  public void clear() {
    modCount++;
    values().clear();
  }
}
