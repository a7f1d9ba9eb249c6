/** Positions and the bounded, totally ordered history of a channel. */
@NullMarked
package dev.ssebridge.internal.log;

import org.jspecify.annotations.NullMarked;
