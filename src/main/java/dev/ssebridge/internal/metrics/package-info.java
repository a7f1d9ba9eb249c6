/** What the bridge counts: the cells that are counted in, and the list of what comes of them. */
@NullMarked
package dev.ssebridge.internal.metrics;

import org.jspecify.annotations.NullMarked;
