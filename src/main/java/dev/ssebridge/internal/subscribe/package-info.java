/** From a request for a stream to a subscriber of a channel. */
@NullMarked
package dev.ssebridge.internal.subscribe;

import org.jspecify.annotations.NullMarked;
