package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.StoreConfig;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much of a channel is kept, so that a client that comes back can resume. The limit that is
 * reached first evicts the oldest events.
 */
@DataObject
public final class HistoryOptions {
  static final Keys<HistoryOptions> OPTIONS =
      Keys.of(HistoryOptions.class, HistoryOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public HistoryOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public HistoryOptions(HistoryOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public HistoryOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private HistoryOptions(Values values) {
    this.values = values;
  }

  private static final Key<Integer> EVENTS =
      OPTIONS
          .key("events", ValueType.integer(0, 10_000_000), 10_000)
          .says("Events a channel keeps for those who come back, 0..10000000")
          .forWhom(Key.Audience.MANY);

  /** Events a channel keeps for those who come back, 0..10000000. */
  public int getEvents() {
    return values.get(EVENTS);
  }

  /** Sets {@link #getEvents}. */
  public HistoryOptions setEvents(int events) {
    values.set(EVENTS, events);
    return this;
  }

  private static final Key<Long> BYTES =
      OPTIONS
          .key("bytes", ValueType.size(1), "16MiB")
          .says("Bytes a channel keeps")
          .forWhom(Key.Audience.MANY);

  /** Bytes a channel keeps. */
  public long getBytes() {
    return values.get(BYTES);
  }

  /** Sets {@link #getBytes}. */
  public HistoryOptions setBytes(long bytes) {
    values.set(BYTES, bytes);
    return this;
  }

  private static final Key<Duration> AGE =
      OPTIONS
          .key("age", ValueType.duration(Duration.ofMillis(1)), "10m")
          .says("How long a channel keeps an event")
          .forWhom(Key.Audience.MANY);

  /** How long a channel keeps an event. */
  public Duration getAge() {
    return values.get(AGE);
  }

  /** Sets {@link #getAge}. */
  public HistoryOptions setAge(Duration age) {
    values.set(AGE, age);
    return this;
  }

  private static final Key<String> STORE =
      OPTIONS
          .key(
              "store", ValueType.checked(StoreConfig::requireName).formed(TextForms.NAME), "memory")
          .says(
              "Where a channel's events are kept: `memory`, which ends with the process, or the "
                  + "name of one of the `stores`")
          .forWhom(Key.Audience.MANY)
          .onChange(Key.Change.NEW_HISTORY);

  /**
   * Where a channel's events are kept: {@code memory}, which ends with the process, or the name of
   * one of the {@code stores}.
   */
  public String getStore() {
    return values.get(STORE);
  }

  /** Sets {@link #getStore}. */
  public HistoryOptions setStore(String store) {
    values.set(STORE, store);
    return this;
  }

  private static final Key<Long> HEAP =
      OPTIONS
          .key("heap", ValueType.size(1), "1MiB")
          .says(
              "With a `store`: bytes of a channel's newest events that are in the heap as well, "
                  + "for those who come back soon");

  /**
   * With a {@code store}: bytes of a channel's newest events that are in the heap as well, for
   * those who come back soon.
   */
  public long getHeap() {
    return values.get(HEAP);
  }

  /** Sets {@link #getHeap}. */
  public HistoryOptions setHeap(long heap) {
    values.set(HEAP, heap);
    return this;
  }

  private static final Key<RecordMode> RECORD =
      OPTIONS
          .key("record", ValueType.oneOf(RecordMode.class), "node")
          .says(
              "Who records the messages of a clustered event bus in a shared `store`: `node`, each "
                  + "node what is published on it; `lease`, one node at a time what is published "
                  + "on all, also on nodes without a bridge")
          .onChange(Key.Change.NEW_HISTORY);

  /**
   * Who records the messages of a clustered event bus in a shared {@code store}: {@code node}, each
   * node what is published on it; {@code lease}, one node at a time what is published on all, also
   * on nodes without a bridge.
   */
  public RecordMode getRecord() {
    return values.get(RECORD);
  }

  /** Sets {@link #getRecord}. */
  public HistoryOptions setRecord(RecordMode record) {
    values.set(RECORD, record);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HistoryOptions that && values.equals(that.values);
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
