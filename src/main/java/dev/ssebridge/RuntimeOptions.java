package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The Vert.x that the program runs on; an application makes its own. */
@DataObject
public final class RuntimeOptions {
  static final Keys<RuntimeOptions> OPTIONS =
      Keys.of(RuntimeOptions.class, RuntimeOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public RuntimeOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public RuntimeOptions(RuntimeOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public RuntimeOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private RuntimeOptions(Values values) {
    this.values = values;
  }

  private static final Key<Integer> EVENT_LOOPS =
      OPTIONS
          .optional("eventLoops", ValueType.integer(1, 1024))
          .says(
              "Threads that serve connections. None: twice as many as processors. "
                  + "`--instances` says how many of them take requests")
          .needsRestart();

  /**
   * Threads that serve connections. None: twice as many as processors. {@code --instances} says how
   * many of them take requests.
   */
  public @Nullable Integer getEventLoops() {
    return values.optional(EVENT_LOOPS);
  }

  /** Sets {@link #getEventLoops}. */
  public RuntimeOptions setEventLoops(@Nullable Integer eventLoops) {
    values.setOptional(EVENT_LOOPS, eventLoops);
    return this;
  }

  private static final Key<Integer> WORKERS =
      OPTIONS
          .key("workers", ValueType.integer(1, 1024), 20)
          .says("Threads for what may block: files, and names that are looked up")
          .needsRestart();

  /** Threads for what may block: files, and names that are looked up. */
  public int getWorkers() {
    return values.get(WORKERS);
  }

  /** Sets {@link #getWorkers}. */
  public RuntimeOptions setWorkers(int workers) {
    values.set(WORKERS, workers);
    return this;
  }

  private static final Key<Boolean> PREFER_NATIVE =
      OPTIONS
          .key("preferNative", ValueType.flag(), true)
          .says(
              "Whether the transport of the operating system is used where there is one "
                  + "(epoll); `false` for the one of the JVM (NIO)")
          .needsRestart();

  /**
   * Whether the transport of the operating system is used where there is one (epoll); {@code false}
   * for the one of the JVM (NIO).
   */
  public boolean isPreferNative() {
    return values.get(PREFER_NATIVE);
  }

  /** Sets {@link #isPreferNative}. */
  public RuntimeOptions setPreferNative(boolean preferNative) {
    values.set(PREFER_NATIVE, preferNative);
    return this;
  }

  private static final Key<Duration> BLOCKED_THREAD_CHECK =
      OPTIONS
          .key("blockedThreadCheck", ValueType.duration(Duration.ofMillis(1)), "1s")
          .says("How often it is looked whether a thread is blocked")
          .needsRestart();

  /** How often it is looked whether a thread is blocked. */
  public Duration getBlockedThreadCheck() {
    return values.get(BLOCKED_THREAD_CHECK);
  }

  /** Sets {@link #getBlockedThreadCheck}. */
  public RuntimeOptions setBlockedThreadCheck(Duration blockedThreadCheck) {
    values.set(BLOCKED_THREAD_CHECK, blockedThreadCheck);
    return this;
  }

  private static final Key<Duration> MAX_EVENT_LOOP_TIME =
      OPTIONS
          .key("maxEventLoopTime", ValueType.duration(Duration.ofMillis(1)), "2s")
          .says("An event loop that is busy with one task for longer is blocked; the log says so")
          .needsRestart();

  /** An event loop that is busy with one task for longer is blocked; the log says so. */
  public Duration getMaxEventLoopTime() {
    return values.get(MAX_EVENT_LOOP_TIME);
  }

  /** Sets {@link #getMaxEventLoopTime}. */
  public RuntimeOptions setMaxEventLoopTime(Duration maxEventLoopTime) {
    values.set(MAX_EVENT_LOOP_TIME, maxEventLoopTime);
    return this;
  }

  private static final Key<Duration> MAX_WORKER_TIME =
      OPTIONS
          .key("maxWorkerTime", ValueType.duration(Duration.ofMillis(1)), "60s")
          .says("The same for a thread that may block")
          .needsRestart();

  /** The same for a thread that may block. */
  public Duration getMaxWorkerTime() {
    return values.get(MAX_WORKER_TIME);
  }

  /** Sets {@link #getMaxWorkerTime}. */
  public RuntimeOptions setMaxWorkerTime(Duration maxWorkerTime) {
    values.set(MAX_WORKER_TIME, maxWorkerTime);
    return this;
  }

  private static final Key<Duration> BLOCKED_THREAD_TRACE =
      OPTIONS
          .key("blockedThreadTrace", ValueType.duration(Duration.ofMillis(1)), "5s")
          .says("A thread that is blocked for longer is logged with what it is doing")
          .needsRestart();

  /** A thread that is blocked for longer is logged with what it is doing. */
  public Duration getBlockedThreadTrace() {
    return values.get(BLOCKED_THREAD_TRACE);
  }

  /** Sets {@link #getBlockedThreadTrace}. */
  public RuntimeOptions setBlockedThreadTrace(Duration blockedThreadTrace) {
    values.set(BLOCKED_THREAD_TRACE, blockedThreadTrace);
    return this;
  }

  private static final Key<Boolean> METRICS =
      OPTIONS
          .key("metrics", ValueType.flag(), false)
          .says(
              "Whether Vert.x measures itself, too: its HTTP servers and clients, event bus and "
                  + "pools; see [Metrics](operations.md#metrics)")
          .needsRestart();

  /** Whether Vert.x measures itself, too: its HTTP servers and clients, event bus and pools. */
  public boolean isMetrics() {
    return values.get(METRICS);
  }

  /** Sets {@link #isMetrics}. */
  public RuntimeOptions setMetrics(boolean metrics) {
    values.set(METRICS, metrics);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RuntimeOptions that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** As JSON, without secrets. */
  @Override
  public String toString() {
    return values.toString();
  }
}
