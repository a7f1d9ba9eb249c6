/**
 * Who asks, and what he may: from the header or cookie of a request to an identity, and from that
 * to addresses. Knows requests, not what becomes of them.
 */
@NullMarked
package dev.ssebridge.internal.auth;

import org.jspecify.annotations.NullMarked;
