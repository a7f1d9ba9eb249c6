/** The wire format: bytes to lines to fields, and back. */
@NullMarked
package dev.ssebridge.internal.eventstream;

import org.jspecify.annotations.NullMarked;
