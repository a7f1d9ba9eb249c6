/** The configuration: records and the strict reader that makes them from JSON. */
@NullMarked
package dev.ssebridge.internal.config;

import org.jspecify.annotations.NullMarked;
