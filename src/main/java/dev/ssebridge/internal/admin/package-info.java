/** The admin port of the program: how the program is, for its operator. */
@NullMarked
package dev.ssebridge.internal.admin;

import org.jspecify.annotations.NullMarked;
