package dev.ssebridge.internal.fanout;

import dev.ssebridge.internal.log.EventLog;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one channel on one loop, and the only place where a channel's writer and a
 * connection's loop meet: {@link #wake} schedules one walk, however many events arrive until it
 * runs. A walk over many subscribers is cut into slices, and there may be a pause between two
 * walks.
 */
final class Shard implements Runnable {
  /**
   * The most subscribers, bytes, or nanoseconds, before others get their turn on the loop. What is
   * published meanwhile is read then, and goes along to those whose turn has yet to come.
   */
  private static final int SLICE_MEMBERS = 256;

  private static final int SLICE_BYTES = 1 << 20;
  private static final long SLICE_NANOS = 250_000;

  /**
   * Where events came in during a walk that was shorter than this, the next one begins as long
   * after it as it took: they come faster than they can be written one by one, and what comes
   * meanwhile goes in the same write. During a longer walk enough comes by itself.
   */
  private static final long PAUSE_NANOS = 2_000_000;

  /** How many are visited between two looks at the clock. */
  private static final int LOOK = 16;

  // set at construction
  private final Channel channel;
  private final FanoutLoop fanout;
  private final LoopCounters counters;

  // written by the writer and the loop
  private final AtomicBoolean awake = new AtomicBoolean();

  // written by the thread that sets awake, and then read by the loop
  private long wokenAt;

  // written by the loop
  private volatile long offered;
  private volatile EventLog offeredOf;

  // only the loop
  private @Nullable Subscriber[] members = new @Nullable Subscriber[2];
  private int size;
  private int walk;
  private boolean walking;
  private boolean holes;
  private long headAtWalk;
  private EventLog logAtWalk;
  private long walkedSince;
  private boolean visiting;
  private long writes;

  Shard(Channel channel, FanoutLoop fanout) {
    this.channel = channel;
    this.fanout = fanout;
    this.counters = channel.counters().on(fanout.loop());
    this.offeredOf = channel.log();
    this.logAtWalk = offeredOf;
    this.offered = offeredOf.head();
  }

  Channel channel() {
    return channel;
  }

  /** Whether a slice of a walk is under way. */
  boolean isVisiting() {
    return visiting;
  }

  /** A stream was written to in it. */
  void onWrite() {
    writes++;
  }

  /** Of the route, on this loop. */
  LoopCounters counters() {
    return counters;
  }

  FanoutLoop fanout() {
    return fanout;
  }

  Loop loop() {
    return fanout.loop();
  }

  /** There is more in the log. Any thread. */
  void wake() {
    if (!awake.get() && awake.compareAndSet(false, true)) {
      wokenAt = fanout.loop().nanos();
      fanout.loop().execute(this);
    }
  }

  /** The oldest event that a walk is still to come for. Any thread. */
  long unoffered() {
    if (!awake.get()) {
      return Long.MAX_VALUE;
    }
    return offeredOf == channel.log() ? offered + 1 : 0;
  }

  /** One slice of a walk over all members. */
  @Override
  public void run() {
    long begun = fanout.loop().nanos();
    if (!walking) {
      walking = true;
      walk = 0;
      logAtWalk = channel.log();
      headAtWalk = logAtWalk.head();
      walkedSince = begun;
    }
    visiting = true;
    writes = 0;
    int bytes = 0;
    for (int i = 0; walk < size && i < SLICE_MEMBERS && bytes < SLICE_BYTES; i++) {
      if (i % LOOK == LOOK - 1 && fanout.loop().nanos() - begun >= SLICE_NANOS) {
        break;
      }
      Subscriber subscriber = members[walk++];
      if (subscriber != null) {
        bytes += subscriber.visit();
      }
    }
    visiting = false;
    long now = fanout.loop().nanos();
    if (writes > 0) {
      // Looked up once for all streams that the slice has written to.
      counters.onWrites(now - wokenAt, writes);
    }
    if (walk < size) {
      fanout.loop().executeAfterOthers(this);
      return;
    }
    walking = false;
    closeHoles();
    offered = headAtWalk;
    offeredOf = logAtWalk;
    long took = now - walkedSince;
    if (took < PAUSE_NANOS && hasMore()) {
      wokenAt = walkedSince; // what came during the walk may have come at its beginning
      fanout.loop().executeIn(took, this); // still awake, so nobody else has it walk sooner
      return;
    }
    awake.set(false);
    if (hasMore() && awake.compareAndSet(false, true)) {
      wokenAt = walkedSince;
      fanout.loop().execute(this);
    }
  }

  /** Whether the log has gone on since the walk began. */
  private boolean hasMore() {
    EventLog log = channel.log();
    return log != logAtWalk || log.head() != headAtWalk;
  }

  /** Looks after all members as the policy says, which is another now. Any thread. */
  void lookAfterAll() {
    fanout
        .loop()
        .execute(() -> lookAfter(Arrays.copyOf(members, size), 0)); // some may go meanwhile
  }

  private void lookAfter(@Nullable Subscriber[] all, int from) {
    int to = Math.min(all.length, from + SLICE_MEMBERS);
    for (int i = from; i < to; i++) {
      Subscriber subscriber = all[i];
      if (subscriber != null) {
        subscriber.lookAfter();
      }
    }
    if (to < all.length) {
      fanout.loop().executeAfterOthers(() -> lookAfter(all, to));
    }
  }

  void add(Subscriber subscriber) {
    if (size == members.length) {
      members = Arrays.copyOf(members, size * 2);
    }
    subscriber.index = size;
    members[size++] = subscriber;
  }

  void remove(Subscriber subscriber) {
    if (subscriber.index < 0) {
      return;
    }
    if (walking) {
      members[subscriber.index] = null;
      holes = true;
      return;
    }
    size--;
    Subscriber last = members[size];
    members[size] = null;
    if (last != null && last != subscriber) {
      members[subscriber.index] = last;
      last.index = subscriber.index;
    }
    subscriber.index = -1;
    if (size < members.length / 4 && members.length > 2) {
      members = Arrays.copyOf(members, members.length / 2);
    }
  }

  private void closeHoles() {
    if (!holes) {
      return;
    }
    holes = false;
    int kept = 0;
    for (int i = 0; i < size; i++) {
      Subscriber subscriber = members[i];
      if (subscriber != null) {
        subscriber.index = kept;
        members[kept++] = subscriber;
      }
    }
    Arrays.fill(members, kept, size, null);
    size = kept;
  }
}
