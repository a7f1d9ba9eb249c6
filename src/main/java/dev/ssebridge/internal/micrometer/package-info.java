/** The meters in registries of Micrometer; the only package that knows it. */
@NullMarked
package dev.ssebridge.internal.micrometer;

import org.jspecify.annotations.NullMarked;
