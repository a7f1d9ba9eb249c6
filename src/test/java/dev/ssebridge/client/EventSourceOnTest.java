package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.json.pointer.JsonPointer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Handlers of one type, and what is asked of a source from any thread. */
class EventSourceOnTest extends EventSourceFixture {
  private final List<String> log = new CopyOnWriteArrayList<>();

  @Test
  void aHandlerOfATypeSeesItsEventsBehindTheOneThatSeesAll() {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    source
        .on("rise", event -> log.add("first " + event.data()))
        .on("message", event -> log.add("plain " + event.data()))
        .on("rise", event -> log.add("second " + event.data()))
        .handler(
            event -> {
              log.add("all " + event.data());
              recorder.events.add(event);
            });
    connect(source);
    origin.next().stream()
        .send("event: rise\ndata: 1\n\ndata: 2\n\nevent: fall\ndata: 3\n\nevent:\ndata: 4\n\n");
    recorder.data(4);
    source.on("late", event -> log.add("late"));
    assertThat(log)
        .startsWith("all 1", "first 1", "second 1", "all 2", "plain 2", "all 3", "all 4");
  }

  @Test
  void withoutAHandlerOfAllAnEventCountsOnceAsWanted() throws Exception {
    EventSource source = source(options());
    source
        .pause()
        .fetch(2)
        .on("a", event -> log.add("1 " + event.data()))
        .on("a", event -> log.add("2 " + event.data()))
        .on("b", event -> log.add("3 " + event.data()));
    connect(source);
    origin.next().stream().send("event: a\ndata: x\n\nevent: b\ndata: y\n\nevent: a\ndata: z\n\n");
    Deadline.await(() -> log.size() == 3, () -> "three calls in " + log);
    await(turn(source));
    assertThat(log).containsExactly("1 x", "2 x", "3 y");
    source.fetch(1);
    Deadline.await(() -> log.size() == 5, () -> "five calls in " + log);
    assertThat(log).endsWith("1 z", "2 z");
  }

  @Test
  void whatOneOfThemThrowsKeepsNoEventFromTheOthers() {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    source
        .handler(
            event -> {
              throw new IllegalStateException("all");
            })
        .on(
            "message",
            event -> {
              throw new IllegalStateException("one");
            })
        .on("message", recorder.events::add);
    connect(source);
    origin.next().stream().send("data: 1\n\n");
    assertThat(recorder.data(1)).containsExactly("1");
    assertThat(recorder.take(recorder.exceptions, "a failure")).hasMessageContaining("all");
    assertThat(recorder.take(recorder.exceptions, "a failure")).hasMessageContaining("one");
  }

  @Test
  void afterACloseNoFurtherHandlerOfTheSameEventIsCalled() {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    source
        .handler(
            event -> {
              log.add("all");

              source.close().onComplete(closed -> log.add("closed"));
            })
        .on("message", event -> log.add("one"));
    connect(source);
    origin.next().stream().send("data: 1\n\ndata: 2\n\n");
    recorder.awaitClosed(EventSourceReason.CLOSED);
    Deadline.await(() -> log.contains("closed"), () -> "closed in " + log);
    assertThat(log).containsExactly("all", "closed");
  }

  @Test
  void thousandsOfTypesCostNoMoreThanTheirOwn() {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    for (int i = 0; i < 50_000; i++) {
      source.on("type" + i, event -> log.add(String.valueOf(event.type())));
    }
    connect(source);
    origin.next().stream().send("event: type49999\ndata: 1\n\nevent: none\ndata: 2\n\n");
    recorder.data(2);
    assertThat(log).containsExactly("type49999");
  }

  @Test
  void onItsContextWhatItTellsOfItselfIsExact() {
    EventSource source = source(options(policy -> policy.setMaxAttempts(1)));
    Recorder recorder = Recorder.of(source);
    assertThat(source.state()).isNull();
    assertThat(source.lastEventId()).isEmpty();
    assertThat(source.responseHeaders()).isEmpty();
    source.stateHandler(
        step -> {
          log.add(step.to() + " " + source.state() + " " + source.stats().attempts());
          recorder.transitions.add(step);
        });
    source.handler(
        event ->
            log.add(source.lastEventId() + " " + source.stats().events() + " " + source.state()));
    connect(source);
    Peer peer = origin.next();
    peer.head("200 OK", "Content-Type: text/event-stream", "X-One: 1", "X-One: 2")
        .send("id: 7\ndata: a\n\nid: 8\ndata: b\n\n");
    Deadline.await(() -> log.size() == 4, () -> "two steps, two events: " + log);
    assertThat(source.responseHeaders().get("x-one")).containsExactly("1", "2");
    source.close();
    recorder.awaitClosed(EventSourceReason.CLOSED);
    assertThat(log)
        .containsExactly(
            "CONNECTING CONNECTING 1", "OPEN OPEN 1", "7 1 OPEN", "8 2 OPEN", "CLOSED CLOSED 1");
    assertThat(source.state()).isEqualTo(EventSourceState.CLOSED);
    assertThat(source.lastEventId()).isEqualTo("8");
  }

  @Test
  void fromOtherThreadsWhatItTellsNeverGoesBack() throws Exception {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    List<String> wrong = new CopyOnWriteArrayList<>();
    Thread asking =
        new Thread(
            () -> {
              EventSourceStats before = source.stats();
              while (before.events() < 20_000 && wrong.isEmpty()) {
                EventSourceStats now = source.stats();
                if (now.events() < before.events()
                    || now.bytes() < before.bytes()
                    || now.attempts() < before.attempts()) {
                  wrong.add(before + " then " + now);
                }
                before = now;
              }
            });
    asking.start();
    connect(source);
    origin.next().stream().send("data: x\n\n".repeat(20_000));
    recorder.data(20_000);
    asking.join(20_000);
    assertThat(asking.isAlive()).isFalse();
    assertThat(wrong).isEmpty();
  }

  @Test
  void eventsAreJsonForThoseWhoWantIt() {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    source.on("price", event -> log.add("" + JsonPointer.from("/of").queryJson(event.json())));
    connect(source);
    origin.next().stream()
        .send("event: price\ndata: {\"of\":\ndata:  \"gold\"}\n\nevent: price\ndata: x\n\n");
    assertThat(recorder.take(recorder.exceptions, "a failure"))
        .hasMessageContaining(
            "event of type \"price\": expected JSON, got something else at line 1");
    assertThat(log).containsExactly("gold");
  }
}
