/** From the log to the subscribers: channels, shards, cursors. Knows neither HTTP nor config. */
@NullMarked
package dev.ssebridge.internal.fanout;

import org.jspecify.annotations.NullMarked;
