/**
 * What the bridge counts and measures, to be read by Micrometer, by Prometheus or by your own code.
 */
@NullMarked
package dev.ssebridge.metrics;

import org.jspecify.annotations.NullMarked;
