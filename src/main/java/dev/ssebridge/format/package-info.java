/** The event-stream format: an event, its encoder and its decoder. */
@NullMarked
package dev.ssebridge.format;

import org.jspecify.annotations.NullMarked;
