/** What tests over real sockets share. */
@NullMarked
package dev.ssebridge.testing;

import org.jspecify.annotations.NullMarked;
