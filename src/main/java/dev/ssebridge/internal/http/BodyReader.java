package dev.ssebridge.internal.http;

import io.vertx.core.buffer.Buffer;

/** Takes a body as it arrives and publishes what is in it. */
interface BodyReader {

  /** The next bytes. */
  void read(Buffer chunk) throws BadRequestException;

  /** The body is complete. */
  void end() throws BadRequestException;

  /** Nothing more will be read; maybe told twice. */
  default void release() {}

  /** How many messages were published so far. */
  long published();

  /** Whether the answer tells how many they were. */
  boolean isStreaming();
}
