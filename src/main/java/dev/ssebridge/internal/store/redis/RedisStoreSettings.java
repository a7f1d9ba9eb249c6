package dev.ssebridge.internal.store.redis;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which Redis a store uses, and how. Immutable, except for chance and clock.
 *
 * @param mode how many servers there are, and who knows the one to use
 * @param urls {@code redis://host:port} or {@code rediss://host:port}, with {@code user:password@}
 *     and {@code /database} where needed: the server, or Sentinels, or some nodes of the cluster
 * @param master what the Sentinels call the master, {@code null} without them
 * @param user {@code null} for that of the URL, or the default one
 * @param password {@code null} for that of the URL, or none
 * @param sentinelUser who the bridge is at the Sentinels, {@code null} for that of their URLs
 * @param sentinelPassword {@code null} for that of their URLs, or none
 * @param trust PEM files of the authorities to trust, empty for those of the JVM
 * @param trustAll whether any certificate is taken, and of any host: for tests
 * @param prefix of all keys
 * @param timeout milliseconds that a command may take
 * @param pingInterval milliseconds
 * @param idleTimeout milliseconds without a byte after which a connection is given up, more than
 *     the interval of pings
 * @param lookInterval milliseconds after which a channel where nothing happened is looked at; up to
 *     eight times as long where nothing happens for long
 * @param forgetAfter milliseconds after which Redis forgets a channel that is open nowhere, beyond
 *     the age of its events; 0 for never
 * @param lease milliseconds that a lease is held without being taken again
 * @param clock wall-clock milliseconds
 * @param random for epochs and waits
 */
public record RedisStoreSettings(
    Mode mode,
    List<String> urls,
    @Nullable String master,
    @Nullable String user,
    @Nullable String password,
    @Nullable String sentinelUser,
    @Nullable String sentinelPassword,
    List<String> trust,
    boolean trustAll,
    String prefix,
    long timeout,
    long pingInterval,
    long idleTimeout,
    long lookInterval,
    long forgetAfter,
    long lease,
    LongSupplier clock,
    RandomGenerator random) {

  /** Kinds of Redis. */
  public enum Mode {
    /** One server. */
    SINGLE,
    /** A master and its replicas, watched by Sentinels. */
    SENTINEL,
    /** A Redis Cluster. */
    CLUSTER
  }

  /** Checks them. */
  public RedisStoreSettings {
    urls = List.copyOf(urls);
    trust = List.copyOf(trust);
    require(!urls.isEmpty(), "urls: expected one or more, got none");
    require(
        mode != Mode.SINGLE || urls.size() == 1,
        "urls: expected one for a single server, got " + urls.size());
    require(mode != Mode.SENTINEL || master != null, "master: expected its name, got none");
    require(
        !prefix.contains("{") && !prefix.contains("}"),
        "prefix: expected a text without braces, got \"" + prefix + "\"");
    require(timeout > 0, "timeout: expected 1 ms or more, got " + timeout);
    require(pingInterval > 0, "pingInterval: expected 1 ms or more, got " + pingInterval);
    require(
        idleTimeout > pingInterval,
        "idleTimeout: expected more than the pingInterval, " + pingInterval + " ms");
    require(lookInterval > 0, "lookInterval: expected 1 ms or more, got " + lookInterval);
    require(forgetAfter >= 0, "forgetAfter: expected 0 or more, got " + forgetAfter);
    require(lease >= 3, "lease: expected 3 ms or more, got " + lease);
    urls.forEach(RedisUrl::parse);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  /** A single server, the rest as it is by default. */
  public static RedisStoreSettings single(String url) {
    return new Builder(Mode.SINGLE, List.of(url)).build();
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return "Redis, " + mode + " " + urls.stream().map(RedisUrl::parse).toList();
  }

  /** Collects settings; each is as it is by default until it is set. */
  public static final class Builder {
    private final Mode mode;
    private final List<String> urls;
    private @Nullable String master;
    private @Nullable String user;
    private @Nullable String password;
    private @Nullable String sentinelUser;
    private @Nullable String sentinelPassword;
    private List<String> trust = List.of();
    private boolean trustAll;
    private String prefix = "sse:";
    private long timeout = 5_000;
    private long pingInterval = 1_000;
    private long idleTimeout = 3_000;
    private long lookInterval = 5_000;
    private long forgetAfter = 7 * 86_400_000L;
    private long lease = 2_000;
    private LongSupplier clock = System::currentTimeMillis;
    private RandomGenerator random = new OfThread();

    /** Begins with what has no default. */
    public Builder(Mode mode, List<String> urls) {
      this.mode = mode;
      this.urls = urls;
    }

    /** What the Sentinels call the master. */
    public Builder master(@Nullable String master) {
      this.master = master;
      return this;
    }

    /** Who the bridge is, where the URLs do not say it. */
    public Builder login(@Nullable String user, @Nullable String password) {
      this.user = user;
      this.password = password;
      return this;
    }

    /** Who the bridge is at the Sentinels, who have users of their own. */
    public Builder sentinelLogin(@Nullable String user, @Nullable String password) {
      this.sentinelUser = user;
      this.sentinelPassword = password;
      return this;
    }

    /** PEM files of the authorities to trust. */
    public Builder trust(List<String> trust) {
      this.trust = trust;
      return this;
    }

    /** Whether any certificate is taken. */
    public Builder trustAll(boolean trustAll) {
      this.trustAll = trustAll;
      return this;
    }

    /** What all keys begin with. */
    public Builder prefix(String prefix) {
      this.prefix = Objects.requireNonNull(prefix);
      return this;
    }

    /** Milliseconds that a command may take. */
    public Builder timeout(long timeout) {
      this.timeout = timeout;
      return this;
    }

    /** Milliseconds between pings, and of silence that ends a connection. */
    public Builder pings(long interval, long idle) {
      this.pingInterval = interval;
      this.idleTimeout = idle;
      return this;
    }

    /** Milliseconds after which a channel is looked at. */
    public Builder lookInterval(long lookInterval) {
      this.lookInterval = lookInterval;
      return this;
    }

    /** Milliseconds after which Redis forgets what nobody uses, 0 for never. */
    public Builder forgetAfter(long forgetAfter) {
      this.forgetAfter = forgetAfter;
      return this;
    }

    /** Milliseconds that a lease is held. */
    public Builder lease(long lease) {
      this.lease = lease;
      return this;
    }

    /** What time it is, and chance. */
    public Builder environment(LongSupplier clock, RandomGenerator random) {
      this.clock = clock;
      this.random = random;
      return this;
    }

    /** The settings. */
    public RedisStoreSettings build() {
      return new RedisStoreSettings(
          mode,
          urls,
          master,
          user,
          password,
          sentinelUser,
          sentinelPassword,
          trust,
          trustAll,
          prefix,
          timeout,
          pingInterval,
          idleTimeout,
          lookInterval,
          forgetAfter,
          lease,
          clock,
          random);
    }
  }

  /** That of the thread that asks. */
  private static final class OfThread implements RandomGenerator {
    @Override
    public long nextLong() {
      return ThreadLocalRandom.current().nextLong();
    }
  }
}
