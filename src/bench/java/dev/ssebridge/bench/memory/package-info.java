/** What memory a process takes for each thing that it holds. */
@NullMarked
package dev.ssebridge.bench.memory;

import org.jspecify.annotations.NullMarked;
