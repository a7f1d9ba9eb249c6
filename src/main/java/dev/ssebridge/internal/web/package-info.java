/** The files for browsers that are served from the class path. */
@NullMarked
package dev.ssebridge.internal.web;

import org.jspecify.annotations.NullMarked;
