/**
 * Who may subscribe and publish: the options of the block {@code auth}.
 *
 * <p>Options are mutable and not for several threads at a time.
 */
@NullMarked
package dev.ssebridge.auth;

import org.jspecify.annotations.NullMarked;
