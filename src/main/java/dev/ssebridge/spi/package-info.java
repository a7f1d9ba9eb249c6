/** Contracts that an application may implement. */
@NullMarked
package dev.ssebridge.spi;

import org.jspecify.annotations.NullMarked;
