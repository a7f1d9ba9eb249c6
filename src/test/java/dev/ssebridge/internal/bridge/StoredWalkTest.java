package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.log.Position;
import dev.ssebridge.internal.store.MemoryStore;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.FaultyChannel;
import dev.ssebridge.testing.FaultyStore;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three nodes with one history and every fault of it, and readers who come back on any of them:
 * each gets what was stored, in the same order and once, or is told how much it has missed.
 */
class StoredWalkTest {
  private static final String CONFIG =
      "{'routes':{'n':{'path':'/n','address':'news','retry':'1s',"
          + "'history':{'store':'kept','heap':'4KiB','events':100000}}},"
          + "'limits':{'waiting':{'events':200}}}";

  private static final String CHANNEL = "n news";
  private static final int READERS = 6;

  private final MemoryStore kept = new MemoryStore(System::currentTimeMillis);
  private final List<BridgeFixture> nodes = new ArrayList<>();
  private final List<FaultyStore> stores = new ArrayList<>();
  private final List<Vertx> all = new ArrayList<>();
  private final Map<String, String> dataOfIds = new HashMap<>();
  private int published;

  @AfterEach
  void end() {
    nodes.forEach(BridgeFixture::close);
    all.forEach(vertx -> BridgeFixture.get(vertx.close()));
  }

  private void begin() {
    for (int i = 0; i < 3; i++) {
      Vertx vertx = Vertx.vertx();
      all.add(vertx);
      FaultyStore store = new FaultyStore(i == 0 ? kept : new MemoryStore(kept));
      stores.add(store);
      nodes.add(BridgeFixture.withStores(vertx, CONFIG, Map.of("kept", store)));
    }
  }

  @Test
  void nothingIsLostInSilenceAndNothingComesTwice() {
    walk(System.nanoTime(), 150, false);
    // Every message has a number: that of its event, or one in a run that was told as lost.
    assertThat(stores.get(0).channel(CHANNEL).head()).isEqualTo(published + 1);
  }

  @Test
  void norWhereTheStoreLosesSomeOfIt() {
    walk(System.nanoTime(), 150, true);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @Tag("heavy")
  void norInLongerWalks(long seed) {
    walk(seed, 1_500, seed % 2 == 0);
  }

  private void walk(long seed, int steps, boolean forgetful) {
    System.out.println("stored walk of seed " + seed);
    begin();
    Random random = new Random(seed);
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      Reader reader = new Reader();
      readers.add(reader);
      reader.comeTo(nodes.get(random.nextInt(3)));
    }
    for (int i = 0; i < steps; i++) {
      step(random, readers, forgetful);
    }
    stores.forEach(FaultyStore::up);
    for (FaultyStore store : stores) {
      Deadline.await(() -> store.isOpen(CHANNEL), () -> "a channel that is open");
      store.channel(CHANNEL).heal();
    }
    for (BridgeFixture node : nodes) {
      BridgeFixture.get(node.channels().appended());
    }
    String last = "last of " + seed;
    nodes.get(0).publish("news", last);
    for (Reader reader : readers) {
      reader.awaitLast(last);
      reader.check();
    }
  }

  private void step(Random random, List<Reader> readers, boolean forgetful) {
    int node = random.nextInt(3);
    FaultyStore store = stores.get(node);
    switch (random.nextInt(16)) {
      case 0 -> store.down("the walk says so");
      case 1, 2 -> store.up();
      case 3 -> ifOpen(store, FaultyChannel::holdAppends);
      case 4 -> ifOpen(store, FaultyChannel::holdAnswers);
      case 5, 6 -> ifOpen(store, FaultyChannel::releaseAppends);
      case 7 -> ifOpen(store, channel -> channel.failNextAppends(2));
      case 8 -> ifOpen(store, FaultyChannel::holdTelling);
      case 9 -> ifOpen(store, FaultyChannel::releaseTelling);
      case 10 -> ifOpen(store, channel -> channel.evictUntold());
      case 12 -> {
        if (forgetful) {
          ifOpen(store, channel -> channel.restart(random.nextInt(20)));
        }
      }
      case 11 -> readers.get(random.nextInt(READERS)).comeTo(nodes.get(node));
      default -> {
        int count = 1 + random.nextInt(30);
        for (int i = 0; i < count; i++) {
          nodes.get(node).publish("news", "m" + ++published);
        }
      }
    }
  }

  private String states() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      var log = nodes.get(i).route("n").channels().all().iterator().next().channel().log();
      text.append("\nnode ")
          .append(i)
          .append(": log ")
          .append(log.floor())
          .append("..")
          .append(log.head())
          .append(", store ")
          .append(stores.get(i).channel(CHANNEL).oldest())
          .append("..")
          .append(stores.get(i).channel(CHANNEL).head())
          .append(", untold ")
          .append(stores.get(i).channel(CHANNEL).untold())
          .append(", waiting ")
          .append(nodes.get(i).waitingFor("kept"));
    }
    return text.toString();
  }

  private interface Fault {
    void on(FaultyChannel channel);
  }

  private static void ifOpen(FaultyStore store, Fault fault) {
    if (store.isOpen(CHANNEL)) {
      fault.on(store.channel(CHANNEL));
    }
  }

  /** One client, whichever node it is on. */
  private final class Reader {
    private final List<ServerSentEvent> got = new ArrayList<>();
    private @Nullable SseProbe probe;
    private String last = "";

    void comeTo(BridgeFixture node) {
      leave();
      probe =
          last.isEmpty()
              ? node.get("/n?from=earliest", "accept: text/event-stream")
              : node.get("/n", "accept: text/event-stream", "Last-Event-ID: " + last);
    }

    private void leave() {
      SseProbe before = probe;
      if (before != null) {
        before.close();
        List<ServerSentEvent> events = before.events();
        got.addAll(events);
        if (!before.lastEventId().isEmpty()) {
          last = before.lastEventId();
        }
      }
    }

    void awaitLast(String data) {
      comeTo(nodes.get(0));
      Deadline.await(
          () -> {
            SseProbe now = probe;
            if (now == null || now.isComplete()) {
              comeTo(nodes.get(0));
              return false;
            }
            return now.data().contains(data)
                || got.stream().anyMatch(event -> data.equals(event.data()));
          },
          () -> data + " at one that stands at " + last + " and has " + probe + states());
      leave();
    }

    void check() {
      Position at = null;
      for (ServerSentEvent event : got) {
        if ("sse.refused".equals(event.type())) {
          continue;
        }
        String id = String.valueOf(event.id());
        Position position = Position.parse(id);
        if (position == null) {
          throw new AssertionError("expected an id of the bridge, got " + event + " after " + at);
        }
        if ("sse.gap".equals(event.type())) {
          JsonObject gap = new JsonObject(String.valueOf(event.data()));
          assertThat(gap.getString("to")).isEqualTo(id);
          if (at != null && at.epoch().equals(position.epoch())) {
            assertThat(gap.getString("from")).isEqualTo(at.toString());
            assertThat(gap.getLong("missed")).isEqualTo(position.sequence() - at.sequence());
          }
        } else {
          String data = String.valueOf(event.data());
          assertThat(dataOfIds.computeIfAbsent(id, first -> data)).isEqualTo(data);
          if (at != null) {
            assertThat(position).isEqualTo(new Position(at.epoch(), at.sequence() + 1));
          }
        }
        at = position;
      }
    }
  }
}
