package dev.ssebridge.testing;

/** One request and its response, as a client has them. Any thread. */
interface Exchange {
  /** Sends more of the request, and returns when it is on its way; a peer that has gone is none. */
  void send(byte[] bytes);

  /** Sends one chunk of a body whose length is not told before; an empty one ends it. */
  void sendChunk(byte[] bytes);

  /** Whether it reads what comes. */
  void reading(boolean on);

  /** Says that it will send no more (FIN), and goes on reading. */
  void finish();

  /** Goes: closes a connection of its own, and takes back a stream of a shared one. */
  void close();

  /** Goes as a crash does: resets a connection of its own, and takes back a stream. */
  void reset();

  /** Takes what comes, on the thread that reads. */
  interface Listener {
    /** More of the response, as HTTP/1.1 has it; without length or chunks where it was HTTP/2. */
    void onBytes(byte[] bytes, int count);

    /** The response has ended, of HTTP/2. */
    void onEnd();

    /** Whoever answered has closed or reset the connection, or the stream before its end. */
    void onDisconnect();
  }
}
