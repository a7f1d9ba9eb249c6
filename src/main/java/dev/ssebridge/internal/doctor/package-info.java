/** Looks at a stream from the outside, and says what lies between its reader and its origin. */
@NullMarked
package dev.ssebridge.internal.doctor;

import org.jspecify.annotations.NullMarked;
