package dev.ssebridge.internal.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SlowPolicy;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.log.LogShape;
import dev.ssebridge.internal.log.Position;
import dev.ssebridge.internal.log.Retention;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.GapReason;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random publishing, stalls, drains, cut-offs, resumes at random positions, evictions and new
 * epochs against a model that remembers everything. What a client sees must be in order, without
 * duplicates, and each event that it does not see must be accounted for exactly.
 *
 * <p>The profile {@code model} takes millions of steps; {@code -Dmodel.runs}, {@code -Dmodel.steps}
 * (of one run) and {@code -Dmodel.seed} (of the first run) are its knobs, and a failure prints the
 * seed that repeats it.
 */
@Tag("slow")
class StreamModelTest {
  private static final int KEYS = 30;

  /** Of two subscribers, of nobody, and of everybody. */
  private static final List<String> LABELS = List.of("a", "b", "", EventFilter.EVERYBODY);

  private static final int RUNS = Integer.getInteger("model.runs", 8);
  private static final int STEPS = Integer.getInteger("model.steps", 400);

  @ParameterizedTest
  @EnumSource(SlowPolicy.class)
  void nothingIsEverLostWithoutBeingAccountedFor(SlowPolicy policy) {
    long first = Long.getLong("model.seed", System.nanoTime());
    for (int run = 0; run < RUNS; run++) {
      long seed = first + run;
      try {
        new World(policy, seed).live(STEPS);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("-Dmodel.seed=" + seed + " " + policy + ": " + e.getMessage(), e);
      }
    }
  }

  private static final class World {
    private final SlowPolicy policy;
    private final Random random;
    private final Retention retention;
    private final LagLimits lag;
    private final boolean silent;
    private final int maxKeys;
    private final List<Observed> clients = new ArrayList<>();
    private final Map<Long, String> keys = new TreeMap<>();
    private final Map<Long, Integer> sources = new TreeMap<>();
    private final Map<Long, String> labels = new TreeMap<>();

    /** Places of an unknown number of lost events. */
    private final BitSet unknown = new BitSet();

    private int epoch;
    private FanoutFixture bus;

    World(SlowPolicy policy, long seed) {
      this.policy = policy;
      this.random = new Random(seed);
      this.silent = random.nextInt(5) == 0;
      this.maxKeys = random.nextBoolean() ? 5 : 1000;
      this.retention =
          new Retention(random.nextInt(200), random.nextLong(1, 20_000), random.nextLong(1, 5_000));
      this.lag =
          random.nextBoolean()
              ? LagLimits.NONE
              : new LagLimits(
                  random.nextLong(1, 100), random.nextLong(1, 10_000), random.nextLong(1, 3000));
      this.bus = newBus();
    }

    private FanoutFixture newBus() {
      keys.clear();
      sources.clear();
      labels.clear();
      unknown.clear();
      epoch++;
      StreamPolicy streams =
          new StreamPolicy(300, 0, silent ? null : "sse.gap", lag, policy, maxKeys);
      return new FanoutFixture(
          retention, streams, new LogShape(3, true, true), "epoch" + epoch, random.nextLong());
    }

    void live(int steps) {
      for (int i = 0; i < steps; i++) {
        step();
        if (i % 50 == 0) {
          clients.forEach(Observed::check);
        }
      }
      clients.forEach(c -> c.client.drain());
      bus.loop.runAll();
      clients.forEach(Observed::check);
      clients.forEach(c -> c.client.subscriber().gone());
    }

    private void step() {
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> publish(random.nextInt(5));
        case 3 -> publish(random.nextInt(300));
        case 4 -> bus.loop.runOne();
        case 5, 6 -> bus.loop.runAll();
        case 7 -> connect();
        case 8 -> anyClient(c -> c.client.sink.takeOnly(0));
        case 9 -> anyClient(c -> c.client.drain(random.nextInt(5000)));
        case 10 -> anyClient(c -> c.client.drain());
        default -> rarely();
      }
    }

