package dev.ssebridge.internal.doctor;

import dev.ssebridge.internal.url.WebOrigin;
import java.util.List;
import java.util.Locale;

/** Whether a page of another origin may read a stream (Fetch standard, section 4.9, CORS check). */
final class CorsCheck {
  private static final String CORS = "cors";
  private static final String HOW =
      "answer with access-control-allow-origin and this origin: by http.cors.origins of the bridge, by"
          + " a CorsHandler of the application before it, or by the proxy";

  private CorsCheck() {}

  static void report(Answer answer, WebOrigin origin, Report report) {
    List<String> allowed = answer.all("access-control-allow-origin");
    String value = allowed.isEmpty() ? "" : allowed.get(0).strip();
    if (allowed.isEmpty()) {
      report.wrong(
          CORS, "no access-control-allow-origin: pages of " + origin + " cannot read it", HOW);
    } else if (allowed.size() > 1 || value.indexOf(',') >= 0) {
      report.wrong(
          CORS,
          "access-control-allow-origin comes more than once: browsers refuse that",
          "either the proxy sets it, or what is behind it, not both");
    } else if (value.equals("*")) {
      report.ok(CORS, "access-control-allow-origin: *, without credentials");
    } else if (!value.equals(origin.toString())) {
      report.wrong(
          CORS,
          "access-control-allow-origin: "
              + Text.of(value)
              + ": pages of "
              + origin
              + " cannot read it",
          HOW);
    } else {
      good(answer, value, report);
    }
  }

  private static void good(Answer answer, String value, Report report) {
    boolean credentials = answer.lower("access-control-allow-credentials").equals("true");
    String says =
        "access-control-allow-origin: "
            + Text.of(value)
            + (credentials ? ", with credentials" : ", without credentials");
    String vary = String.join(",", answer.all("vary")).toLowerCase(Locale.ROOT);
    if (vary.contains("origin") || vary.contains("*")) {
      report.ok(CORS, says);
    } else {
      report.note(
          CORS,
          says + "; no vary: origin",
          "add vary: origin, or a cache may give the answer for one page to another");
    }
  }
}
