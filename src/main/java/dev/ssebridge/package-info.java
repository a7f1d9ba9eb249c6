/** The bridge: mount it in a router, or deploy it as a verticle; and one response alone. */
@NullMarked
package dev.ssebridge;

import org.jspecify.annotations.NullMarked;
