/** Routes, the subscribe and publish handlers, one response. */
@NullMarked
package dev.ssebridge.internal.http;

import org.jspecify.annotations.NullMarked;
