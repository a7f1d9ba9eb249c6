/** Follow remote event streams: one of them, or all that a configuration names. */
@NullMarked
package dev.ssebridge.client;

import org.jspecify.annotations.NullMarked;
