package dev.ssebridge.internal.fanout;

import org.jspecify.annotations.Nullable;

/**
 * How far a stream has come.
 *
 * @param first the id of the first event that was written to it, {@code null} before there is one
 * @param last the id of the last one
 * @param position the id that it would resume after
 * @param delivered events written to it
 * @param missed events in the gaps that it was told of
 */
public record Progress(
    @Nullable String first, @Nullable String last, String position, long delivered, long missed) {}