    private void rarely() {
      switch (random.nextInt(9)) {
        case 8 -> loseUnknown();
        case 6 -> lose(random.nextInt(1, 20));
        case 7 -> lose(random.nextInt(1, 2000));
        case 0 -> bus.channel.expire();
        case 1 -> bus.loop.advance(random.nextInt(700));
        case 2 -> bus.channel.log().shed(random.nextInt(5000), Long.MAX_VALUE);
        case 3 -> anyClient(c -> c.client.subscriber().gone());
        case 4 -> anyClient(this::reconnect);
        default -> restart();
      }
    }

    /** The old streams end, and with them the log; ids of it may still come back. */
    private void restart() {
      if (random.nextInt(4) == 0) {
        clients.forEach(c -> c.client.subscriber().close(CloseReason.DRAINED));
        clients.forEach(Observed::check);
        List<String> lastIds = clients.stream().map(c -> c.client.sink.lastEventId()).toList();
        clients.clear();
        bus = newBus();
        lastIds.forEach(id -> connectAt(new Start.After(id)));
      }
    }

    /** Like events of any address that nobody ever gets. */
    private void lose(int count) {
      bus.channel.lose(count, random.nextBoolean() ? GapReason.DROPPED : GapReason.STORE);
    }

    private void loseUnknown() {
      bus.channel.lose(1, GapReason.UNKNOWN);
      unknown.set((int) bus.channel.log().head());
    }

    private boolean hasUnknown(long from, long to) {
      int next = unknown.nextSetBit((int) from + 1);
      return next >= 0 && next <= to;
    }

    private void publish(int count) {
      for (int i = 0; i < count; i++) {
        long sequence = bus.channel.log().head() + 1;
        int source = random.nextInt(3);
        String label = LABELS.get(random.nextInt(LABELS.size()));
        String key = random.nextInt(4) == 0 ? null : label + "k" + random.nextInt(KEYS);
        sources.put(sequence, source);
        labels.put(sequence, label);
        if (key != null) {
          keys.put(sequence, key);
        }
        bus.publish(
            source, key, label.isEmpty() ? null : label, sequence + "x".repeat(random.nextInt(60)));
      }
    }

    private void connect() {
      long head = bus.channel.log().head();
      connectAt(
          switch (random.nextInt(6)) {
            case 0 -> new Start.Now();
            case 1 -> new Start.Earliest();
            case 2 -> new Start.Last(random.nextInt(100));
            case 3 -> new Start.Since(bus.loop.millis() - random.nextInt(2000));
            case 4 -> new Start.After("not an id");
            default -> new Start.After("epoch" + epoch + "-" + random.nextLong(head + 3));
          });
    }

    private void connectAt(Start.From from) {
      if (clients.size() < 12) {
        clients.add(new Observed(from, filter(), label()));
      }
    }

    private void reconnect(Observed old) {
      old.client.subscriber().gone();
      old.check();
      clients.remove(old);
      clients.add(
          new Observed(new Start.After(old.client.sink.lastEventId()), old.wanted, old.label));
    }

    private @Nullable BitSet filter() {
      if (random.nextInt(3) != 0) {
        return null;
      }
      BitSet wanted = new BitSet();
      wanted.set(random.nextInt(3));
      wanted.set(random.nextInt(3));
      return wanted;
    }

    private @Nullable String label() {
      return random.nextInt(3) == 0 ? LABELS.get(random.nextInt(2)) : null;
    }

    private void anyClient(Consumer<Observed> action) {
      if (!clients.isEmpty()) {
        action.accept(clients.get(random.nextInt(clients.size())));
      }
    }

    /** A client, and what it must have seen. */
    private final class Observed {
      private final Start.From from;
      private final @Nullable BitSet wanted;
      private final @Nullable String label;
      private final FanoutFixture.Client client;

