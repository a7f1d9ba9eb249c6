/** The templates of paths and addresses, and what events are told apart by. */
@NullMarked
package dev.ssebridge.internal.address;

import org.jspecify.annotations.NullMarked;
