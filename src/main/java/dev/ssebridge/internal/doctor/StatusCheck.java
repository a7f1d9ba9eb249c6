package dev.ssebridge.internal.doctor;

import org.jspecify.annotations.Nullable;

/** What a status means to somebody who wants to read a stream, and what to do about it. */
final class StatusCheck {
  private static final String STATUS = "status";

  private StatusCheck() {}

  /** Whether a stream follows; if not, it has been reported why. */
  static boolean isGood(Answer answer, Report report) {
    int status = answer.status();
    if (status == 200) {
      report.ok(STATUS, "200");
      return true;
    }
    String wait = answer.header("retry-after");
    report.wrong(
        STATUS,
        status
            + (wait == null ? "" : ", Retry-After: " + Text.of(wait))
            + (status == 204
                ? ": an EventSource stops for good"
                : ": a browser's EventSource gives up for good"),
        advice(status));
    return false;
  }

  private static String advice(int status) {
    return switch (status) {
      case 204 -> "the server says that there is nothing more: a route that is \"gone\"";
      case 400 -> "look at the path and the query of the URL; the log of the server says more";
      case 401 -> "give credentials: --bearer env:NAME, or --header";
      case 403 -> "these credentials, or this --origin, may not read it; or a firewall is between";
      case 404 -> "look at the path: no route has it (routes.*.path), or a proxy changes it";
      case 405 -> "this path is not for reading: a publish route perhaps (publish.*.path)";
      case 406 -> "the server does not offer text/event-stream here";
      case 407 -> "a proxy wants credentials of its own";
      case 414, 431 -> "a limit for the request line or its headers is too low for this request";
      case 421 -> "add this host to http.hosts, or let the proxy pass another Host on";
      case 429 -> "too many requests: come back later";
      case 500 -> "the log of the server says what is wrong";
      case 502 -> "the proxy gets no answer: look whether the origin runs, and the proxy's address";
      case 503 ->
          "a limit of the server is reached (limits.*), or it shuts down, or nothing is"
              + " behind the proxy";
      case 504, 524 -> "the origin did not send its head in time: it must send it at once";
      default ->
          status < 300
              ? "only 200 opens a stream"
              : "look at the log of the server, and of what is between";
    };
  }

  /** What to do if a probe could not be published. */
  static String ofPublishing(@Nullable Answer answer) {
    int status = answer == null ? 0 : answer.status();
    return switch (status) {
      case 0 -> "look whether this URL can be reached";
      case 401, 403 ->
          "give credentials that may publish: --bearer env:NAME, or --header; they are"
              + " sent to the origin of the stream only";
      case 404, 405 -> "look at the path: no publish rule has it (publish.*.path)";
      case 415, 400, 422 -> "it does not take JSON: a probe is a small JSON object";
      case 421 -> "add this host to http.hosts, or let the proxy pass another Host on";
      case 429, 503 -> "the server is at a limit: come back later";
      default -> "give the URL that takes a POST itself, or look at the log of the server";
    };
  }
}
