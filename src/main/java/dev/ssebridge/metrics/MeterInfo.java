package dev.ssebridge.metrics;

import java.util.List;
import java.util.Objects;

/**
 * What is known of a meter before anything is measured.
 *
 * @param name as Prometheus has it, unit included: {@code ssebridge_written_bytes}, a counter
 *     without the {@code _total} that Prometheus puts behind it
 * @param kind what it tells
 * @param unit {@code events}, {@code bytes}, {@code seconds}, or {@code ""} for a plain number
 * @param tags the names of its tags, in the order in which their values are given
 * @param meaning one sentence
 */
public record MeterInfo(
    String name, MeterKind kind, String unit, List<String> tags, String meaning) {

  /** A meter; the list is copied. */
  public MeterInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(unit, "unit");
    Objects.requireNonNull(meaning, "meaning");
    tags = List.copyOf(Objects.requireNonNull(tags, "tags"));
  }
}
