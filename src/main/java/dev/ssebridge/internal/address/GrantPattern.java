package dev.ssebridge.internal.address;

import dev.ssebridge.internal.text.UnfitValueException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that somebody may use: an address as it is, or one in which {@code *} stands for a part
 * between separators, which are {@code .}, {@code /} and {@code :}. It stands for one part, never
 * for none, never for two; so {@code rooms.*} is neither {@code rooms} nor {@code rooms.} nor
 * {@code rooms.a.secret}. Immutable.
 */
public final class GrantPattern {
  /** Characters of the longest pattern. */
  private static final int LONGEST = 1024;

  private static final String SEPARATORS = "./:";

  private final String text;

  /** What is around the stars: one more than those. */
  private final List<String> literals;

  private GrantPattern(String text, List<String> literals) {
    this.text = text;
    this.literals = literals;
  }

  /**
   * The pattern that this text writes.
   *
   * @throws IllegalArgumentException if it is not valid: empty, too long, with control characters,
   *     or with a star that is not a whole part
   */
  public static GrantPattern parse(String text) {
    String refusal = refusalOf(text);
    if (refusal != null) {
      throw UnfitValueException.expected(refusal, text);
    }
    List<String> literals = new ArrayList<>();
    int from = 0;
    for (int star = text.indexOf('*'); star >= 0; star = text.indexOf('*', from)) {
      literals.add(text.substring(from, star));
      from = star + 1;
    }
    literals.add(text.substring(from));
    return new GrantPattern(text, List.copyOf(literals));
  }

  private static @Nullable String refusalOf(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return "an address of 1.." + LONGEST + " characters";
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      return "an address without control characters";
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '*' && !(isEdge(text, i - 1) && isEdge(text, i + 1))) {
        return "an address in which \"*\" is a whole part between \".\", \"/\" or \":\"";
      }
    }
    return null;
  }

  private static boolean isEdge(String text, int at) {
    return at < 0 || at == text.length() || SEPARATORS.indexOf(text.charAt(at)) >= 0;
  }

  /** Whether it is about this address. Takes time in proportion to its length. */
  public boolean matches(String address) {
    String first = literals.get(0);
    if (literals.size() == 1) {
      return address.equals(first);
    }
    if (!address.startsWith(first)) {
      return false;
    }
    int from = first.length();
    for (String next : literals.subList(1, literals.size())) {
      int end = from;
      while (end < address.length() && SEPARATORS.indexOf(address.charAt(end)) < 0) {
        end++;
      }
      // What follows a star begins with a separator, or is the end.
      if (end == from || !address.startsWith(next, end)) {
        return false;
      }
      from = end + next.length();
    }
    return from == address.length();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GrantPattern that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
