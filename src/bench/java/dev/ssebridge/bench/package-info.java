/** Benchmarks of single stages, run by the profile {@code bench}. */
@NullMarked
package dev.ssebridge.bench;

import org.jspecify.annotations.NullMarked;
