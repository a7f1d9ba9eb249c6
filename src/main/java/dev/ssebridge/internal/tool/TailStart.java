package dev.ssebridge.internal.tool;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a stream begins; one of these. */
final class TailStart {
  /** The parameters of a bridge; only one of them makes sense at a time. */
  private static final Set<String> PARAMETERS = Set.of("from", "last", "since");

  /** What {@code --from} takes. */
  static final class Places extends java.util.ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Places() {
      super(List.of("earliest", "latest", "now"));
    }
  }

  @Option(
      names = {"-n", "--last"},
      paramLabel = "N",
      description = "With the newest N events that the bridge has.")
  private @Nullable Long last;

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      description =
          "With the events since then: how long ago (@|bold 5m|@, @|bold 90s|@, @|bold PT5M|@) or"
              + " an instant (@|bold 2026-01-31T12:00:00Z|@).")
  private @Nullable String since;

  @Option(
      names = "--from",
      paramLabel = "PLACE",
      completionCandidates = Places.class,
      description = "With the oldest event, or with the next: @|bold ${COMPLETION-CANDIDATES}|@.")
  private @Nullable String from;

  @Option(
      names = {"--id", "--last-event-id"},
      paramLabel = "ID",
      description = "After the event with this id.")
  private @Nullable String id;

  /** The id to go on after; empty for none. */
  String id() {
    return id == null ? "" : id;
  }

  /** The URL that asks for it; what it asks already is kept. */
  String of(URI url) throws UsageException {
    if (last != null) {
      if (last < 0) {
        throw new UsageException("--last: expected a number of events, got " + last);
      }
      return QueryText.with(url, "--last", "last", Long.toString(last), PARAMETERS);
    }
    if (since != null) {
      requireTime(since);
      return QueryText.with(url, "--since", "since", since, PARAMETERS);
    }
    if (from != null) {
      if (!new Places().contains(from)) {
        throw new UsageException(
            "--from: expected earliest, latest or now; did you mean --since or --id?");
      }
      return QueryText.with(url, "--from", "from", from, PARAMETERS);
    }
    return url.toString();
  }

  private static void requireTime(String text) throws UsageException {
    if (text.matches("[0-9]{1,12}(ms|s|m|h|d)")) {
      return;
    }
    try {
      if (text.startsWith("P") || text.startsWith("p")) {
        if (!Duration.parse(text).isNegative()) {
          return;
        }
      } else {
        OffsetDateTime time = OffsetDateTime.parse(text);
        if (time.getYear() >= 0) {
          return;
        }
      }
    } catch (DateTimeException notOne) {
      // Said below.
    }
    throw new UsageException(
        "--since: expected how long ago (5m, 90s, PT5M) or an instant (2026-01-31T12:00:00Z)");
  }
}
