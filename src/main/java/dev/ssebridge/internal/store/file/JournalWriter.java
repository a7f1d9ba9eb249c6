package dev.ssebridge.internal.store.file;

import dev.ssebridge.spi.StoreHealth;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The thread that writes. It takes all steps that came while it wrote and writes them at once. When
 * the directory fails it says so, lets steps fail, and tries again until it is well.
 */
final class JournalWriter implements Runnable {
  private static final System.Logger LOG = System.getLogger(FileHistoryStore.class.getName());
  private static final long TIDY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LAST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** How many bytes are written at once, and one append more. */
  private static final int MOST_STAGED = 8 * 1024 * 1024;

  private final FileStoreSettings settings;
  private final Runnable started;
  private final Runnable ended;
  private final Syncer syncer;

  // The writer's.
  private final Mending mending;
  private final List<Step> undecided = new ArrayList<>();
  private long retryNanos = FIRST_RETRY_NANOS;
  private long retryAt;
  private long tidyAt;
  private long lookAt;

  // Read by others.
  private volatile StoreHealth health = new StoreHealth("it is not started");
  private final AtomicLong evictedForSpace = new AtomicLong();
  private volatile long bytes;

  private final StepQueue queue = new StepQueue();
  private volatile boolean closing;

  /**
   * @param started told once it is known whether the directory can be used
   * @param ended told when all is written
   */
  JournalWriter(
      FileStoreSettings settings, Surroundings surroundings, Runnable started, Runnable ended) {
    this.settings = settings;
    this.started = started;
    this.ended = ended;
    syncer = new Syncer(settings.fsync().interval(), e -> submit(new NotSynced(e, this::trouble)));
    mending = new Mending(settings, surroundings, syncer);
  }

  // Any thread

  void submit(Step step) {
    queue.add(step);
  }

  void close() {
    closing = true;
    submit(new Wake());
  }

  StoreHealth health() {
    return health;
  }

  long evictedForSpace() {
    return evictedForSpace.get();
  }

  long bytes() {
    return bytes;
  }

  // The writer's

  @Override
  public void run() {
    attempt();
    started.run();
    List<Step> batch = new ArrayList<>();
    while (!closing || !queue.isEmpty()) {
      batch.clear();
      take(batch);
      handle(batch);
      lookAround();
    }
    finish();
  }

  private void take(List<Step> batch) {
    try {
      long wait = (isUp() ? Math.min(tidyAt, Long.MAX_VALUE) : retryAt) - System.nanoTime();
      queue.take(batch, wait);
    } catch (InterruptedException e) {
      // Nobody but the end of the process interrupts it.
      closing = true;
    }
  }

  private boolean isUp() {
    return health.isUp();
  }

  private void handle(List<Step> batch) {
    int from = 0;
    while (from < batch.size()) {
      from = isUp() ? round(batch, from) : refuse(batch, from);
    }
  }

  private int refuse(List<Step> batch, int from) {
    Step step = batch.get(from);
    if (step.needsDisk()) {
      step.failed(new IllegalStateException(String.valueOf(health.problem())));
    } else {
      step.done();
    }
    return from + 1;
  }

  /** Writes as many steps as go at once; returns the index of the next one. */
  private int round(List<Step> batch, int from) {
    Journal to = mending.journal();
    if (to == null) {
      throw new IllegalStateException("no journal");
    }
    List<Step> staged = new ArrayList<>();
    int next = from;
    try {
      prepare(to);
      Staging staging = to.staging();
      staging.clear();
      while (next < batch.size() && staging.size() < MOST_STAGED && !batch.get(next).mustWait()) {
        stage(batch.get(next++), to, staged);
      }
      if (staging.size() > 0) {
        to.write();
      }
      bytes = to.bytes();
      staged.forEach(Step::done);
    } catch (IOException e) {
      trouble(e); // so that one who is told that an append has failed finds the reason
      staged.forEach(step -> step.failed(e));
    } catch (SegmentOutput.UndecidedException e) {
      undecided.addAll(staged);
      trouble(e.reason());
    } catch (RuntimeException e) {
      // A fault of this program: what it has in mind may not be what is on the disk.
      LOG.log(System.Logger.Level.ERROR, "history in " + settings.directory(), e);
      undecided.addAll(staged);
      mending.distrust();
      trouble(e);
    }
    return next;
  }

