package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.fanout.Start;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.HeaderText;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a request asks its stream to begin: the {@code Last-Event-ID} header (WHATWG HTML, section
 * 9.2.4), or the same as a query parameter, or one of {@code from}, {@code last} and {@code since}.
 * The header wins: a browser sends it when it comes back to the URL of its first connection.
 */
final class StartQuery {
  private static final Pattern SHORT_DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");

  /** In no id of ours, so that the beginning of an id is not taken for a shorter one. */
  private static final String CUT = "...";

  private static final Pattern COUNT = Pattern.compile("[0-9]{1,18}");

  /** Of polyfills, and the old one of Mercure; in any case of letters, as Vert.x compares them. */
  private static final List<String> ID_NAMES =
      List.of("lastEventId", "last_event_id", "Last-Event-ID");

  private StartQuery() {}

  /**
   * @param query the decoded query parameters
   * @param maxId the most characters of an id; a longer one is cut to this, and so never known
   * @param now wall-clock milliseconds
   */
  static Start.From parse(HttpServerRequest request, MultiMap query, int maxId, long now)
      throws BadRequestException {
    String header = HeaderText.of(request, "Last-Event-ID");
    if (header != null && !header.isEmpty()) {
      return after(header, maxId);
    }
    List<String> ids = new ArrayList<>();
    ID_NAMES.stream().map(query::getAll).forEach(ids::addAll);
    String id = HeaderText.one(ids);
    if (id != null && !id.isEmpty()) {
      return after(id, maxId);
    }
    List<Start.From> asked = new ArrayList<>();
    addIfAny(asked, from(only(query, "from")));
    addIfAny(asked, last(only(query, "last")));
    addIfAny(asked, since(only(query, "since"), now));
    if (asked.size() > 1) {
      throw new BadRequestException(400, "query: expected one of from, last and since, got more");
    }
    return asked.isEmpty() ? Start.NOW : asked.get(0);
  }

  private static Start.From after(String id, int maxId) {
    return new Start.After(id.length() <= maxId ? id : id.substring(0, maxId) + CUT);
  }

  private static @Nullable String only(MultiMap query, String name) throws BadRequestException {
    List<String> values = query.getAll(name);
    if (values.size() > 1) {
      throw new BadRequestException(
          400, "query: " + name + ": expected one value, got " + values.size());
    }
    return values.isEmpty() ? null : values.get(0);
  }

  private static void addIfAny(List<Start.From> all, Start.@Nullable From one) {
    if (one != null) {
      all.add(one);
    }
  }

  private static Start.@Nullable From from(@Nullable String value) throws BadRequestException {
    if (value == null) {
      return null;
    }
    return switch (value) {
      case "earliest" -> new Start.Earliest();
      case "now", "latest" -> Start.NOW;
      default ->
          throw new BadRequestException(
              400, "query: from: expected earliest or latest, got \"" + value + "\"");
    };
  }

  private static Start.@Nullable From last(@Nullable String value) throws BadRequestException {
    if (value == null) {
      return null;
    }
    if (!COUNT.matcher(value).matches()) {
      throw new BadRequestException(
          400, "query: last: expected a number of events, got \"" + value + "\"");
    }
    return new Start.Last(Long.parseLong(value));
  }

  private static Start.@Nullable From since(@Nullable String value, long now)
      throws BadRequestException {
    if (value == null) {
      return null;
    }
    try {
      Matcher matcher = SHORT_DURATION.matcher(value);
      if (matcher.matches()) {
        return ago(shortDuration(Long.parseLong(matcher.group(1)), matcher.group(2)), now);
      }
      if (value.startsWith("P") || value.startsWith("p")) {
        return ago(Duration.parse(value), now);
      }
      // A "+" of an offset that was not percent-encoded arrives as a space.
      return new Start.Since(
          OffsetDateTime.parse(value.replace(' ', '+')).toInstant().toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw new BadRequestException(
          400,
          "query: since: expected a time such as 2026-01-31T12:00:00Z or a duration such as PT5M"
              + " or 5m, got \""
              + value
              + "\"");
    }
  }

  private static Start.From ago(Duration duration, long now) throws BadRequestException {
    if (duration.isNegative()) {
      throw new BadRequestException(
          400, "query: since: expected a duration of 0 or more, got " + duration);
    }
    return new Start.Since(Math.max(0, now - Math.min(now, millis(duration))));
  }

  private static long millis(Duration duration) {
    try {
      return duration.toMillis();
    } catch (ArithmeticException tooLong) {
      return Long.MAX_VALUE; // before any event
    }
  }

  private static Duration shortDuration(long count, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
