package dev.ssebridge.internal.config;

import dev.ssebridge.ControlAllowOptions;
import dev.ssebridge.ControlOptions;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SlowPolicy;
import dev.ssebridge.client.DeliveryMode;
import dev.ssebridge.client.ReconnectPolicy;
import dev.ssebridge.client.SourceOptions;
import java.time.Duration;
import java.util.Set;

/**
 * Notes keys that are set and have no effect where they are: what they were meant to do would be
 * missed in silence. A key at its default says nothing, and is no mistake.
 */
final class Effects {
  /** Methods whose repetition does no harm, so that nothing need permit it (RFC 9110, 9.2.1). */
  private static final Set<String> SAFE =
      Set.of("GET", "OPTIONS", "PROPFIND", "REPORT", "SEARCH", "QUERY");

  private static final SourceOptions USUAL = new SourceOptions("http://localhost/", "none");

  private Effects() {}

  static void require(SourceOptions source, Place at) {
    if (source.getDeliver() != DeliveryMode.REQUEST) {
      String beside = "\"deliver\": \"request\" beside it";
      requireEffect(source.getWindow() == USUAL.getWindow(), at, "window", beside);
      Integer attempts = source.getAttempts();
      boolean isUsed = attempts == null || attempts == 0 || source.getDeadLetter() == null;
      requireEffect(isUsed, at, "attempts", beside); // without dead letters that is said first
      if (source.getDeadLetter() == null) { // whose consumer replies as well
        requireEffect(
            source.getReplyTimeout().equals(USUAL.getReplyTimeout()), at, "replyTimeout", beside);
        requireEffect(source.getDrain().equals(USUAL.getDrain()), at, "drain", beside);
      }
    }
    requireEffect(
        !source.getCursor().equals("none")
            || source.getCursorEvery().equals(USUAL.getCursorEvery()),
        at,
        "cursorEvery",
        "\"cursor\" beside it, the file that is written");
    requireEffect(
        source.getStream().getHeadersAcrossOrigins().isEmpty()
            || source.getStream().getMaxRedirects() > 0,
        at,
        "headersAcrossOrigins",
        "\"maxRedirects\" above 0 beside it");
    if (source.getAuth() != null && source.getStream().getHeaders().containsKey("authorization")) {
      at.at("headers")
          .problem(
              "Authorization",
              "expected either this header or \"auth\", got both; leave the header out");
    }
    require(source.getStream().getReconnect(), source.getStream().getMethod().name(), at);
  }

  private static void require(ReconnectPolicy reconnect, String method, Place at) {
    requireEffect(
        !reconnect.isRepeatUnsafe() || !SAFE.contains(method),
        at,
        "repeatUnsafe",
        "a \"method\" beside it that is not safe, such as \"POST\"");
    Duration usual = USUAL.getStream().getReconnect().getRetry();
    if (reconnect.getRetry().compareTo(reconnect.getMaxRetry()) > 0) {
      if (reconnect.getRetry().equals(usual)) {
        at.problem(
            "maxRetry",
            "expected at least retry, " + usual.toMillis() + "ms, got less; set \"retry\" as well");
      } else {
        requireAtMost(reconnect.getMaxRetry(), at);
      }
    }
  }

  static void require(RouteOptions route, Place at) {
    if (route.getRetry().compareTo(route.getMaxRetry()) > 0) {
      requireAtMost(route.getMaxRetry(), at);
    }
    boolean conflates = route.getSlow().getPolicy() == SlowPolicy.CONFLATE;
    requireEffect(
        conflates || route.getSlow().getKeys() == new RouteOptions("/", "a").getSlow().getKeys(),
        at.at("slow"),
        "keys",
        "the policy \"conflate\" beside it");
  }

  private static void requireAtMost(Duration longest, Place at) {
    at.problem("retry", "expected at most maxRetry, " + longest.toMillis() + "ms, got more");
  }

  static void require(ControlOptions control, Place at) {
    if (control.getSources() != null) {
      return;
    }
    ControlAllowOptions allow = control.getAllow();
    String beside = "\"sources\" in \"control\", without which no source is added";
    requireEffect(allow.getHosts().isEmpty(), at.at("allow"), "hosts", beside);
    requireEffect(allow.getSecrets().isEmpty(), at.at("allow"), "secrets", beside);
    requireEffect(allow.getCursors().isEmpty(), at.at("allow"), "cursors", beside);
  }

  private static void requireEffect(boolean isFine, Place at, String key, String beside) {
    if (!isFine) {
      at.problem(key, "has no effect here, expected " + beside + "; or leave it out");
    }
  }
}
