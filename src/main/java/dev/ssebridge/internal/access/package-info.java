/** The lines of the access log. */
@NullMarked
package dev.ssebridge.internal.access;

import org.jspecify.annotations.NullMarked;
