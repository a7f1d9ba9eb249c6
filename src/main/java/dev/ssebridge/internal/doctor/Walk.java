package dev.ssebridge.internal.doctor;

import dev.ssebridge.internal.doctor.Patience.UnansweredException;
import dev.ssebridge.internal.url.HttpUrl;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The way from a URL to a stream: each host that is connected to, each redirect. */
final class Walk {
  /** As many as the Fetch standard lets a browser follow. */
  private static final int MOST = 20;

  private static final String REDIRECT = "redirect";
  private static final String HEAD = "head";
  private static final String FLUSH =
      "the origin must send the head at once, not with the first event";

  private final Visit visit;
  private final Caller caller;
  private final Reach reach;
  private final Handshake handshake;
  private final Supplier<@Nullable ProbeCheck> probes;
  private final Report report;
  private final Set<URI> visited = new HashSet<>();
  private @Nullable SocketAddress address;
  private String origin = "";
  private boolean published;

  /**
   * Of one examination.
   *
   * @param probes publishes where that is wanted
   */
  Walk(
      Visit visit,
      Caller caller,
      Reach reach,
      Handshake handshake,
      Supplier<@Nullable ProbeCheck> probes,
      Report report) {
    this.probes = probes;
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
    Caller.Pending pending =
        caller.begin(HttpMethod.GET, url, address, caller.asBrowser(url), null);
    try {
      return pending.await(visit.timeout());
    } catch (UnansweredException e) {
      Answer late = e.getCause() instanceof TimeoutException ? late(pending) : null;
      if (late == null) {
        pending.close();
        reportSilence(url, e);
      }
      return late;
    }
  }

  /** The head, if it comes once there is an event. */
  private @Nullable Answer late(Caller.Pending pending) throws InterruptedException {
    ProbeCheck first = probes.get();
    if (first == null || !first.publish()) {
      return null;
    }
    published = true;
    try {
      Answer late = pending.await(visit.timeout());
      report.wrong(
          HEAD,
          "it came only once an event was published: until then an EventSource is not open",
          FLUSH);
      return late;
    } catch (UnansweredException e) {
      return null;
    }
  }

  private void reportSilence(URI url, UnansweredException failure) throws InterruptedException {
    String says =
        "none: " + failure.words() + (published ? ", nor when an event was published" : "");
    if (!(failure.getCause() instanceof TimeoutException)) {
      report.wrong(HEAD, says, "look at the log of the server, and of what is between");
      return;
    }
    try (Answer bare =
        caller.ask(HttpMethod.HEAD, url, address, caller.asCurl(url), null, visit.timeout())) {
      report.wrong(
          HEAD,
          says + ", though HEAD is answered (" + bare.status() + "): something holds it back",
          Between.unbuffered(Between.in(bare)) + "; else " + FLUSH);
    } catch (UnansweredException e) {
      report.wrong(HEAD, says, FLUSH + "; look at its log, and at what is between");
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
