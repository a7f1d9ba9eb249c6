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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store of history: keeps the events of routes whose {@link HistoryOptions#getStore} names it, so
 * that they outlive the process.
 */
@DataObject
public final class StoreOptions {
  static final Keys<StoreOptions> OPTIONS =
      Keys.of(StoreOptions.class, StoreOptions::new, options -> options.values);

  /** Kinds of store. */
  public enum Type {
    /** A journal in a directory of this machine. */
    FILE,
    /** Redis, which nodes share. */
    REDIS
  }

  /** How Redis is set up. */
  public enum Mode {
    /** One server. */
    SINGLE,
    /** The master that Sentinels name. */
    SENTINEL,
    /** A Redis Cluster. */
    CLUSTER
  }

  /** What those get who come to resume while the store is down. */
  public enum Outage {
    /** They are asked to come again later. */
    REFUSE,
    /** What the heap of this process has. */
    HEAP
  }

  private final Values values;

  /** All defaults. */
  public StoreOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public StoreOptions(StoreOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public StoreOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private StoreOptions(Values values) {
    this.values = values;
  }

  private static final Key<Type> TYPE =
      OPTIONS
          .optional("type", ValueType.oneOf(Type.class))
          .says(
              "Kind of the store: `file`, a journal on this machine, or `redis`, which any "
                  + "node can share; may be left out where the name of the store says it");

  /**
   * Kind of the store: {@code file}, a journal on this machine, or {@code redis}, which any node
   * can share; may be left out where the name of the store says it.
   */
  public @Nullable Type getType() {
    return values.optional(TYPE);
  }

  /** Sets {@link #getType}. */
  public StoreOptions setType(@Nullable Type type) {
    values.setOptional(TYPE, type);
    return this;
  }

  private static final Key<String> DIRECTORY =
      OPTIONS
          .optional("directory", ValueType.text())
          .says(
              "For `file`, required: the directory of the journal, for one process alone; it "
                  + "is made where it is missing");

  /**
   * For {@code file}, required: the directory of the journal, for one process alone; it is made
   * where it is missing.
   */
  public @Nullable String getDirectory() {
    return values.optional(DIRECTORY);
  }

  /** Sets {@link #getDirectory}. */
  public StoreOptions setDirectory(@Nullable String directory) {
    values.setOptional(DIRECTORY, directory);
    return this;
  }

  private static final Key<String> FSYNC =
      OPTIONS
          .key("fsync", ValueType.checked(StoreConfig::parseFsync).formed(TextForms.FSYNC), "1s")
          .says(
              "For `file`: when the disk is told to write: a duration, at this interval; "
                  + "`always`, before an event is delivered or confirmed; `never`, as the system "
                  + "likes");

  /**
   * For {@code file}: when the disk is told to write: a duration, at this interval; {@code always},
   * before an event is delivered or confirmed; {@code never}, as the system likes.
   */
  public String getFsync() {
    return values.get(FSYNC);
  }

  /** Sets {@link #getFsync}. */
  public StoreOptions setFsync(String fsync) {
    values.set(FSYNC, fsync);
    return this;
  }

  private static final Key<Long> SEGMENT =
      OPTIONS
          .key("segment", ValueType.size(1 << 20, 1 << 30), "16MiB")
          .says("For `file`: size of one file of the journal, 1MiB..1GiB");

  /** For {@code file}: size of one file of the journal, 1MiB..1GiB. */
  public long getSegment() {
    return values.get(SEGMENT);
  }

  /** Sets {@link #getSegment}. */
  public StoreOptions setSegment(long segment) {
    values.set(SEGMENT, segment);
    return this;
  }

  private static final Key<Long> DISK =
      OPTIONS
          .key("disk", ValueType.size(4 << 20), "4GiB")
          .says(
              "For `file`: most bytes of all its files; beyond, the oldest events go before "
                  + "their time");

  /**
   * For {@code file}: most bytes of all its files; beyond, the oldest events go before their time.
   */
  public long getDisk() {
    return values.get(DISK);
  }

  /** Sets {@link #getDisk}. */
  public StoreOptions setDisk(long disk) {
    values.set(DISK, disk);
    return this;
  }

  private static final Key<List<String>> URLS =
      OPTIONS
          .list(
              "urls",
              ValueType.hidden(StoreConfig.URL, StoreConfig::requireUrl)
                  .formed(TextForms.REDIS_URL),
              100)
          .says(
              "For `redis`: where it is, `redis://` or `rediss://` for TLS; with `sentinel` "
                  + "and `cluster` several of the nodes; none: `redis://127.0.0.1:6379`");

  /**
   * For {@code redis}: where it is, {@code redis://} or {@code rediss://} for TLS; with {@code
   * sentinel} and {@code cluster} several of the nodes; none: {@code redis://127.0.0.1:6379}.
   */
  public List<String> getUrls() {
    return values.get(URLS);
  }

  /** Sets {@link #getUrls}. */
  public StoreOptions setUrls(List<String> urls) {
    values.set(URLS, urls);
    return this;
  }

  private static final Key<Mode> MODE =
      OPTIONS
          .key("mode", ValueType.oneOf(Mode.class), "single")
          .says(
              "For `redis`: `single`, one server; `sentinel`, the master that Sentinels name;"
                  + " `cluster`, a Redis Cluster");

  /**
   * For {@code redis}: {@code single}, one server; {@code sentinel}, the master that Sentinels
   * name; {@code cluster}, a Redis Cluster.
   */
  public Mode getMode() {
    return values.get(MODE);
  }

  /** Sets {@link #getMode}. */
  public StoreOptions setMode(Mode mode) {
    values.set(MODE, mode);
    return this;
  }

  private static final Key<String> MASTER =
      OPTIONS
          .optional("master", ValueType.text())
          .says("For `redis` with `sentinel`, required: the name of the master");

  /** For {@code redis} with {@code sentinel}, required: the name of the master. */
  public @Nullable String getMaster() {
    return values.optional(MASTER);
  }

  /** Sets {@link #getMaster}. */
  public StoreOptions setMaster(@Nullable String master) {
    values.setOptional(MASTER, master);
    return this;
  }

  private static final Key<String> USER =
      OPTIONS
          .optional("user", ValueType.text())
          .says("For `redis`: user of its ACL; none: `default`, where there is a `password`");

  /**
   * For {@code redis}: user of its ACL; none: {@code default}, where there is a {@code password}.
   */
  public @Nullable String getUser() {
    return values.optional(USER);
  }

  /** Sets {@link #getUser}. */
  public StoreOptions setUser(@Nullable String user) {
    values.setOptional(USER, user);
    return this;
  }

  private static final Key<String> PASSWORD =
      OPTIONS
          .optional(
              "password",
              ValueType.hidden("text that is not blank, without control characters", text -> {}))
          .says("For `redis`: password of the user")
          .secret();

  /** For {@code redis}: password of the user. */
  public @Nullable String getPassword() {
    return values.optional(PASSWORD);
  }

  /** Sets {@link #getPassword}. */
  public StoreOptions setPassword(@Nullable String password) {
    values.setOptional(PASSWORD, password);
    return this;
  }

  private static final Key<String> SENTINEL_USER =
      OPTIONS
          .optional("sentinelUser", ValueType.text())
          .says(
              "For `redis` with `sentinel`: user of the Sentinels' own ACL; none: `default`, where "
                  + "there is a `sentinelPassword`");

  /**
   * For {@code redis} with {@code sentinel}: user of the Sentinels' own ACL; none: {@code default},
   * where there is a {@code sentinelPassword}.
   */
  public @Nullable String getSentinelUser() {
    return values.optional(SENTINEL_USER);
  }

  /** Sets {@link #getSentinelUser}. */
  public StoreOptions setSentinelUser(@Nullable String user) {
    values.setOptional(SENTINEL_USER, user);
    return this;
  }

  private static final Key<String> SENTINEL_PASSWORD =
      OPTIONS
          .optional(
              "sentinelPassword",
              ValueType.hidden("text that is not blank, without control characters", text -> {}))
          .says("For `redis` with `sentinel`: password of the Sentinels")
          .secret();

  /** For {@code redis} with {@code sentinel}: password of the Sentinels. */
  public @Nullable String getSentinelPassword() {
    return values.optional(SENTINEL_PASSWORD);
  }

  /** Sets {@link #getSentinelPassword}. */
  public StoreOptions setSentinelPassword(@Nullable String password) {
    values.setOptional(SENTINEL_PASSWORD, password);
    return this;
  }

  private static final Key<String> CA =
      OPTIONS
          .optional("ca", ValueType.text())
          .says(
              "For `redis` with `rediss://`: PEM file with the certificates that are trusted "
                  + "instead of those of Java");

  /**
   * For {@code redis} with {@code rediss://}: PEM file with the certificates that are trusted
   * instead of those of Java.
   */
  public @Nullable String getCa() {
    return values.optional(CA);
  }

  /** Sets {@link #getCa}. */
  public StoreOptions setCa(@Nullable String ca) {
    values.setOptional(CA, ca);
    return this;
  }

  private static final Key<Boolean> TRUST_ALL =
      OPTIONS
          .key("trustAll", ValueType.flag(), false)
          .says("For `redis` with `rediss://`: take any certificate, for any name; for tests");

  /** For {@code redis} with {@code rediss://}: take any certificate, for any name; for tests. */
  public boolean isTrustAll() {
    return values.get(TRUST_ALL);
  }

  /** Sets {@link #isTrustAll}. */
  public StoreOptions setTrustAll(boolean trustAll) {
    values.set(TRUST_ALL, trustAll);
    return this;
  }

  private static final Key<String> PREFIX =
      OPTIONS
          .key(
              "prefix",
              ValueType.checked(StoreConfig::requirePrefix).formed(TextForms.PREFIX),
              "sse:")
          .says(
              "For `redis`: what the names of all its keys and channels begin with; the same "
                  + "on all nodes that share histories");

  /**
   * For {@code redis}: what the names of all its keys and channels begin with; the same on all
   * nodes that share histories.
   */
  public String getPrefix() {
    return values.get(PREFIX);
  }

  /** Sets {@link #getPrefix}. */
  public StoreOptions setPrefix(String prefix) {
    values.set(PREFIX, prefix);
    return this;
  }

  private static final Key<Duration> TIMEOUT =
      OPTIONS
          .key("timeout", ValueType.duration(Duration.ofMillis(1)), "5s")
          .says("For `redis`: how long it may take to connect, or to answer");

  /** For {@code redis}: how long it may take to connect, or to answer. */
  public Duration getTimeout() {
    return values.get(TIMEOUT);
  }

  /** Sets {@link #getTimeout}. */
  public StoreOptions setTimeout(Duration timeout) {
    values.set(TIMEOUT, timeout);
    return this;
  }

  private static final Key<Duration> PING =
      OPTIONS
          .key("ping", ValueType.duration(Duration.ofMillis(10)), "1s")
          .says(
              "For `redis`: how often a quiet connection is tried; one that is silent for "
                  + "three times as long is made anew");

  /**
   * For {@code redis}: how often a quiet connection is tried; one that is silent for three times as
   * long is made anew.
   */
  public Duration getPing() {
    return values.get(PING);
  }

  /** Sets {@link #getPing}. */
  public StoreOptions setPing(Duration ping) {
    values.set(PING, ping);
    return this;
  }

  private static final Key<Duration> LEASE =
      OPTIONS
          .key("lease", ValueType.duration(Duration.ofMillis(500), Duration.ofMinutes(1)), "2s")
          .says(
              "For `redis`: after how long another node takes over from one that is not heard of, "
                  + "500ms..1m: of `record` `lease`, and of `single` sources; nothing is recorded "
                  + "in the meantime");

  /**
   * For {@code redis}: after how long another node takes over from one that is not heard of,
   * 500ms..1m: of {@code record} {@code lease}, and of {@code single} sources; nothing is recorded
   * in the meantime.
   */
  public Duration getLease() {
    return values.get(LEASE);
  }

  /** Sets {@link #getLease}. */
  public StoreOptions setLease(Duration lease) {
    values.set(LEASE, lease);
    return this;
  }

  private static final Key<Outage> OUTAGE =
      OPTIONS
          .key("outage", ValueType.oneOf(Outage.class), "refuse")
          .says(
              "What those get who come to resume while the store is down: `refuse`, they are "
                  + "asked to come again; `heap`, what this process still has");

  /**
   * What those get who come to resume while the store is down: {@code refuse}, they are asked to
   * come again; {@code heap}, what this process still has.
   */
  public Outage getOutage() {
    return values.get(OUTAGE);
  }

  /** Sets {@link #getOutage}. */
  public StoreOptions setOutage(Outage outage) {
    values.set(OUTAGE, outage);
    return this;
  }

  private static final Key<Boolean> NOTICE =
      OPTIONS
          .key("notice", ValueType.flag(), false)
          .says(
              "Whether subscribers are told that the store is down and back, by an event "
                  + "`sse.store`");

  /**
   * Whether subscribers are told that the store is down and back, by an event {@code sse.store}.
   */
  public boolean isNotice() {
    return values.get(NOTICE);
  }

  /** Sets {@link #isNotice}. */
  public StoreOptions setNotice(boolean notice) {
    values.set(NOTICE, notice);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StoreOptions that && values.equals(that.values);
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