      Observed(Start.From from, @Nullable BitSet wanted, @Nullable String label) {
        this.from = from;
        this.wanted = wanted;
        this.label = label;
        EventFilter ofAddresses = wanted == null ? EventFilter.ALL : EventFilter.of(wanted);
        long head = bus.channel.log().head();
        long oldest = bus.channel.log().oldest();
        this.client =
            bus.connect(
                from,
                label == null ? ofAddresses : ofAddresses.labelled(label),
                random.nextInt(8) == 0 ? random.nextLong(1, 50) : Long.MAX_VALUE,
                0);
        checkStart(head, oldest);
      }

      private void checkStart(long head, long oldest) {
        Start start = client.start();
        if (from instanceof Start.After after) {
          Position position = Position.parse(after.id());
          boolean ours = position != null && position.epoch().equals("epoch" + epoch);
          if (position == null || !ours || position.sequence() > head) {
            assertThat(start.outcome()).isEqualTo(Start.Outcome.RESET);
          } else if (position.sequence() < oldest - 1) {
            assertThat(start.outcome()).isEqualTo(Start.Outcome.GAP);
            assertThat(start.gap())
                .isEqualTo(
                    new Gap(
                        after.id(),
                        new Position("epoch" + epoch, oldest - 1),
                        hasUnknown(position.sequence(), oldest - 1)
                            ? null
                            : oldest - 1 - position.sequence(),
                        GapReason.EVICTED));
          } else {
            assertThat(start.outcome()).isEqualTo(Start.Outcome.COMPLETE);
            assertThat(start.cursor()).isEqualTo(position.sequence());
          }
        }
      }

      void check() {
        Account account = client.subscriber().account();
        assertThat(account.isBalanced()).as("%s", account).isTrue();
        long last = account.from();
        long events = 0;
        long missed = 0;
        long uncounted = 0;
        long merged = 0;
        BitSet seen = new BitSet();
        BitSet told = new BitSet();
        BitSet skipped = new BitSet();
        BitSet conflated = new BitSet();
        for (ServerSentEvent event : client.sink.events()) {
          if ("sse.gap".equals(event.type())) {
            JsonObject gap = new JsonObject(String.valueOf(event.data()));
            Long count = gap.getLong("missed");
            if ("conflate".equals(gap.getString("policy"))) {
              merged += count;
              conflated.set((int) sequence(gap, "from") + 1, (int) sequence(gap, "to") + 1);
            } else if (count != null) {
              missed += count;
              last = gapMovesOn(gap, last, count, skipped);
            } else if (isOfLog(gap)) {
              long to = sequence(gap, "to");
              long begin = sequence(gap, "from");
              assertThat(hasUnknown(begin, to)).as("%s", gap).isTrue();
              assertThat(begin).as("told once: %s", gap).isGreaterThanOrEqualTo(last);
              if ("unknown".equals(gap.getString("reason"))) {
                assertThat(to).isEqualTo(begin + 1);
              }
              uncounted += to - begin;
              skipped.set((int) begin + 1, (int) to + 1);
              last = to;
            }
          } else {
            long sequence = sequenceOf(event);
            assertThat(sequence).as("order, no duplicates").isGreaterThan(last);
            assertThat(event.data()).startsWith(sequence + "");
            seen.set((int) sequence);
            last = sequence;
            events++;
          }
        }
        assertThat(events).isEqualTo(account.delivered());
        if (!silent) {
          assertThat(account.missed()).isBetween(missed, missed + uncounted);
          if (uncounted == 0) {
            assertThat(missed).isEqualTo(account.missed());
          }
          assertThat(merged).isEqualTo(account.merged());
        }
        told.or(skipped);
        told.or(conflated);
        checkWhatWasNotSeen(account, seen, told, skipped);
        checkWhatWasMerged(account, seen, conflated);
      }

      private boolean isOfLog(JsonObject gap) {
        Position position = Position.parse(gap.getString("from"));
        return position != null && position.epoch().equals("epoch" + epoch);
      }

