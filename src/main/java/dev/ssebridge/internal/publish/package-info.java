/** From the body of a POST to messages on the event bus. */
@NullMarked
package dev.ssebridge.internal.publish;

import org.jspecify.annotations.NullMarked;
