package dev.ssebridge.internal.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SlowPolicy;
import dev.ssebridge.internal.fanout.Batch;
import dev.ssebridge.internal.fanout.Channel;
import dev.ssebridge.internal.fanout.EventFilter;
import dev.ssebridge.internal.fanout.FanoutLoop;
import dev.ssebridge.internal.fanout.LagLimits;
import dev.ssebridge.internal.fanout.Loop;
import dev.ssebridge.internal.fanout.Sink;
import dev.ssebridge.internal.fanout.Start;
import dev.ssebridge.internal.fanout.StreamCounters;
import dev.ssebridge.internal.fanout.StreamPolicy;
import dev.ssebridge.internal.fanout.Subscription;
import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.internal.log.LogShape;
import dev.ssebridge.internal.log.Retention;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetainedBytesTest {
  private static final long LIMIT = 1 << 20;
  private static final byte[] FRAME = "x".repeat(1000).getBytes(UTF_8);

  private final RetainedBytes retained = new RetainedBytes(LIMIT);
  private final TaskLoop here = new TaskLoop();
  private final TaskLoop there = new TaskLoop();
  private long now = 1000;

  @Test
  void theTotalNeverExceedsTheLimitHoweverManyChannelsThereAre() {
    List<Written> channels = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      channels.add(new Written(here));
    }
    for (int round = 0; round < 10; round++) {
      for (Written channel : channels) {
        channel.append();
        assertThat(retained.total()).isLessThanOrEqualTo(LIMIT);
      }
    }
    assertThat(retained.shed()).isGreaterThan(10 * 2000 * 1000L - LIMIT);
    assertThat(retained.total()).isEqualTo(channels.stream().mapToLong(c -> c.log.bytes()).sum());
  }

  @Test
  void theChannelThatIsIdleTheLongestGivesWay() {
    Written idle = new Written(here);
    for (int i = 0; i < 100; i++) {
      idle.append();
    }
    now += 10;
    Written busy = new Written(here);
    while (retained.shed() == 0) {
      busy.append();
    }
    assertThat(idle.log.oldest()).isGreaterThan(1);
    assertThat(busy.log.oldest()).isEqualTo(1);
  }

  @Test
  void theIdlestGivesWayOnWhicheverLoopItIsWrittenWhileTheWritersGoOn() {
    Written idle = new Written(there);
    for (int i = 0; i < 100; i++) {
      idle.append();
    }
    now += 10;
    Written busy = new Written(here);
    while (there.tasks.isEmpty()) {
      busy.append();
    }
    assertThat(busy.log.oldest()).isEqualTo(1);
    there.runAll();
    assertThat(idle.log.oldest()).isGreaterThan(1);
  }

  @Test
  void aWriterShedsOfItsOwnWhileAnotherLoopIsTooBusyToShed() {
    Written idle = new Written(there);
    for (int i = 0; i < 500; i++) {
      idle.append();
    }
    now += 10;
    Written busy = new Written(here);
    for (int i = 0; i < 5000; i++) {
      busy.append();
      // A page and an array, at most, are what one event may take.
      assertThat(retained.total()).isLessThan(LIMIT + 70_000);
    }
    assertThat(idle.log.isEmpty()).isFalse();
    assertThat(there.tasks).hasSize(1);
  }

  @Test
  void whatNoSubscriberHasBeenOfferedYetStaysWhileOthersFlood() {
    Written quiet = new Written(here);
    Reader reader = new Reader(quiet);
    quiet.append();
    now += 10;
    Written busy = new Written(here);
    while (retained.shed() < 3 * LIMIT) {
      busy.append();
    }
    assertThat(quiet.log.floor()).isEqualTo(1);
    reader.loop.runAll();
    assertThat(reader.written).isEqualTo(FRAME.length);
    while (retained.shed() < 4 * LIMIT) {
      busy.append();
    }
    assertThat(quiet.log.floor()).isEqualTo(2);
  }

  @Test
  void aLoopThatNeverComesToReadKeepsNobodyFromAppendingWithinTheLimit() {
    List<Written> channels = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Written channel = new Written(here);
      new Reader(channel);
      channels.add(channel);
    }
    for (int round = 0; round < 100; round++) {
      channels.forEach(Written::append);
      assertThat(retained.total()).isLessThan(LIMIT + 70_000);
    }
  }

  @Test
  void whatExpiresIsCountedOff() {
    Written channel = new Written(here);
    channel.append();
    assertThat(retained.total()).isPositive();
    now += 100_000;
    channel.expire();
    channel.expire();
    channel.expire();
    assertThat(retained.total()).isZero();
    assertThat(channel.onLoop.idleMillis()).isEqualTo(-1);
  }

  @Test
  void allLogsTogetherKeepToOneBudgetOfSlack() {
    List<Written> channels = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      channels.add(new Written(here, new Retention(0, 1 << 20, 10_000)));
    }
    for (int round = 0; round < 300; round++) {
      channels.forEach(Written::append);
    }
    long readable = channels.stream().mapToLong(c -> c.log.head() - c.log.floor() + 1).sum();
    assertThat(readable * 1000).isLessThanOrEqualTo(LIMIT / 8 + 100 * 1000);
    assertThat(channels).allMatch(c -> c.log.floor() <= c.log.head());
  }

  /** A channel, as a writer sees it. */
  private final class Written {
    private final EventLog log;
    private final Channel channel;
    private final RetainedOnLoop onLoop;
    private final RetainedOnLoop.Entry entry;

    Written(Loop loop) {
      this(loop, new Retention(1000, 1 << 24, 10_000));
    }

    Written(Loop loop, Retention retention) {
      StreamPolicy policy = new StreamPolicy(0, 0, "sse.gap", LagLimits.NONE, SlowPolicy.GAP, 1000);
      log = new EventLog("e", retention, LogShape.PLAIN, retained.slack());
      StreamCounters counters = new StreamCounters();
      channel = new Channel("test", log, policy, counters, () -> now);
      onLoop = retained.on(loop);
      entry = new RetainedOnLoop.Entry(channel, counters.on(loop));
    }

    void append() {
      onLoop.makeRoom(FRAME.length);
      channel.append(0, null, null, FRAME, 0, FRAME.length);
      onLoop.onAppend(entry);
    }

    void expire() {
      channel.expire();
      onLoop.onEvict(entry);
    }
  }

  /** A subscriber on a loop of its own that has been at the head, and takes whatever it gets. */
  private static final class Reader implements Sink {
    private final TaskLoop loop = new TaskLoop();
    private long written;

    Reader(Written channel) {
      FanoutLoop fanout = new FanoutLoop(loop, new SplittableRandom(1));
      Start start = channel.channel.start(new Start.Now(), epoch -> false);
      Subscription wish = new Subscription(EventFilter.ALL, Long.MAX_VALUE, 0, -1, reason -> {});
      channel.channel.subscribe(fanout, start, wish, this).open();
      loop.runAll();
      written = 0;
    }

    @Override
    public boolean isFull() {
      return false;
    }

    @Override
    public void write(Batch batch) {
      written += batch.length();
    }

    @Override
    public void write(byte[] block) {
      written += block.length;
    }

    @Override
    public void end(byte @Nullable [] last) {}

    @Override
    public void abort() {}

    @Override
    public long pendingBytes() {
      return 0;
    }

    @Override
    public long progress() {
      return written;
    }
  }

  /** Keeps its tasks until it is told to run them. */
  private static final class TaskLoop implements Loop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    void runAll() {
      while (!tasks.isEmpty()) {
        tasks.remove().run();
      }
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public void executeIn(long nanos, Runnable task) {
      tasks.add(task);
    }

    @Override
    public Runnable every(long millis, Runnable task) {
      return () -> {};
    }

    @Override
    public boolean isCurrent() {
      return true;
    }

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public long millis() {
      return 0;
    }
  }
}