      private long gapMovesOn(JsonObject gap, long last, long count, BitSet told) {
        long to = sequence(gap, "to");
        if (!"unknown".equals(gap.getString("reason"))) {
          long begin = sequence(gap, "from");
          assertThat(hasUnknown(begin, to)).as("counted: %s", gap).isFalse();
          checkCount(begin, to, count, "evicted".equals(gap.getString("reason")));
          assertThat(begin).isGreaterThanOrEqualTo(last);
          told.set((int) begin + 1, (int) to + 1);
        }
        return Math.max(last, to);
      }

      /** All wanted events of a gap are counted, and of others only what could not be told. */
      private void checkCount(long begin, long to, long count, boolean atTheDoor) {
        if ((wanted == null && label == null) || atTheDoor) {
          assertThat(count).isEqualTo(to - begin);
          return;
        }
        long lost = 0;
        for (long s = begin + 1; s <= to; s++) {
          lost += isWanted(s) ? 1 : 0;
        }
        assertThat(count).isBetween(lost, to - begin);
      }

      private boolean isWanted(long sequence) {
        Integer source = sources.get(sequence);
        return source == null
            || ((wanted == null || wanted.get(source))
                && (label == null
                    || label.equals(labels.get(sequence))
                    || EventFilter.EVERYBODY.equals(labels.get(sequence))));
      }

      /** The number of merged events is exact, and each has a key by which a newer one follows. */
      private void checkWhatWasMerged(Account account, BitSet seen, BitSet conflated) {
        long merged = 0;
        for (int s = conflated.nextSetBit(0); s >= 0; s = conflated.nextSetBit(s + 1)) {
          if (!seen.get(s) && isWanted(s)) {
            merged++;
            String key = keys.get((long) s);
            assertThat(key).as("event %d has no key", s).isNotNull();
            long event = s;
            assertThat(keys.entrySet())
                .as("a newer event than %d of %s", s, key)
                .anyMatch(e -> e.getKey() > event && e.getValue().equals(key));
          }
        }
        if (!silent) {
          assertThat(account.merged()).isEqualTo(merged);
        }
      }

      /** An event that was not seen is in a gap that was told, or of no wanted address. */
      private void checkWhatWasNotSeen(Account account, BitSet seen, BitSet told, BitSet skipped) {
        long filtered = 0;
        for (long s = account.from() + 1; s <= account.to(); s++) {
          boolean unwanted = !isWanted(s);
          if (seen.get((int) s)) {
            assertThat(unwanted).as("event %d was not wanted", s).isFalse();
          } else if (!told.get((int) s) && !silent) {
            assertThat(unwanted).as("event %d is lost", s).isTrue();
            filtered++;
          }
        }
        if (!silent) {
          assertThat(account.filtered()).isGreaterThanOrEqualTo(filtered);
        }
        if (account.to() == bus.channel.log().head()) {
          checkNewestOfEachKey(account, seen, skipped);
        }
      }

      /**
       * At the head, the newest event of each key was delivered, or lies in a gap that was told.
       */
      private void checkNewestOfEachKey(Account account, BitSet seen, BitSet skipped) {
        Map<String, Long> newest = new TreeMap<>();
        keys.forEach(
            (sequence, key) -> {
              boolean unwanted = !isWanted(sequence);
              if (sequence > account.from() && !unwanted) {
                newest.merge(key, sequence, Math::max);
              }
            });
        newest.forEach(
            (key, s) ->
                assertThat(silent || seen.get(s.intValue()) || skipped.get(s.intValue()))
                    .as("event %d is the newest of key %s", s, key)
                    .isTrue());
      }

      private long sequence(JsonObject gap, String name) {
        Position position = Position.parse(gap.getString(name));
        return position == null ? 0 : position.sequence();
      }

      private long sequenceOf(ServerSentEvent event) {
        return Objects.requireNonNull(Position.parse(String.valueOf(event.id()))).sequence();
      }
    }
  }
}
