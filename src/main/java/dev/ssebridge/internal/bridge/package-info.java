/** One bridge: its routes on a router, its channels, what it admits and how it ends. */
@NullMarked
package dev.ssebridge.internal.bridge;

import org.jspecify.annotations.NullMarked;
