package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked for, with every connection. */
class EventSourceRequestTest extends EventSourceFixture {

  @Test
  void client01FirstRequestHasAcceptCacheControlAndAcceptEncodingAndNothingElse() {
    follow(options());
    Peer peer = origin.next();
    assertThat(peer.method()).isEqualTo("GET");
    assertThat(peer.path()).isEqualTo("/stream");
    assertThat(peer.headers().keySet())
        .containsExactlyInAnyOrder("accept", "accept-encoding", "cache-control", "host");
    assertThat(peer.header("accept-encoding")).isEqualTo("gzip, deflate");
    assertThat(peer.header("accept")).isEqualTo("text/event-stream");
    assertThat(peer.header("cache-control")).isEqualTo("no-cache");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH", "MAKE-IT-SO"})
  void client12ARequestThatIsNotSafeIsNotSentAgainOnceItWasAnswered(String method) {
    Recorder recorder = follow(options().setMethod(HttpMethod.valueOf(method)));
    origin.next().answer("503 Busy");
    origin.next().reset();
    origin.next().stream().send("data: x\n\n").close();
    assertThat(recorder.data(1)).containsExactly("x");
    recorder.awaitClosed(EventSourceReason.ENDED);
    recorder.take(recorder.ends, "the end");
    assertThat(recorder.exceptions).isEmpty();
    assertThat(origin.poll(50)).isNull();
  }

  @Test
  void client12AnAnswerToAPostThatBreaksOffIsAFailureAndNotAskedForAgain() {
    Recorder recorder = follow(options().setMethod(HttpMethod.POST));
    Peer peer = origin.next().chunked().chunk("data: x\n\n");
    assertThat(recorder.data(1)).containsExactly("x");
    peer.reset();
    recorder.awaitClosed(EventSourceReason.NETWORK_ERROR);
    recorder.take(recorder.exceptions, "the failure");
    recorder.take(recorder.ends, "the end");
    assertThat(origin.poll(50)).isNull();
  }

  @Test
  void client12APostThatWasAnsweredWithAPageIsNotSentAgainWhateverIsToBecomeOfRefusals() {
    Recorder recorder =
        follow(
            options(policy -> policy.setRefused(ReconnectPolicy.Refused.RETRY))
                .setMethod(HttpMethod.POST));
    origin.next().answer("404 Not Found");
    origin.next().answer("200 OK", "Content-Type: text/html");
    recorder.awaitClosed(EventSourceReason.WRONG_CONTENT_TYPE);
    assertThat(origin.poll(50)).isNull();
  }

  @Test
  void client12WhatAPostWasRedirectedToIsNotAskedForAgainEither() {
    Recorder recorder = follow(options().setMethod(HttpMethod.POST));
    origin.next().answer("303 See Other", "Location: /there");
    Peer there = origin.next();
    assertThat(there.method()).isEqualTo("GET");
    there.stream().close();
    recorder.awaitClosed(EventSourceReason.ENDED);
    assertThat(origin.poll(50)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "REPORT"})
  void client01MethodBodyAndHeadersAreSentWithEveryConnection(String method) {
    follow(
        options(policy -> policy.setRepeatUnsafe(true))
            .setMethod(HttpMethod.valueOf(method))
            .addHeader("content-type", "application/json; charset=utf-8")
            .addHeader("x-more", "gr\u00fc\u00df dich \u20ac")
            .setRequestBody("{\"hello\": \"w\u00f6rld\"}"));
    for (int connection = 0; connection < 3; connection++) {
      Peer peer = origin.next();
      assertThat(peer.method()).isEqualTo(method);
      assertThat(peer.header("content-type")).isEqualTo("application/json; charset=utf-8");
      assertThat(peer.header("x-more")).isEqualTo("gr\u00fc\u00df dich \u20ac");
      assertThat(peer.body()).isEqualTo("{\"hello\": \"w\u00f6rld\"}");
      peer.stream().send("data: x\n\n").close();
    }
  }

  @Test
  void client01AHeaderSetByTheUserReplacesTheUsualOneAndIsNotSentTwice() {
    follow(options().addHeader("ACCEPT", "text/event-stream, */*").addHeader("Accept", "a/b"));
    assertThat(origin.next().header("accept")).isEqualTo("a/b");
  }

  @Test
  void client01HeadersThatTheSourceOwnsAreRefusedWhenTheOptionsAreMade() {
    assertThatThrownBy(() -> options().addHeader("last-event-id", "1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("setLastEventId()");
    assertThatThrownBy(() -> options().addHeader("x", "a\r\nb: c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("index 1");
    assertThatThrownBy(() -> options().addHeader("x y", "z"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/stream",
        "ftp://example.com/",
        "http:/x",
        "http://u:p@h/",
        "h t",
        "http://h:99999/",
        "http:///x",
        "http://a b/",
        "http://h/a\nb"
      })
  void client01UrlsThatAreNotHttpAreRefusedWhenTheOptionsAreMade(String url) {
    assertThatThrownBy(() -> new EventSourceOptions(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("url: ");
  }

  @ParameterizedTest
  @CsvSource({
    "'',/",
    "/,/",
    "?a=b,/?a=b",
    "/a%20b?c=%C3%A9,/a%20b?c=%C3%A9",
    "/t/caf\u00e9,/t/caf%C3%A9",
    "/a b?q=\u20ac[1]|x,/a%20b?q=%E2%82%AC[1]%7Cx",
    "/100%?x=%zz#here,/100%25?x=%25zz"
  })
  void client01TheTargetIsThatOfTheUrl(String end, String target) {
    connect(source(new EventSourceOptions(origin.url(end))));
    assertThat(origin.next().path()).isEqualTo(target);
  }

  @Test
  void client23AUrlThatASupplierGivesIsEncodedAsWell() {
    follow(
        builder(options())
            .withRequestSupplier(
                attempt ->
                    Future.succeededFuture(
                        attempt.request().withUrl(origin.url("/caf\u00e9 \ud83d\ude00")))));
    assertThat(origin.next().path()).isEqualTo("/caf%C3%A9%20%F0%9F%98%80");
  }

  @Test
  void client12ARequestThatCannotBeMadeIsAFailedConnection() {
    Recorder recorder =
        follow(
            builder(options())
                .withRequestSupplier(
                    attempt -> Future.succeededFuture(EventSourceRequest.get("http://:80:80/"))));
    recorder.awaitWaiting(EventSourceReason.REQUEST_FAILED);
  }

  @Test
  void client02LastEventIdToBeginWithIsSentFirst() {
    follow(options().setLastEventId("abc"));
    assertThat(origin.next().header("last-event-id")).isEqualTo("abc");
  }

  @Test
  void client02LastEventIdGoesOverTheWireAsUtf8() {
    Recorder recorder = follow(options());
    origin.next().stream().send("id: \u2713 \u00e9 \ud83d\ude00\ndata: x\n\n").close();
    assertThat(recorder.event().id()).isEqualTo("\u2713 \u00e9 \ud83d\ude00");
    assertThat(origin.next().header("last-event-id")).isEqualTo("\u2713 \u00e9 \ud83d\ude00");
  }

  @Test
  void client02LastEventIdIsSentAgainAfterEventsWithoutOneAndAbsentAfterItWasReset() {
    follow(options());
    origin.next().stream().send("id: 1\ndata: a\n\ndata: b\n\n").close();
    Peer second = origin.next();
    assertThat(second.header("last-event-id")).isEqualTo("1");
    second.stream().send("data: c\n\n").close();
    Peer third = origin.next();
    assertThat(third.header("last-event-id")).isEqualTo("1");
    third.stream().send("id\ndata: d\n\n").close();
    assertThat(origin.next().header("last-event-id")).isNull();
  }

  @Test
  void client02AnIdThatNoHeaderCanCarryIsLeftOutAndReportedAndTheStreamGoesOn() {
    Recorder recorder = follow(options());
    origin.next().stream().send("id: a\u0001b\ndata: x\n\n").close();
    assertThat(recorder.event().id()).isEqualTo("a\u0001b");
    Peer second = origin.next();
    assertThat(second.header("last-event-id")).isNull();
    recorder.awaitState(EventSourceState.WAITING);
    EventSourceTransition again = recorder.awaitState(EventSourceState.CONNECTING);
    assertThat(Recorder.causeOf(again).reason())
        .isEqualTo(EventSourceReason.UNSENDABLE_LAST_EVENT_ID);
    second.stream().send("id: 2\ndata: y\n\n").close();
    assertThat(recorder.event().data()).isEqualTo("y");
    assertThat(origin.next().header("last-event-id")).isEqualTo("2");
  }

  @Test
  void client03SupplierMakesEveryRequestAndMayTakeItsTime() {
    follow(
        builder(options().addHeader("x-kept", "1"))
            .withRequestSupplier(
                attempt -> {
                  Promise<EventSourceRequest> later = Promise.promise();
                  vertx.setTimer(
                      5,
                      fired ->
                          later.complete(
                              attempt
                                  .request()
                                  .withUrl(origin.url("/" + attempt.number()))
                                  .withHeader("authorization", "Bearer t" + attempt.number())));
                  return later.future();
                }));
    for (int number = 1; number <= 3; number++) {
      Peer peer = origin.next();
      assertThat(peer.path()).isEqualTo("/" + number);
      assertThat(peer.header("authorization")).isEqualTo("Bearer t" + number);
      assertThat(peer.header("x-kept")).isEqualTo("1");
      peer.stream().send("data: x\n\n").close();
    }
  }

  @Test
  void client03SupplierThatFailsThrowsGivesNullOrHangsIsAskedAgain() {
    List<Future<EventSourceRequest>> answers =
        List.of(
            Future.failedFuture("no token"),
            Future.succeededFuture(null),
            Promise.<EventSourceRequest>promise().future());
    Recorder recorder =
        follow(
            builder(
                    options(policy -> policy.setMaxRetry(Duration.ofMillis(20)))
                        .setConnectTimeout(Duration.ofMillis(50)))
                .withRequestSupplier(
                    attempt -> {
                      int number = (int) attempt.number();
                      if (number <= answers.size()) {
                        return answers.get(number - 1);
                      }
                      if (number == answers.size() + 1) {
                        throw new IllegalStateException("thrown");
                      }
                      if (number == answers.size() + 2) {
                        throw new NoClassDefFoundError("no class");
                      }
                      return Future.succeededFuture(attempt.request());
                    }));
    for (String message : List.of("no token", "null", "within 50 ms", "thrown", "no class")) {
      EventSourceTransition waiting = recorder.awaitWaiting(EventSourceReason.REQUEST_FAILED);
      assertThat(waiting.cause()).hasMessageContaining(message);
    }
    origin.next().stream().send("data: at last\n\n");
    assertThat(recorder.data(1)).containsExactly("at last");
  }

  @Test
  @SuppressWarnings("NullAway") // an application may not have it
  void client03SupplierThatGivesNoFutureIsToldOfAtOnce() {
    Recorder recorder =
        follow(
            builder(options().setConnectTimeout(Duration.ZERO)) // no limit would tell of it
                .withRequestSupplier(
                    attempt ->
                        attempt.number() == 1 ? null : Future.succeededFuture(attempt.request())));
    assertThat(recorder.awaitWaiting(EventSourceReason.REQUEST_FAILED).cause())
        .hasMessageContaining("the request supplier gave null");
    origin.next().stream().send("data: at last\n\n");
    assertThat(recorder.data(1)).containsExactly("at last");
  }
}
