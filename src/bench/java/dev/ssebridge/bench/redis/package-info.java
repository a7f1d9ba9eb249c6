/** What histories in Redis take, beside what Redis and its client take alone. */
@NullMarked
package dev.ssebridge.bench.redis;

import org.jspecify.annotations.NullMarked;
