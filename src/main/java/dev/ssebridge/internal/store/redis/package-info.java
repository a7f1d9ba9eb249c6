/**
 * Histories in Redis: a stream for each channel, which every bridge appends to by a script and
 * follows by a shard channel. All of a store happens on one context of its own.
 */
@NullMarked
package dev.ssebridge.internal.store.redis;

import org.jspecify.annotations.NullMarked;
