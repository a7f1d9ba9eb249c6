/** URLs as people and servers write them. */
@NullMarked
package dev.ssebridge.internal.url;

import org.jspecify.annotations.NullMarked;
