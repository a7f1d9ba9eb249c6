package dev.ssebridge.testing;

import dev.ssebridge.format.EventDecoder;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.log.Position;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What publishers were told and what readers got, over all connections of all nodes. A message is
 * {@code name-number} and whatever follows a blank. Its publisher sends the next one once this one
 * is acknowledged, or is an application that publishes on its event bus, and counts. Any thread.
 */
public final class HistoryLedger {
  private static final int MOST_FAULTS = 8;

  private final Map<String, String> published = new HashMap<>();
  private final Map<String, Acknowledged> acknowledged = new HashMap<>();
  private final Map<String, String> ids = new HashMap<>();
  private final Map<String, String> dataOfIds = new HashMap<>();
  private final Map<String, String> latestIds = new HashMap<>();
  private final Map<String, Integer> answers = new TreeMap<>();
  private final List<Account> accounts = new ArrayList<>();
  private final List<BridgeProcess> applications = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  private record Acknowledged(long at, @Nullable String id) {}

  /** A publisher begins to send it. */
  public synchronized void published(String data) {
    published.put(data, data);
  }

  /** How a publisher was answered, or why not. */
  public synchronized void answered(String how) {
    answers.merge(how, 1, Integer::sum);
  }

  /** It was accepted, and maybe its id was told. */
  public synchronized void acknowledged(String data, @Nullable String id) {
    acknowledged.put(data, new Acknowledged(System.nanoTime(), id));
    if (id != null) {
      name(id, data, "the answer to its publisher");
    }
  }

  /** How many were accepted so far. */
  public synchronized int acknowledged() {
    return acknowledged.size();
  }

  /** How publishers were answered. */
  public synchronized String answers() {
    return answers.toString();
  }

  /** What these publish on their event bus counts as well. */
  public synchronized void applications(List<BridgeProcess> more) {
    applications.addAll(more);
  }

  private List<BusRun> runs() {
    return applications.stream().flatMap(each -> each.runs().stream()).toList();
  }

  /** Another reader. */
  public synchronized Account account(String name) {
    Account account = new Account(name);
    accounts.add(account);
    return account;
  }

  /** Many readers get the same: one text of it is enough. */
  private String known(String id) {
    return ids.computeIfAbsent(id, same -> same);
  }

  private void name(String id, String data, String where) {
    String before = dataOfIds.putIfAbsent(id, data);
    if (before == null) {
      latestIds.put(data, id);
    }
    if (before != null && !before.equals(data)) {
      fault("the id " + id + " is of " + before + ", and in " + where + " of " + data);
    }
  }

  private static String nameOf(String data) {
    return data.substring(0, data.indexOf('-'));
  }

  private static long numberOf(String data) {
    int blank = data.indexOf(' ');
    return Long.parseLong(data.substring(data.indexOf('-') + 1, blank < 0 ? data.length() : blank));
  }

  private void fault(String what) {
    if (faults.size() < MOST_FAULTS) {
      faults.add(what.replaceAll(" x{2,}", ""));
    }
  }

  /** Whether all readers have this message. */
  public synchronized boolean haveAll(String data) {
    return accounts.stream().allMatch(account -> account.got.containsKey(data));
  }

  /** Those that do not, and where they are. */
  public synchronized String without(String data) {
    List<Account> all =
        accounts.stream().filter(account -> !account.got.containsKey(data)).limit(3).toList();
    return data + ": " + all + "; " + answers + "; faults " + faults;
  }

  /**
   * Fails unless each reader got what came until now in one order and under one id, and was told of
   * other epochs as often as it should.
   */
  public synchronized void checkSoFar(int leastEpochs, int mostEpochs) {
    checkEpochs(leastEpochs, mostEpochs);
    if (!faults.isEmpty()) {
      throw new AssertionError(String.join("\n  ", faults));
    }
  }

  private void checkEpochs(int least, int most) {
    for (Account account : accounts) {
      int times = account.epochs.size();
      if (times < least || times > most) {
        fault(account.name + " was told of another epoch " + times + " times");
      }
    }
  }

