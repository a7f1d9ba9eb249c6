/**
 * What the bridge counts and measures, for whoever reads it: Micrometer, Prometheus, or your own.
 */
@NullMarked
package dev.ssebridge.metrics;

import org.jspecify.annotations.NullMarked;
