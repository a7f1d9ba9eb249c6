package dev.ssebridge.internal.config;

import dev.ssebridge.internal.text.UnfitValueException;
import org.jspecify.annotations.Nullable;

/**
 * A block of a configuration while what is in it is put beside each other.
 *
 * @param pointer its JSON pointer (RFC 6901)
 * @param problems where what is wrong is noted
 */
record Place(String pointer, Problems problems) {
  static Place root(Problems problems) {
    return new Place("", problems);
  }

  /** A block in this one. */
  Place at(String key) {
    return new Place(pointerTo(key), problems);
  }

  /** Whether an application reads it, which may mount its router below another path. */
  boolean isEmbedded() {
    return problems.isEmbedded();
  }

  /** Whether nothing was wrong with this key when it was read. */
  boolean isFine(String key) {
    return !problems.hasAnyAt(pointerTo(key));
  }

  /** Notes what is wrong with a key. */
  void problem(String key, String message) {
    problems.add(pointerTo(key), message);
  }

  /** Notes what a key needs that is not there, if anything. */
  void needs(String key, @Nullable String missing) {
    if (missing != null) {
      problem(key, missing);
    }
  }

  /** Notes what the block needs that is not there, if anything. */
  void needs(@Nullable String missing) {
    if (missing != null) {
      problem(missing);
    }
  }

  /** Notes what is wrong with the block as a whole. */
  void problem(String message) {
    problems.add(pointer, message);
  }

  /** A number of this key that fits an int; notes where it is more than is permitted. */
  int most(String key, long value, long most) {
    if (value > most) {
      problem(key, "expected at most " + most + " bytes, got " + value);
    }
    return (int) Math.min(value, most);
  }

  /** Notes what this says by an {@link UnfitValueException}. */
  void check(String key, Runnable check) {
    try {
      check.run();
    } catch (UnfitValueException unfit) {
      problem(key, String.valueOf(unfit.getMessage()));
    }
  }

  private String pointerTo(String key) {
    return pointer + "/" + key;
  }
}
