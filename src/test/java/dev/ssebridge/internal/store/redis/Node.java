package dev.ssebridge.internal.store.redis;

import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoreReceipt;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.ChannelProbe;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node with a store and one channel of it, which appends one event after the other, and notes
 * what it is told and what was acknowledged.
 */
final class Node implements HistoryStore.Follower {
  private static final long PAUSE = 3;
  private static final long AGAIN = 50;

  private final Vertx vertx;
  private final String name;
  private final RedisHistoryStore store;
  private final Random random;
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final AtomicInteger tellings = new AtomicInteger();
  private final AtomicInteger restarts = new AtomicInteger();

  // On the context of the channel; read when all is quiet.
  private final Map<String, String> told = new LinkedHashMap<>();
  private final Map<String, String> acknowledged = new LinkedHashMap<>();
  private final List<String> failed = new ArrayList<>();
  private final List<String> lost = new ArrayList<>();
  private String epoch = "";
  private long next;
  private int made;

  @SuppressWarnings("NullAway.Init") // when it is open
  private volatile HistoryStore.Channel channel;

  private volatile boolean stopping;
  private volatile boolean idle = true;

  private Node(Vertx vertx, String name, RedisHistoryStore store, long seed) {
    this.vertx = vertx;
    this.name = name;
    this.store = store;
    this.random = new Random(seed);
  }

  /** Starts one, with its channel open. */
  static Node start(
      Vertx vertx,
      String name,
      RedisStoreSettings settings,
      String channel,
      HistoryRetention retention,
      long seed) {
    Node node = new Node(vertx, name, new RedisHistoryStore(vertx, settings), seed);
    BridgeFixture.get(node.store.start());
    BridgeFixture.get(
        ChannelProbe.on(
            vertx.getOrCreateContext(),
            () ->
                node.store
                    .open(channel, retention, node)
                    .map(
                        opened -> {
                          node.channel = opened;
                          node.epoch = opened.epoch();
                          node.next = opened.head() + 1;
                          return opened;
                        })));
    return node;
  }

  RedisHistoryStore store() {
    return store;
  }

  HistoryStore.Channel channel() {
    return channel;
  }

  String name() {
    return name;
  }

  /** Appends from now on. */
  void begin() {
    idle = false;
    vertx.runOnContext(now -> appendOne());
  }

  /** Appends no more. */
  void end() {
    stopping = true;
  }

  boolean isIdle() {
    return idle;
  }

  private void appendOne() {
    if (stopping) {
      idle = true;
      return;
    }
    int count = 1 + random.nextInt(3);
    List<StoredEvent> events = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = name + made++;
      texts.add(text);
      boolean named = random.nextInt(4) == 0;
      events.add(ChannelProbe.event(System.currentTimeMillis(), text, named ? text : null));
    }
    channel
        .append(events)
        .onComplete(
            done -> {
              if (done.succeeded()) {
                StoreReceipt receipt = done.result();
                for (int i = 0; i < texts.size(); i++) {
                  acknowledged.put(
                      receipt.epoch() + "-" + receipt.places().get(i).sequence(), texts.get(i));
                }
              } else {
                failed.addAll(texts);
              }
              vertx.setTimer(done.succeeded() ? PAUSE : AGAIN, now -> appendOne());
            });
  }

  @Override
  public void appended(long first, List<StoredEvent> events) {
    if (first != next) {
      faults.add(name + " was told of " + epoch + "-" + first + ", expected " + next);
    }
    next = first;
    for (StoredEvent event : events) {
      String text = ChannelProbe.texts(List.of(event)).get(0);
      next += event.span();
      told.put(epoch + "-" + (next - 1), text);
    }
    tellings.addAndGet(events.size());
  }

  @Override
  public void evicted(long upTo) {
    lost.add(epoch + "-" + next + ".." + upTo);
    next = upTo + 1;
  }

  @Override
  public void restarted(String epoch, long head) {
    if (this.epoch.equals(epoch)) {
      faults.add(name + " was told twice of " + epoch);
    }
    this.epoch = epoch;
    next = head + 1;
    restarts.incrementAndGet();
  }

  /** How many events it was told of. */
  int tellings() {
    return tellings.get();
  }

  /** How often it was told that the channel has lost something. */
  int restarts() {
    return restarts.get();
  }

  Map<String, String> told() {
    return told;
  }

  Map<String, String> acknowledged() {
    return acknowledged;
  }

  List<String> failed() {
    return failed;
  }

  List<String> lost() {
    return lost;
  }

  List<String> faults() {
    return faults;
  }
}
