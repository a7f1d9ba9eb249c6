package dev.ssebridge.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A ledger that finds nothing proves nothing: it finds each kind of fault. */
class HistoryLedgerTest {
  private final HistoryLedger ledger = new HistoryLedger();
  private final HistoryLedger.Account first = ledger.account("first");
  private final HistoryLedger.Account second = ledger.account("second");

  private void publish(int from, int to) {
    for (int i = from; i <= to; i++) {
      ledger.published("p-" + i);
      ledger.acknowledged("p-" + i, null);
    }
  }

  private static void event(HistoryLedger.Account to, String id, String data) {
    to.onEvent(ServerSentEvent.builder().id(id).data(data).build());
  }

  private static void events(HistoryLedger.Account to, String epoch, int from, int until) {
    for (int i = from; i <= until; i++) {
      event(to, epoch + "-" + i, "p-" + i);
    }
  }

  private static void gap(
      HistoryLedger.Account to, String from, String id, @Nullable Integer missed, String reason) {
    JsonObject gap =
        new JsonObject()
            .put("from", from)
            .put("to", id)
            .put("missed", missed)
            .put("reason", reason);
    to.onEvent(ServerSentEvent.builder().id(id).type("sse.gap").data(gap.encode()).build());
  }

  private void finds(String fault) {
    assertThatThrownBy(() -> ledger.check(0, 0))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(fault);
  }

  @Test
  void allForAllIsNoFault() {
    publish(1, 5);
    events(first, "e", 1, 5);
    events(second, "e", 1, 5);
    assertThat(ledger.check(0, 0)).contains("acknowledged 5, readers 2, delivered 10, told {}");
  }

  @Test
  void aMessageThatOneReaderLacksIsFound() {
    publish(1, 5);
    events(first, "e", 1, 5);
    events(second, "e", 1, 4);
    finds("second lacks 1 and was told of 0");
  }

  @Test
  void aMessageThatIsToldAsLostIsNoFaultAndOneThatIsToldTooOftenIs() {
    publish(1, 5);
    for (HistoryLedger.Account each : List.of(first, second)) {
      events(each, "e", 1, 3);
      gap(each, "e-3", "e-4", 1, "store");
      event(each, "e-5", "p-5");
    }
    assertThat(ledger.check(0, 0)).contains("told {store=2}");
    gap(first, "e-5", "e-6", 1, "store");
    finds("first lacks 1 and was told of 2");
  }

  @Test
  void thatSomethingMayBeMissingIsCountedAndExcusesNothing() {
    publish(1, 3);
    for (HistoryLedger.Account each : List.of(first, second)) {
      events(each, "e", 1, 1);
      gap(each, "e-1", "e-2", null, "unknown");
      event(each, "e-3", "p-2");
      event(each, "e-4", "p-3");
    }
    assertThat(ledger.check(0, 0)).contains("told {}, doubts 2");
    publish(4, 4);
    finds("first lacks 1 and was told of 0");
  }

  @Test
  void aMessageThatComesTwiceIsFound() {
    publish(1, 3);
    events(first, "e", 1, 3);
    events(second, "e", 1, 3);
    event(second, "e-4", "p-3");
    finds("second got p-3 as e-3 and as e-4");
  }

  @Test
  void anIdWithTwoMessagesIsFoundAcrossReaders() {
    publish(1, 2);
    event(first, "e-1", "p-1");
    event(second, "e-1", "p-2");
    finds("the id e-1 is of p-1");
  }

  @Test
  void anIdWithTwoMessagesIsFoundAcrossEpochsAndInTheAnswerToAPublisher() {
    publish(1, 2);
    event(first, "e-1", "p-1");
    gap(first, "e-1", "f-0", null, "epoch");
    ledger.published("p-3");
    ledger.acknowledged("p-3", "e-1");
    finds("the id e-1 is of p-1");
  }

  @Test
  void aHoleIsFound() {
    publish(1, 3);
    event(first, "e-1", "p-1");
    event(first, "e-3", "p-3");
    finds("first stood at e-1 and got e-3");
  }

  @Test
  void whatNobodyHasPublishedIsFound() {
    event(first, "e-1", "q-1");
    finds("first got what nobody has published: q-1");
  }

  @Test
  void anotherOrderOfOnePublisherIsFoundAlsoAfterAnotherEpoch() {
    publish(1, 4);
    event(first, "e-1", "p-1");
    gap(first, "e-1", "f-0", null, "epoch");
    event(first, "f-1", "p-3");
    event(first, "f-2", "p-2");
    finds("first got p-2 after number 3 of the same publisher");
  }

  @Test
  void anEpochThatNobodyExpectsIsFound() {
    gap(first, "e-1", "f-0", null, "epoch");
    finds("first was told of another epoch 1 times");
  }

  @Test
  void whatWasLostWithAnEpochIsNoFaultUnlessSomebodyGotItInTheNextOne() {
    publish(1, 2);
    events(first, "e", 1, 2);
    event(second, "e-1", "p-1");
    for (HistoryLedger.Account each : List.of(first, second)) {
      gap(each, "e-1", "f-0", null, "epoch");
    }
    assertThat(ledger.check(1, 1)).contains("lost with them 1");
    ledger.published("p-3");
    event(first, "f-1", "p-3");
    ledger.acknowledged("p-3", null);
    gap(second, "f-0", "g-0", null, "epoch");
    gap(second, "g-0", "f-0", null, "epoch");
    assertThatThrownBy(() -> ledger.check(0, 9)).hasMessageContaining("second lacks 1");
  }
}
