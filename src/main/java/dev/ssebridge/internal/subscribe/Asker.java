package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.auth.Ticket;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for a stream.
 *
 * @param who has shown who he is; {@code null} where nobody has to
 * @param ticket that stood for him; {@code null} for none
 * @param cameBackWith the header {@code Last-Event-ID}, beside a ticket; {@code null} for none
 * @param shown when he has shown who he is
 */
record Asker(
    @Nullable Identity who, @Nullable Ticket ticket, @Nullable String cameBackWith, Instant shown) {
  static final Asker ANYBODY = new Asker(null, null, null, Instant.EPOCH);
}
