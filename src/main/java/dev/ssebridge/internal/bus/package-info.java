/** From the event bus to the channels: one consumer per address, messages made into frames. */
@NullMarked
package dev.ssebridge.internal.bus;

import org.jspecify.annotations.NullMarked;
