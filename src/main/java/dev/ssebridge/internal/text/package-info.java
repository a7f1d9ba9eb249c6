/** Text of others, as it may be shown. */
@NullMarked
package dev.ssebridge.internal.text;

import org.jspecify.annotations.NullMarked;
