/** Content codings (RFC 9110, section 8.4.1), as their bytes arrive. */
@NullMarked
package dev.ssebridge.internal.coding;

import org.jspecify.annotations.NullMarked;
