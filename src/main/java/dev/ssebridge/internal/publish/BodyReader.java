package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.http.BadRequestException;
import io.vertx.core.buffer.Buffer;

/** Takes a body as it arrives and publishes what is in it. */
interface BodyReader {

  /** The next bytes, once there is no {@linkplain #hasMore more} of those before. */
  void read(Buffer chunk) throws BadRequestException;

  /** Whether what was read holds more than could be taken in one go. */
  default boolean hasMore() {
    return false;
  }

  /** Takes some of that. */
  default void readMore() throws BadRequestException {}

  /** The body is complete. */
  void end() throws BadRequestException;

  /** Nothing more will be read; maybe told twice. */
  default void release() {}

  /** About how many bytes it holds that are not published. */
  long held();

  /** How many messages were published so far. */
  long published();

  /** Whether the answer tells how many they were. */
  boolean isStreaming();
}
