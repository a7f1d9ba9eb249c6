package dev.ssebridge;

/** How events are written to connections. */
public enum WriterMode {
  /**
   * Straight to the socket where the connection permits it, else the public way, with one flush for
   * all streams of an HTTP/2 connection.
   */
  AUTO,
  /** Always through the public API of Vert.x. */
  PUBLIC
}
