package dev.ssebridge.internal.doctor;

import dev.ssebridge.internal.doctor.Patience.UnansweredException;
import dev.ssebridge.internal.url.HttpUrl;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The way from a URL to a stream: each host that is connected to, each redirect. */
final class Walk {
  /** As many as the Fetch standard lets a browser follow. */
  private static final int MOST = 20;

  private static final String REDIRECT = "redirect";

  private final Visit visit;
  private final Caller caller;
  private final Reach reach;
  private final Handshake handshake;
  private final Report report;
  private final Set<URI> visited = new HashSet<>();
  private @Nullable SocketAddress address;
  private String origin = "";

  Walk(Visit visit, Caller caller, Reach reach, Handshake handshake, Report report) {
    this.visit = visit;
    this.caller = caller;
    this.reach = reach;
    this.handshake = handshake;
    this.report = report;
  }

  /**
   * Where it leads.
   *
   * @param url the last one
   * @param at the address it was asked at
   * @param answer to a request as a browser sends it
   */
  record End(URI url, @Nullable SocketAddress at, Answer answer) {}

  /** The first answer that is no redirect, or null, which has been reported then. */
  @Nullable End end() throws InterruptedException {
    URI url = visit.url();
    while (visited.add(url)) {
      if (!isReached(url)) {
        return null;
      }
      Answer answer = ask(url);
      if (answer == null) {
        return null;
      }
      if (!isRedirect(answer.status())) {
        return new End(url, address, answer);
      }
      answer.close();
      URI next = next(url, answer);
      if (next == null) {
        return null;
      }
      url = next;
    }
    report.wrong(
        REDIRECT,
        "a loop, back to " + Text.ofUrl(url),
        "look at the rules of the proxy and of the server for http, https and slashes");
    return null;
  }

  private boolean isReached(URI url) throws InterruptedException {
    if (Places.origin(url).equals(origin)) {
      return true;
    }
    SocketAddress found = reach.of(url);
    address = found;
    origin = Places.origin(url);
    return found != null && (!Places.isSecure(url) || handshake.isGood(url, found));
  }

  private @Nullable Answer ask(URI url) throws InterruptedException {
    try {
      return caller.ask(
          HttpMethod.GET, url, address, caller.asBrowser(url), null, visit.timeout());
    } catch (UnansweredException e) {
      report.wrong(
          "head",
          "none: " + e.words(),
          "the origin must send the head at once, not with the first event; look at its log, and"
              + " whether something between waits for the whole answer");
      return null;
    }
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private @Nullable URI next(URI url, Answer answer) {
    String location = answer.header("location");
    String status = String.valueOf(answer.status());
    if (location == null || location.isBlank()) {
      report.wrong(REDIRECT, status + " without a Location", "look at who sends it");
      return null;
    }
    URI next;
    try {
      next = HttpUrl.resolve(url, location.strip());
    } catch (IllegalArgumentException e) {
      report.wrong(
          REDIRECT,
          status + " to " + shown(location) + ", which is no http or https URL",
          "a reader of streams cannot follow it: look at who sends it");
      return null;
    }
    String says = status + " to " + Text.ofUrl(next);
    if (visited.size() > MOST) {
      report.wrong(REDIRECT, says + ": more than " + MOST, "look at who sends them");
      return null;
    }
    if (Places.isSecure(url) && !Places.isSecure(next)) {
      report.wrong(
          REDIRECT,
          says + ", from https to http: browsers refuse it",
          "have the server behind the proxy know that its readers use https (X-Forwarded-Proto)");
    } else {
      report.note(
          REDIRECT,
          says + (visit.isOwn(next) ? "" : ", another origin: headers are not sent there"),
          "give readers the last URL: an EventSource takes this way at each reconnection");
    }
    return next;
  }

  private static String shown(String location) {
    return Text.of(dev.ssebridge.internal.text.PrintableText.ofWholeUrl(location));
  }
}
