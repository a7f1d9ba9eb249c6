/** The commands of the program that need no configuration: read, publish and examine a stream. */
@NullMarked
package dev.ssebridge.internal.tool;

import org.jspecify.annotations.NullMarked;
