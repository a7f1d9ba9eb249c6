/** What a request is, and may be: path, query, media type, remote, problems. */
@NullMarked
package dev.ssebridge.internal.http;

import org.jspecify.annotations.NullMarked;
