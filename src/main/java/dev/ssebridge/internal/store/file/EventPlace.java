package dev.ssebridge.internal.store.file;

/**
 * Where an event is.
 *
 * @param offset of its record in the segment
 * @param length of the record
 * @param sequence the first that it takes
 * @param last the last that it takes
 */
record EventPlace(
    Segment segment,
    long offset,
    int length,
    long sequence,
    long last,
    long time,
    int frameBytes) {}
