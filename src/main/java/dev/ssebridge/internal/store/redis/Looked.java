package dev.ssebridge.internal.store.redis;

/** How {@code look.lua} found a log. */
record Looked(long epoch, long head, long oldest, long entries) {
  static Looked parse(String text) {
    String[] words = text.split(" ", -1);
    return new Looked(
        Long.parseUnsignedLong(words[0]),
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]));
  }
}
