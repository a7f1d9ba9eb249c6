/** From a batch to the socket, and what is known of connections. */
@NullMarked
package dev.ssebridge.internal.socket;

import org.jspecify.annotations.NullMarked;
