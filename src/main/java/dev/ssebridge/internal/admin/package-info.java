/** The admin port of the program: how it is, for whoever looks after it. */
@NullMarked
package dev.ssebridge.internal.admin;

import org.jspecify.annotations.NullMarked;
