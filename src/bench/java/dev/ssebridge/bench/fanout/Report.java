package dev.ssebridge.bench.fanout;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes the Markdown table. */
final class Report {
  private Report() {}

  /** What was measured on what; {@code what} says versions and the like. */
  static String heading(String what) {
    return what
        + "\n\n"
        + "| workload | server | deliveries/s | server CPU per delivery | all have it, p50 / p99 |"
        + " delivery p99 | memory | noise |\n"
        + "|---|---|---:|---:|---:|---:|---:|---:|";
  }

  /** A row of medians, or of the reason why there are none; {@code planned} is how many rounds. */
  static String row(Workload work, Peer peer, List<Outcome> rounds, int planned) {
    List<Figures> measured = new ArrayList<>();
    for (int i = 0; i < rounds.size(); i++) {
      if (rounds.get(i) instanceof Outcome.Measured round) {
        measured.add(round.figures());
      } else if (rounds.get(i) instanceof Outcome.NoResult none) {
        return "| %s | %s | NO RESULT (round %d of %d: %s) | | | | | |"
            .formatted(work.title(), peer.title(), i + 1, rounds.size(), none.reason());
      }
    }
    return measured.isEmpty()
        ? "| %s | %s | not run | | | | | |".formatted(work.title(), peer.title())
        : figures(work, title(peer, measured.size(), planned), Figures.median(measured));
  }

  private static String title(Peer peer, int rounds, int planned) {
    return rounds == planned
        ? peer.title()
        : "%s (%d of %d rounds)".formatted(peer.title(), rounds, planned);
  }

  private static String figures(Workload work, String server, Figures f) {
    String cells =
        String.join(
            " | ",
            work.title(),
            server,
            cell(f.deliveriesPerSecond(), "%,.0f"),
            cell(f.microsPerDelivery(), "%.2f us"),
            Double.isNaN(f.last99())
                ? ""
                : String.format(Locale.ROOT, "%.1f / %.1f ms", f.lastMedian(), f.last99()),
            cell(f.each99(), "%.1f ms"),
            memory(work, f),
            cell(f.noise(), "%.2f"));
    return "| " + cells + " |";
  }

  private static String memory(Workload work, Figures f) {
    if (Double.isNaN(f.heapBytes())) {
      return "";
    }
    return work == Workload.W3
        ? String.format(
            Locale.ROOT,
            "%,.0f B each, heap %,.0f B",
            f.residentBytes() / work.readers(),
            f.heapBytes() / work.readers())
        : String.format(
            Locale.ROOT,
            "grew %.0f MiB, heap %.0f MiB",
            f.residentBytes() / (1 << 20),
            f.heapBytes() / (1 << 20));
  }

  private static String cell(double value, String format) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }
}
