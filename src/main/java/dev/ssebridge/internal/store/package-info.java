/** What is behind a log: stores of history, and what they have in common. */
@NullMarked
package dev.ssebridge.internal.store;

import org.jspecify.annotations.NullMarked;
