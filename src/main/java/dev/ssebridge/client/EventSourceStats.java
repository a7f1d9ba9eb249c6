package dev.ssebridge.client;

import org.jspecify.annotations.Nullable;

/**
 * What an {@link EventSource} has done so far, and where it stands.
 *
 * @param state the state, or null before the first connection
 * @param attempts connections begun
 * @param opened streams opened
 * @param failures connections that failed or broke, in all
 * @param failuresInRow the same since the last good stream
 * @param events events delivered
 * @param comments comments seen
 * @param bytes bytes of bodies read, as they came over the wire
 * @param oddities parse oddities seen
 * @param lastEventId the last event id delivered; {@code ""} for none
 * @param delayMillis milliseconds of the wait it is in; 0 in any other state
 */
public record EventSourceStats(
    @Nullable EventSourceState state,
    long attempts,
    long opened,
    long failures,
    int failuresInRow,
    long events,
    long comments,
    long bytes,
    long oddities,
    String lastEventId,
    long delayMillis) {}
