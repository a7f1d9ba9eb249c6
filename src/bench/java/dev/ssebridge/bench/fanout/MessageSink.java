package dev.ssebridge.bench.fanout;

/** What a parser finds in one subscriber's bytes. */
interface MessageSink {
  /** To be sent to the server. */
  void send(byte[] bytes);

  /** From now on no message may be missing. */
  void ready();

  /** A whole message. */
  void message(long number, long nanos);

  /** Something that must not be there. */
  void broken(String what);
}