  /**
   * Fails unless each reader got every message that was acknowledged or published on an event bus
   * once, in one order, or was told of a gap that it may be in. That nobody knows whether something
   * is missing excuses nothing.
   *
   * @param leastEpochs so often each reader was told of another epoch, at least
   * @param mostEpochs and at most
   */
  public synchronized String check(int leastEpochs, int mostEpochs) {
    long died = addRuns();
    checkEpochs(leastEpochs, mostEpochs);
    Set<Integer> epochs = new TreeSet<>();
    Map<String, Long> told = new TreeMap<>();
    long delivered = 0;
    long lost = 0;
    long again = 0;
    long doubts = 0;
    for (Account account : accounts) {
      int times = account.epochs.size();
      epochs.add(times);
      account.told.forEach((reason, count) -> told.merge(reason, count, Long::sum));
      delivered += account.got.size();
      long missing = account.missing();
      long counted = account.counted();
      long undecided = (long) answers.getOrDefault("504", 0) + answers.getOrDefault("none", 0);
      if (missing > counted || (times == 0 && counted > missing + undecided)) {
        fault(account.name + " lacks " + missing + " and was told of " + counted);
      }
      lost += account.lost;
      again += account.again;
      doubts += account.doubts;
      if (times == 0 && account.again > 0) {
        fault(account.name + " got " + account.again + " messages twice");
      }
    }
    String text =
        "published %d, acknowledged %d, readers %d, delivered %d, told %s, doubts %d, epochs %s,"
            + " lost with them %d, repeated after them %d, died with their node %d, answers %s";
    text =
        text.formatted(
            published.size(),
            acknowledged.size(),
            accounts.size(),
            delivered,
            told,
            doubts,
            epochs,
            lost,
            again,
            died,
            answers);
    if (!faults.isEmpty()) {
      throw new AssertionError(text + "\n  " + String.join("\n  ", faults));
    }
    return text;
  }

  /**
   * What was published on an event bus counts as acknowledged. Where a node was killed, so does
   * what stands before anything of it that somebody got: what came last may have died with it.
   *
   * @return how many did
   */
  private long addRuns() {
    long died = 0;
    for (BusRun run : runs()) {
      long all = run.published();
      long last = run.isKilled() ? run.begun() : all;
      while (run.isKilled() && last > 0 && !published.containsKey(run.text(last))) {
        last--;
      }
      for (long number = 1; number <= last; number++) {
        String text = run.text(number);
        published.putIfAbsent(text, text);
        acknowledged.putIfAbsent(text, new Acknowledged(System.nanoTime(), null));
      }
      died += Math.max(0, all - last);
    }
    return died;
  }

  /** What was published as this, if anything was. */
  private @Nullable String publishedAs(String name, String data) {
    String one = published.get(data);
    if (one == null && runs().stream().anyMatch(run -> run.name().equals(name))) {
      published.put(data, data);
      return data;
    }
    return one;
  }

  /** What one reader got. */
  public final class Account implements EventDecoder.Listener {
    private final String name;
    private final Map<String, String> got = new HashMap<>();
    private final Map<String, Long> told = new TreeMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final List<Long> epochs = new ArrayList<>();
    private final Map<String, Long> begunAtEpoch = new HashMap<>();
    private String lastEventId = "";
    private @Nullable Position at;
    private @Nullable String placed;
    private long again;
    private long lost;

    /** How often it was told that something may be missing, nobody knows what. */
    private long doubts;

    private Account(String name) {
      this.name = name;
    }

    /** Where it would resume. */
    public String lastEventId() {
      synchronized (HistoryLedger.this) {
        return lastEventId;
      }
    }

    /** How many it was told that it lacks. */
    private long counted() {
      return told.values().stream().mapToLong(count -> count).sum();
    }

    /** Acknowledged, not here, and not explained by another epoch. */
    private long missing() {
      long told = epochs.isEmpty() ? Long.MIN_VALUE : epochs.get(epochs.size() - 1);
      long missing = 0;
      String first = "";
      for (Map.Entry<String, Acknowledged> each : acknowledged.entrySet()) {
        if (!got.containsKey(each.getKey())) {
          if (isBefore(each.getKey(), each.getValue(), told)) {
            lost++;
          } else {
            first = first.isEmpty() ? each.getKey() + " (" + each.getValue().id() + ")" : first;
            missing++;
          }
        }
      }
      if (missing > counted()) {
        fault(name + " lacks " + first);
      }
      return missing;
    }

