package dev.ssebridge.internal.subscribe;

import dev.ssebridge.StreamInfo;
import dev.ssebridge.internal.fanout.Behind;
import org.jspecify.annotations.Nullable;

/**
 * One open stream as an operator sees it, at one moment. Immutable.
 *
 * @param behind how far it is behind its channel
 * @param waitingBytes written, and not taken by the socket yet
 * @param lastWriteMillis how many milliseconds ago something was written to it
 * @param userAgent what the client says that it is; null where it says nothing
 */
public record StreamView(
    StreamInfo info,
    Behind behind,
    long waitingBytes,
    long lastWriteMillis,
    @Nullable String userAgent) {}
