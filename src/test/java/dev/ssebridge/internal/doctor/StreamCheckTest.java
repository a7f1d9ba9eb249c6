package dev.ssebridge.internal.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.doctor.Heard.End;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What long times on a stream mean, without waiting for them. */
class StreamCheckTest {
  private static long seconds(double seconds) {
    return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }

  private static Heard heard(
      double lasted, double lastByte, double gap, int arrivals, long retry, End end) {
    boolean any = arrivals > 0;
    return new Heard(
        seconds(lasted),
        any ? 0 : -1,
        any ? seconds(lastByte) : -1,
        seconds(gap),
        arrivals,
        arrivals,
        any ? 1 : 0,
        arrivals,
        List.of(),
        null,
        "",
        retry,
        null,
        0,
        null,
        end,
        end == End.CUT ? "the connection was closed" : null);
  }

  private static String line(Heard heard, boolean bridge, String about) {
    Report report = new Report(finding -> {});
    new StreamCheck(heard, bridge, true, Set.of(), report).report();
    return report.findings().stream()
        .filter(finding -> finding.about().equals(about))
        .map(finding -> finding.verdict() + " " + finding.says() + advice(finding.advice()))
        .findFirst()
        .orElse("");
  }

  private static String advice(@Nullable String advice) {
    return advice == null ? "" : " -> " + advice;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "100|95|15.2|8|OK not a byte for 15.2 s at most",
        "20|0|0|1|NOTE none in 20 s, too short a time to tell -> listen for longer",
        "100|80|27|4|NOTE not a byte for 27 s, close to idle limits: Azure Front Door and CloudFront"
            + " 30 s, HAProxy as Debian sets it 50 s",
        "100|80|35|4|NOTE not a byte for 35 s: cut by Azure Front Door and CloudFront 30 s -> send",
        "100|90|52|3|WRONG not a byte for 52 s: cut by Azure Front Door and CloudFront 30 s,"
            + " HAProxy as Debian sets it 50 s -> send",
        "300|290|61|3|WRONG not a byte for 61 s: cut by Azure Front Door and CloudFront 30 s,"
            + " HAProxy as Debian sets it 50 s, Heroku 55"
            + " s, nginx, Apache and AWS load balancers 60 s -> send a comment every 15 s",
        "70|0|0|1|WRONG not a byte for 70 s: cut by",
      })
  void silenceIsComparedWithTheLimitsOfTheUsualProxies(
      double lasted, double lastByte, double gap, int arrivals, String expected) {
    Heard heard = heard(lasted, lastByte, gap, arrivals, 3000, End.OPEN);
    assertThat(line(heard, false, "heartbeats")).startsWith(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "90.2|30|CUT|WRONG was cut (the connection was closed) after 90.2 s|nginx, Apache and AWS",
        "55.1|0|ENDED|WRONG ended in good order after 55.1 s|this is the idle limit of Heroku 55 s",
        "100.4|0|CUT|WRONG was cut|this is the idle limit of Cloudflare 100 s",
        "30.0|30|CUT|WRONG was cut|a Google load balancer ends any answer after 30 s",
        "12|2|CUT|WRONG was cut|an idle limit below the heartbeat?",
        "7|7|ENDED|WRONG ended in good order after 7 s|routes.*.maxAge",
        "700|700|ENDED|NOTE ended in good order after 11 min 40 s|readers come back by themselves",
      })
  void anEndIsComparedWithThemToo(
      double lasted, double lastByte, End end, String expected, String advice) {
    Heard heard = heard(lasted, lastByte, 1, 5, 3000, end);
    assertThat(line(heard, false, "stream")).startsWith(expected).contains(advice);
    assertThat(line(heard, false, "heartbeats")).isEmpty();
  }

  @Test
  void whatEndsAtTheTimeThatEnvoyGivesARouteIsToldWhereEnvoyIs() {
    Heard heard = heard(15.1, 15, 1, 5, 3000, End.CUT);
    Report report = new Report(finding -> {});
    new StreamCheck(heard, false, true, Set.of(Between.ENVOY), report).report();
    assertThat(report.findings()).anySatisfy(f -> assertThat(f.advice()).contains("route to 0s"));
    assertThat(line(heard, false, "stream")).doesNotContain("Envoy");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-1|NOTE none: after a cut a browser comes back when it likes",
        "0|NOTE 0 ms: readers come back at once after a cut",
        "3000|OK 3000 ms",
        "600000|NOTE 600000 ms: readers stay away after a cut",
      })
  void theReconnectionTimeIsJudged(long retry, String expected) {
    assertThat(line(heard(10, 5, 5, 3, retry, End.OPEN), false, "retry")).startsWith(expected);
  }

  @Test
  void aBridgeSendsItsFirstBytesWithTheHead() {
    Heard nothing = heard(20, 0, 0, 0, -1, End.OPEN);
    assertThat(line(nothing, true, "first byte"))
        .startsWith("WRONG none came, though a bridge sends some with the head")
        .contains("nginx: proxy_buffering off");
    assertThat(line(nothing, false, "first byte"))
        .startsWith("NOTE none came in 20 s: the stream is silent, or held back");
  }
}
