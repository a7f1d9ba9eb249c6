/**
 * The public door: mount or deploy a bridge, follow a remote stream, write one response, encode and
 * decode the event-stream format.
 */
@NullMarked
package dev.ssebridge;

import org.jspecify.annotations.NullMarked;
