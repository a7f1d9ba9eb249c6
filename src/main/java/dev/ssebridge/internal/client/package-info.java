/** Following remote streams: reconnecting, and publishing to the event bus. */
@NullMarked
package dev.ssebridge.internal.client;

import org.jspecify.annotations.NullMarked;