    /**
     * Whether it may be lost with an epoch: it was published before that was told, and nobody got
     * it in the present one. What came from an event bus has no time, but counts at that time.
     */
    private boolean isBefore(String data, Acknowledged acknowledgement, long told) {
      Position somewhere = Position.parse(latestIds.getOrDefault(data, ""));
      if (somewhere != null && at != null && at.epoch().equals(somewhere.epoch())) {
        return false;
      }
      Long begun = begunAtEpoch.get(nameOf(data));
      return begun == null ? acknowledgement.at() <= told : numberOf(data) <= begun;
    }

    @Override
    public void onLastEventId(String id) {
      synchronized (HistoryLedger.this) {
        settle();
        lastEventId = id;
        placed = id;
      }
    }

    /**
     * A block without data says where it stands: where it stood before, unless it stood nowhere.
     */
    private void settle() {
      String id = placed;
      placed = null;
      if (id == null) {
        return;
      }
      Position position = Position.parse(id);
      Position before = at;
      if (position == null) {
        fault(name + " got the id " + id);
      } else if (before == null) {
        at = position;
      } else if (before.epoch().equals(position.epoch()) && !before.equals(position)) {
        fault(name + " stood at " + before + " and was placed at " + position);
      }
    }

    @Override
    public void onEvent(ServerSentEvent event) {
      synchronized (HistoryLedger.this) {
        if ("sse.refused".equals(event.type())) {
          answers.merge("reader refused", 1, Integer::sum);
          return;
        }
        String id = String.valueOf(event.id());
        Position position = Position.parse(id);
        if (position == null) {
          fault(name + " got " + event);
          return;
        }
        if (id.equals(placed)) {
          placed = null;
        }
        settle();
        lastEventId = id;
        if ("sse.gap".equals(event.type())) {
          onGap(new JsonObject(String.valueOf(event.data())), position);
        } else {
          onMessage(String.valueOf(event.data()), id, position);
        }
        at = position;
      }
    }

    private void onGap(JsonObject gap, Position to) {
      Position from = at;
      String reason = gap.getString("reason");
      if ("epoch".equals(reason)) {
        epochs.add(System.nanoTime());
        numbers.clear();
        runs().forEach(run -> begunAtEpoch.put(run.name(), run.begun()));
        if (from != null && from.epoch().equals(to.epoch())) {
          fault(name + " stood at " + from + " and was told of another epoch: " + gap);
        }
        return;
      }
      Long known = gap.getLong("missed");
      boolean isUnknown = known == null && "unknown".equals(reason);
      Long missed = isUnknown ? Long.valueOf(1) : known; // a place in the log stands for them
      boolean fits =
          from != null
              && missed != null
              && to.equals(new Position(from.epoch(), from.sequence() + missed))
              && from.toString().equals(gap.getString("from"))
              && to.toString().equals(gap.getString("to"));
      if (!fits) {
        fault(name + " stood at " + from + " and was told " + gap);
      } else if (isUnknown) {
        doubts++;
      } else {
        told.merge(String.valueOf(reason), missed, Long::sum);
      }
    }

    private void onMessage(String data, String id, Position position) {
      Position before = at;
      if (before != null && !position.equals(new Position(before.epoch(), before.sequence() + 1))) {
        fault(name + " stood at " + before + " and got " + id);
      }
      String one = publishedAs(nameOf(data), data);
      if (one == null) {
        fault(name + " got what nobody has published: " + data);
        return;
      }
      name(id, one, "the stream of " + name);
      String earlier = got.putIfAbsent(one, known(id));
      if (earlier != null) {
        again++;
        if (epochs.isEmpty()) {
          fault(name + " got " + data + " as " + earlier + " and as " + id);
        }
        return;
      }
      long number = numberOf(data);
      Long last = numbers.put(nameOf(data), number);
      if (last != null && last > number) {
        fault(name + " got " + data + " after number " + last + " of the same publisher");
      }
    }

    @Override
    public String toString() {
      return name + " at " + at + " told " + told + " with " + got.size();
    }
  }
}
