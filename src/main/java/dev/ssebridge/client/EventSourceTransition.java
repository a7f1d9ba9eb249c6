package dev.ssebridge.client;

import org.jspecify.annotations.Nullable;

/**
 * One step of an {@link EventSource} from one state to another.
 *
 * @param from the state before; null for the first step
 * @param to the state now
 * @param reason why
 * @param cause what went wrong, or null where nothing did
 * @param attempt how many connections were begun so far, this one included
 * @param delayMillis milliseconds until the next connection; 0 unless {@code to} is waiting
 */
public record EventSourceTransition(
    @Nullable EventSourceState from,
    EventSourceState to,
    EventSourceReason reason,
    @Nullable EventSourceException cause,
    long attempt,
    long delayMillis) {}