  private void prepare(Journal to) throws IOException {
    long now = System.nanoTime();
    if (now >= lookAt) {
      lookAt = now + LOOK_NANOS;
      if (!to.isThere()) {
        throw new Problems.VanishedException(settings.directory());
      }
    }
    if (to.mustRoll()) {
      to.roll();
      evictedForSpace.addAndGet(new Housekeeping(to).afterRoll());
    }
  }

  private static void stage(Step step, Journal to, List<Step> staged) {
    int size = to.staging().size();
    try {
      step.stage(to);
      staged.add(step);
    } catch (RuntimeException | OutOfMemoryError e) {
      to.staging().shrink(size);
      step.failed(e);
    }
  }

  /** What is due without anybody asking for it. */
  private void lookAround() {
    long now = System.nanoTime();
    if (!isUp()) {
      if (now >= retryAt) {
        attempt();
      }
      return;
    }
    Journal of = mending.journal();
    if (now >= tidyAt && of != null) {
      tidyAt = now + TIDY_NANOS;
      try {
        if (!of.isThere()) {
          throw new Problems.VanishedException(settings.directory());
        }
        new Housekeeping(of).tidy();
        bytes = of.bytes();
      } catch (IOException e) {
        trouble(e);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "history in " + settings.directory(), e);
        mending.distrust();
        trouble(e);
      }
    }
  }

  // When it fails

  private void trouble(Throwable cause) {
    StoreHealth was = health;
    health = new StoreHealth(Problems.text(settings.directory(), cause));
    if (!health.equals(was)) {
      LOG.log(System.Logger.Level.WARNING, health.problem());
    }
    retryAt = System.nanoTime() + retryNanos;
    retryNanos = Math.min(2 * retryNanos, LAST_RETRY_NANOS);
  }

  private void attempt() {
    boolean first = retryAt == 0;
    try {
      evictedForSpace.addAndGet(mending.mend());
      Journal of = mending.journal();
      bytes = of == null ? 0 : of.bytes();
      for (Step step : undecided) {
        step.failed(new IOException("it could not be written, and was taken back"));
      }
      undecided.clear();
      health = StoreHealth.UP;
      retryNanos = FIRST_RETRY_NANOS;
      long now = System.nanoTime();
      tidyAt = now + TIDY_NANOS;
      lookAt = now + LOOK_NANOS;
      if (!first) {
        LOG.log(
            System.Logger.Level.INFO,
            "the history in " + settings.directory() + " takes events again");
      }
    } catch (IOException e) {
      trouble(e);
    } catch (SegmentOutput.UndecidedException e) {
      trouble(e.reason());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "history in " + settings.directory(), e);
      mending.distrust();
      trouble(e);
    }
  }

  private void finish() {
    undecided.addAll(queue.end());
    undecided.forEach(step -> step.failed(StepQueue.closed()));
    Journal of = mending.journal();
    if (of != null) {
      of.histories().all().forEach(FileHistory::ended);
      try {
        if (isUp()) {
          of.closeCleanly();
        }
      } catch (IOException | SegmentOutput.UndecidedException e) {
        LOG.log(System.Logger.Level.WARNING, Problems.text(settings.directory(), e));
      }
      try {
        of.close();
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, Problems.text(settings.directory(), e));
      }
    }
    syncer.close();
    health = new StoreHealth("it is closed");
    ended.run();
  }

  /** Has it look whether it is to end. */
  private static final class Wake implements Step {
    @Override
    public void stage(Journal to) {}

    @Override
    public void done() {}

    @Override
    public void failed(Throwable cause) {}

    @Override
    public boolean needsDisk() {
      return false;
    }
  }
}
