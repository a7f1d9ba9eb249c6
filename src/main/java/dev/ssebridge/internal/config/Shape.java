package dev.ssebridge.internal.config;

import org.jspecify.annotations.Nullable;

/**
 * What the names of an object in a configuration are, as the declarations of its keys say. The
 * layers are put over each other before any key is read, and have to know it.
 *
 * @param kind what they are
 * @param block the keys of this block, or of each block in it; null where there are none
 */
record Shape(Kind kind, @Nullable Keys<?> block) {
  /** What names are. */
  enum Kind {
    /** Keys of a block. */
    KEYS,
    /** Names of the user's choice, of a block each. */
    BLOCKS,
    /** Names of texts, as those of headers; their case means nothing. */
    TEXTS,
    /** Nothing that is known. */
    UNKNOWN
  }

  private static final Shape UNKNOWN = new Shape(Kind.UNKNOWN, null);

  /** That of a block. */
  static Shape of(Keys<?> block) {
    return new Shape(Kind.KEYS, block);
  }

  /** That of what stands under a name. */
  Shape within(String name) {
    if (block == null) {
      return UNKNOWN;
    }
    return kind == Kind.BLOCKS
        ? of(block)
        : block.entries().stream()
            .map(Keys.Entry::key)
            .filter(key -> key.name().equals(name))
            .findFirst()
            .map(Shape::ofKey)
            .orElse(UNKNOWN);
  }

  private static Shape ofKey(Key<?> key) {
    Keys<?> block = key.block();
    if (block == null) {
      return key.isTexts() ? new Shape(Kind.TEXTS, null) : UNKNOWN;
    }
    return new Shape(key.isNamed() ? Kind.BLOCKS : Kind.KEYS, block);
  }

  /** Whether names that differ in their case alone are one. */
  boolean isCaseless() {
    return kind == Kind.TEXTS;
  }
}
