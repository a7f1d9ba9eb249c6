package dev.ssebridge.internal.doctor;

import dev.ssebridge.format.SseHeaders;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The head of a stream: what browsers, caches and proxies make of each header. */
final class HeadCheck {
  private static final String TYPE = "content type";
  private static final String CACHE = "caching";
  private static final String BUFFERING = "buffering";
  private static final String LENGTH = "length";
  private static final String HEAD = "head";
  private static final Pattern MAX_AGE = Pattern.compile("(?:s-maxage|max-age)=\"?0*[1-9]");

  /** A reader that waits longer for the head notices. */
  private static final long SLOW = 2_000_000_000L;

  private final Answer answer;
  private final Set<Between> between;
  private final Report report;

  HeadCheck(Answer answer, Report report) {
    this.answer = answer;
    this.between = Between.in(answer);
    this.report = report;
  }

  /** Reports on all of it; whether it is the head of a stream at all. */
  boolean isStream() {
    boolean stream = checkType();
    checkCaching();
    checkBuffering();
    checkLength();
    checkBetween();
    checkTime();
    return stream;
  }

  /** Whether it comes from a bridge like this one, whose first bytes come with the head. */
  static boolean isBridge(Answer answer) {
    return answer.headers().contains(SseHeaders.RESUME);
  }

  private boolean checkType() {
    List<String> types = answer.all("content-type");
    String whole = types.isEmpty() ? "" : types.get(0);
    String[] parts = whole.toLowerCase(Locale.ROOT).split(";", -1);
    String type = parts[0].strip();
    if (types.size() != 1 || !type.equals("text/event-stream")) {
      report.wrong(
          TYPE,
          types.isEmpty()
              ? "none: an EventSource refuses it"
              : Text.of(String.join(", ", types)) + ": an EventSource refuses it",
          type.equals("text/html")
              ? "a page came instead: of a login, an error, or a single-page application's fallback;"
                  + " the answer must say text/event-stream"
              : "the answer must say text/event-stream, once");
      return false;
    }
    String charset = charset(parts);
    if (charset.isEmpty() || charset.equals("utf-8") || charset.equals("utf8")) {
      report.ok(TYPE, Text.of(whole));
    } else {
      report.note(
          TYPE,
          Text.of(whole) + ": readers take it for UTF-8, whatever it says",
          "leave the charset out, and send UTF-8");
    }
    return true;
  }

  private static String charset(String[] parts) {
    for (String part : parts) {
      String parameter = part.strip();
      if (parameter.startsWith("charset=")) {
        return parameter.substring("charset=".length()).replace("\"", "").strip();
      }
    }
    return "";
  }

  private void checkCaching() {
    String cache = String.join(", ", answer.all("cache-control"));
    String lower = cache.toLowerCase(Locale.ROOT);
    boolean uncached = lower.contains("no-store") || lower.contains("no-cache");
    String age = answer.header("age");
    String hit = answer.lower("x-cache");
    if ((age != null && !age.strip().equals("0")) || hit.startsWith("hit")) {
      report.wrong(
          CACHE,
          "the answer comes out of a cache" + (age == null ? "" : ", age " + Text.of(age)),
          "have the cache pass this path, and send cache-control: no-store");
    } else if (!uncached && MAX_AGE.matcher(lower).find()) {
      report.wrong(
          CACHE,
          "cache-control: " + Text.of(cache) + ": a cache may keep it",
          "send cache-control: no-store, no-transform");
    } else if (!uncached) {
      report.note(
          CACHE,
          cache.isEmpty() ? "no cache-control" : "cache-control: " + Text.of(cache),
          "send cache-control: no-store, no-transform, so that nobody keeps or changes it");
    } else if (!lower.contains("no-transform")) {
      report.note(
          CACHE,
          "cache-control: " + Text.of(cache),
          "add no-transform, so that no proxy compresses it");
    } else {
      report.ok(CACHE, "cache-control: " + Text.of(cache));
    }
  }

  private void checkBuffering() {
    String accel = answer.lower("x-accel-buffering");
    if (accel.equals("no")) {
      report.ok(BUFFERING, "x-accel-buffering: no");
    } else if (!accel.isEmpty()) {
      report.wrong(
          BUFFERING,
          "x-accel-buffering: " + Text.of(accel) + ": nginx holds events back",
          "send x-accel-buffering: no");
    } else if (between.contains(Between.NGINX)) {
      report.ok(BUFFERING, "no x-accel-buffering; nginx keeps that header to itself");
    } else {
      report.note(
          BUFFERING,
          "no x-accel-buffering: an nginx in front of it would hold events back",
          "send x-accel-buffering: no, or set proxy_buffering off there");
    }
  }

  private void checkLength() {
    String length = answer.header("content-length");
    if (length != null) {
      report.wrong(
          LENGTH,
          "content-length: " + Text.of(length) + ": the stream ends after this number of bytes",
          "send none; something between may have waited for the whole answer to count it");
    } else if (answer.version() != HttpVersion.HTTP_2
        && !answer.lower("transfer-encoding").contains("chunked")) {
      report.note(
          LENGTH,
          "not chunked: the stream ends with its connection, a cut looks like an end",
          "speak HTTP/1.1 to the origin (nginx: proxy_http_version 1.1)");
    }
    if (answer.version() == HttpVersion.HTTP_2 && answer.headers().contains("connection")) {
      report.wrong(
          "connection",
          "a connection header over HTTP/2: WebKit ends the stream",
          "send none (RFC 9113, section 8.2.2)");
    }
  }

  private void checkBetween() {
    List<String> hints = new ArrayList<>();
    for (String name : List.of("server", "via")) {
      String value = String.join(", ", answer.all(name));
      if (!value.isEmpty()) {
        hints.add(name + ": " + Text.of(value));
      }
    }
    for (Between one : between) {
      hints.add(one.words() + " is between, or the origin");
    }
    if (!hints.isEmpty()) {
      report.ok("between", String.join("; ", hints));
    }
  }

  private void checkTime() {
    report.measured("headMillis", answer.took());
    String says = "after " + Text.ofTime(answer.took());
    if (answer.took() < SLOW) {
      report.ok(HEAD, says);
    } else {
      report.note(
          HEAD,
          says + ": until then an EventSource is not open",
          "the origin must send the head at once, not with the first event");
    }
  }
}
