package dev.ssebridge.internal.metrics;

import dev.ssebridge.metrics.Distribution;
import dev.ssebridge.metrics.MeterInfo;
import dev.ssebridge.metrics.MeterKind;
import dev.ssebridge.metrics.MetricsSpi;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes what it is told as Prometheus reads it: its text format 0.0.4. */
public final class PrometheusText implements MetricsSpi {
  /** The media type of the text. */
  public static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final StringBuilder out = new StringBuilder(16 * 1024);
  private @Nullable MeterInfo last;

  @Override
  public void value(MeterInfo meter, List<String> tags, double value) {
    head(meter);
    line(nameOf(meter), meter, tags, null, value);
  }

  @Override
  public void distribution(MeterInfo meter, List<String> tags, Distribution seen) {
    head(meter);
    double[] bounds = seen.bounds();
    long[] counts = seen.counts();
    long upTo = 0;
    for (int i = 0; i < counts.length; i++) {
      upTo += counts[i];
      String bound = i < bounds.length ? Double.toString(bounds[i]) : "+Inf";
      line(meter.name() + "_bucket", meter, tags, bound, (double) upTo);
    }
    line(meter.name() + "_sum", meter, tags, null, seen.sum());
    line(meter.name() + "_count", meter, tags, null, (double) upTo);
  }

  /** All that was told. */
  @Override
  public String toString() {
    return out.toString();
  }

  private static String nameOf(MeterInfo meter) {
    return meter.kind() == MeterKind.COUNTER ? meter.name() + "_total" : meter.name();
  }

  private void head(MeterInfo meter) {
    if (meter.equals(last)) {
      return;
    }
    last = meter;
    String name = nameOf(meter);
    out.append("# HELP ").append(name).append(' ');
    out.append(meter.meaning().replace("\\", "\\\\").replace("\n", "\\n")).append('\n');
    out.append("# TYPE ").append(name).append(' ');
    out.append(meter.kind().name().toLowerCase(Locale.ROOT)).append('\n');
  }

  private void line(
      String name, MeterInfo meter, List<String> tags, @Nullable String bound, double value) {
    out.append(name);
    char before = '{';
    for (int i = 0; i < tags.size(); i++) {
      String tag = tags.get(i);
      if (!tag.isEmpty()) { // a label without a value is none
        before = label(before, meter.tags().get(i), tag);
      }
    }
    if (bound != null) {
      before = label(before, "le", bound);
    }
    if (before == ',') {
      out.append('}');
    }
    out.append(' ');
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      out.append((long) value);
    } else {
      out.append(value);
    }
    out.append('\n');
  }

  private char label(char before, String name, String value) {
    out.append(before).append(name).append("=\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '"' -> out.append("\\\"");
        case '\n' -> out.append("\\n");
        default -> out.append(c);
      }
    }
    out.append('"');
    return ',';
  }
}
