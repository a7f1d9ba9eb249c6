/** What stands behind the interfaces that an application sees. */
@NullMarked
package dev.ssebridge.internal.door;

import org.jspecify.annotations.NullMarked;
