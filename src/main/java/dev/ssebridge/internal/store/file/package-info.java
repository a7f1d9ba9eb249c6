/** Histories in files of one directory: a journal of all channels, in segments. */
@NullMarked
package dev.ssebridge.internal.store.file;

import org.jspecify.annotations.NullMarked;
