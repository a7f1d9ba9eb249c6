package dev.ssebridge.internal.metrics;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands in a text of Prometheus: each series with its value. */
final class Scrape {
  private static final Pattern LINE = Pattern.compile("([a-z_]+)(\\{.*})? (\\S+)");

  private final SortedMap<String, Double> series = new TreeMap<>();

  /** Reads a text, and fails where a series stands in it twice. */
  Scrape(String text) {
    for (String line : text.split("\n", -1)) {
      Matcher parts = LINE.matcher(line);
      if (!line.startsWith("#") && parts.matches()) {
        String labels = parts.group(2) == null ? "" : parts.group(2);
        if (series.put(parts.group(1) + labels, Double.valueOf(parts.group(3))) != null) {
          throw new AssertionError("twice: " + line);
        }
      }
    }
  }

  /** How many there are. */
  int size() {
    return series.size();
  }

  /** The value of a series, named without what all names begin with. */
  double of(String name) {
    Double value = series.get(Meter.PREFIX + name);
    if (value == null) {
      throw new AssertionError("no series " + name + " in " + series.keySet());
    }
    return value;
  }

  /** Whether there is one that has this in its name or labels. */
  boolean has(String part) {
    return series.keySet().stream().anyMatch(name -> name.contains(part));
  }

  /** All counters that are not at 0, but for bytes; named without what all names begin with. */
  Map<String, Double> counted() {
    SortedMap<String, Double> counted = new TreeMap<>();
    series.forEach(
        (name, value) -> {
          if (value != 0 && name.contains("_total") && !name.contains("bytes_total")) {
            counted.put(name.substring(Meter.PREFIX.length()), value);
          }
        });
    return counted;
  }
}
