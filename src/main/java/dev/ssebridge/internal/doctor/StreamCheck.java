package dev.ssebridge.internal.doctor;

import dev.ssebridge.internal.doctor.Heard.End;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What the time on a stream has shown: its first byte, its silences, its end. Pure. */
final class StreamCheck {
  private static final String FIRST_BYTE = "first byte";
  private static final String HEARTBEATS = "heartbeats";
  private static final String STREAM = "stream";
  private static final String RETRY = "retry";
  private static final String FORMAT = "format";

  private static final long PROMPT = TimeUnit.SECONDS.toNanos(2);
  private static final long SHORT = TimeUnit.SECONDS.toNanos(60);
  private static final long GOOGLE = TimeUnit.SECONDS.toNanos(30);

  /** What a route of Envoy gives an answer as a whole. */
  private static final long ENVOY = TimeUnit.SECONDS.toNanos(15);

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long LEAST_RETRY = 500;
  private static final long MOST_RETRY = 60_000;

  private final Heard heard;
  private final boolean bridge;
  private final boolean readable;
  private final Set<Between> between;
  private final Report report;

  /**
   * Of one stream.
   *
   * @param bridge whether it comes from a bridge, which sends its first bytes with the head
   * @param readable whether its coding could be taken off
   */
  StreamCheck(Heard heard, boolean bridge, boolean readable, Set<Between> between, Report report) {
    this.heard = heard;
    this.bridge = bridge;
    this.readable = readable;
    this.between = between;
    this.report = report;
  }

  /** Reports on all of it. */
  void report() {
    firstByte();
    end();
    heartbeats();
    retry();
    if (heard.oddities() > 0) {
      report.note(
          FORMAT,
          Text.count(heard.oddities(), "oddity").replace("odditys", "oddities")
              + ", the first: "
              + Text.of(String.valueOf(heard.oddity())),
          "readers pass it over: look whether the origin meant something else");
    }
    report.measured("firstByteMillis", heard.firstByte());
    report.measured("silenceMillis", heard.silence());
    report.measured("listenedMillis", heard.lasted());
    report
        .measured()
        .put("bytes", heard.bytes())
        .put("events", heard.events())
        .put("comments", heard.comments());
  }

  private void firstByte() {
    long first = heard.firstByte();
    if (first >= 0 && (first < PROMPT || !bridge)) {
      report.ok(FIRST_BYTE, Text.ofTime(first) + " after the head");
    } else if (bridge) {
      report.wrong(
          FIRST_BYTE,
          (first < 0 ? "none came" : Text.ofTime(first) + " after the head")
              + ", though a bridge sends some with the head: something holds them back",
          Between.unbuffered(between));
    } else {
      report.note(
          FIRST_BYTE,
          "none came in " + Text.ofTime(heard.lasted()) + ": the stream is silent, or held back",
          "listen for longer (--for), or give --publish URL to find out; an origin does well to send"
              + " a comment with the head");
    }
  }

  private void end() {
    String came =
        (readable
                ? Text.count(heard.events(), "event")
                    + ", "
                    + Text.count(heard.comments(), "comment")
                    + ", "
                : "")
            + Text.ofBytes(heard.bytes());
    String lasted = Text.ofTime(heard.lasted());
    switch (heard.end()) {
      case OPEN -> report.ok(STREAM, "open for " + lasted + ": " + came);
      case FULL ->
          report.note(
              STREAM,
              came + " in " + lasted + ", then no more was read",
              "a reader that is slower than this falls behind: see routes.*.slow of a bridge");
      case CORRUPT ->
          report.wrong(
              STREAM,
              "its bytes are not what content-encoding says: " + Text.of(cause()),
              "look for something that compresses twice, or sets the header without doing so");
      default -> over(came, lasted);
    }
  }

