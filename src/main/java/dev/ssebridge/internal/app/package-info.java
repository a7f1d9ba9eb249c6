/** The standalone program. */
@NullMarked
package dev.ssebridge.internal.app;

import org.jspecify.annotations.NullMarked;
