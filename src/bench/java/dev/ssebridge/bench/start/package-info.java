/** How soon a process serves, and what it does in its first second. */
@NullMarked
package dev.ssebridge.bench.start;

import org.jspecify.annotations.NullMarked;