  private void over(String came, String lasted) {
    boolean ended = heard.end() == End.ENDED;
    String how = ended ? "ended in good order" : "was cut (" + Text.of(cause()) + ")";
    String last = heard.lastComment() == null ? "" : "; it said \"" + heard.lastComment() + "\"";
    String says = how + " after " + lasted + ": " + came + last;
    long silence = heard.silenceAtEnd();
    boolean silent = silence > SECOND / 2;
    if (ended && heard.lasted() > SHORT && !silent) {
      report.note(STREAM, says, "readers come back by themselves; look whether this is meant");
    } else {
      report.wrong(
          STREAM, says + (silent ? ", silent for " + Text.ofTime(silence) : ""), why(ended));
    }
  }

  private String why(boolean ended) {
    long silence = heard.silenceAtEnd();
    String near = IdleLimits.near(silence);
    if (!near.isEmpty()) {
      return "this is the idle limit of "
          + near
          + ": raise it ("
          + Between.patient(between)
          + "), or send heartbeats more often (routes.*.heartbeat)";
    }
    if (Math.abs(heard.lasted() - GOOGLE) <= SECOND) {
      return "a Google load balancer ends any answer after 30 s: raise the timeout of its backend"
          + " service";
    }
    if (between.contains(Between.ENVOY) && Math.abs(heard.lasted() - ENVOY) <= SECOND) {
      return "Envoy ends any answer after 15 s: set the timeout of its route to 0s";
    }
    if (silence > SECOND / 2) {
      return "an idle limit below the heartbeat? raise it ("
          + Between.patient(between)
          + "), or send heartbeats more often (routes.*.heartbeat)";
    }
    return ended
        ? "the origin must keep the stream open; see routes.*.maxAge and maxEvents of a bridge, and"
            + " its log"
        : "look at the logs of the origin, and of what is between";
  }

  private String cause() {
    return String.valueOf(heard.cause());
  }

  private void heartbeats() {
    if (heard.end() != End.OPEN) {
      return; // its end says what there is to say
    }
    long silence = heard.silence();
    if (IdleLimits.isOver(silence)) {
      report.wrong(
          HEARTBEATS,
          "not a byte for " + Text.ofTime(silence) + ": cut by " + IdleLimits.thatCut(silence),
          "send a comment every 15 s (routes.*.heartbeat), or raise their limits");
    } else if (heard.arrivals() < 2) {
      report.note(
          HEARTBEATS,
          "none in " + Text.ofTime(heard.lasted()) + ", too short a time to tell",
          "listen for longer (--for 60s); proxies cut a silent stream: " + IdleLimits.shortest());
    } else if (!IdleLimits.isSafe(silence)) {
      String cut = IdleLimits.thatCut(silence);
      report.note(
          HEARTBEATS,
          "not a byte for "
              + Text.ofTime(silence)
              + (cut.isEmpty()
                  ? ", close to idle limits: " + IdleLimits.shortest()
                  : ": cut by " + cut),
          "send a comment every 15 s (routes.*.heartbeat)");
    } else if (heard.comments() == 0 && heard.silenceAtEnd() >= heard.lasted() / 2) {
      report.note(
          HEARTBEATS,
          "none in " + Text.ofTime(heard.silenceAtEnd()) + " of silence, too short a time to tell",
          "listen for longer (--for 60s); proxies cut a silent stream: " + IdleLimits.shortest());
    } else {
      report.ok(
          HEARTBEATS,
          "not a byte for "
              + Text.ofTime(silence)
              + " at most; the usual proxies allow 30 s and more");
    }
  }

  private void retry() {
    long retry = heard.retry();
    if (!readable || (heard.events() == 0 && heard.bytes() == 0)) {
      return;
    }
    if (retry < 0) {
      report.note(
          RETRY,
          "none: after a cut a browser comes back when it likes, after about 3 s",
          "send retry: with a time, a bit different for each reader (routes.*.retry)");
    } else if (retry < LEAST_RETRY || retry > MOST_RETRY) {
      report.note(
          RETRY,
          retry
              + " ms: "
              + (retry < LEAST_RETRY ? "readers come back at once" : "readers stay away")
              + " after a cut",
          "some seconds are usual (routes.*.retry)");
    } else {
      report.ok(RETRY, retry + " ms");
    }
  }
}
