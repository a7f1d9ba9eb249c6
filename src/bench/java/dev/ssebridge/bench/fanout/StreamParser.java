package dev.ssebridge.bench.fanout;

/** Reads what one subscriber receives, from the response head on. Allocates nothing per message. */
interface StreamParser {
  /** The next bytes of the connection, from index 0. */
  void read(byte[] bytes, int length);
}
