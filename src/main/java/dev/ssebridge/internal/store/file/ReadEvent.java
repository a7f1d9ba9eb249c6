package dev.ssebridge.internal.store.file;

import dev.ssebridge.spi.StoredEvent;

/** An event and the first sequence that it takes. */
record ReadEvent(long sequence, StoredEvent event) {}
