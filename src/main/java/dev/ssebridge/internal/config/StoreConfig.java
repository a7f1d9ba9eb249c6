package dev.ssebridge.internal.config;

import dev.ssebridge.StoreOptions;
import dev.ssebridge.StoreOptions.Mode;
import dev.ssebridge.StoreOptions.Outage;
import dev.ssebridge.internal.text.UnfitValueException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A store of history. Immutable. */
public sealed interface StoreConfig {
  /** The history in the heap, which is no store of the configuration. */
  String MEMORY = "memory";

  /** What is expected of the URL of a Redis. */
  String URL =
      "a URL such as \"redis://10.0.0.1:6379\" or \"rediss://redis.example\", without user"
          + " information, which goes into \"user\" and \"password\", and without a query";

  /** Where a Redis is for which no URL is given. */
  URI USUAL_URL = URI.create("redis://127.0.0.1:6379");

  /** How many segments there must be room for. */
  int LEAST_SEGMENTS = 4;

  /** What those get who come to resume while the store is down. */
  Outage outage();

  /** Whether subscribers are told that it is down and back. */
  boolean notice();

  /**
   * A journal on this machine.
   *
   * @param directory of its files
   * @param fsync when the disk is told to write
   * @param segment bytes of one file
   * @param disk most bytes of all of them
   * @param outage see {@link #outage}
   * @param notice see {@link #notice}
   */
  record File(String directory, Fsync fsync, long segment, long disk, Outage outage, boolean notice)
      implements StoreConfig {}

  /**
   * Redis, 7.0 or later.
   *
   * @param urls where it is, at least one, all with TLS or none
   * @param mode how it is set up
   * @param master its name for Sentinels; null with another mode
   * @param user of its ACL; null for the default user
   * @param password null for none
   * @param sentinelUser of the Sentinels; null for their default user
   * @param sentinelPassword null for none
   * @param ca PEM file of certificates to trust; null for those of Java
   * @param trustAll whether any certificate is taken
   * @param prefix of all its keys and channels
   * @param timeout of a connection being made, and of an answer
   * @param ping how often a quiet connection is tried
   * @param lease how long a lease is held by a node that is not heard of
   * @param outage see {@link #outage}
   * @param notice see {@link #notice}
   */
  record Redis(
      List<URI> urls,
      Mode mode,
      @Nullable String master,
      @Nullable String user,
      @Nullable String password,
      @Nullable String sentinelUser,
      @Nullable String sentinelPassword,
      @Nullable String ca,
      boolean trustAll,
      String prefix,
      Duration timeout,
      Duration ping,
      Duration lease,
      Outage outage,
      boolean notice)
      implements StoreConfig {

    /** Whether it is spoken to over TLS. */
    public boolean isTls() {
      return StoreConfig.isTls(urls.get(0));
    }

    /** Never a password. */
    @Override
    public String toString() {
      return mode.name().toLowerCase(Locale.ROOT) + " " + urls;
    }
  }

  /**
   * When the disk is told to write what was appended.
   *
   * @param when the kind
   * @param every how often, of {@link When#EVERY}; else zero
   */
  record Fsync(When when, Duration every) {
    /** Kinds of it. */
    public enum When {
      /** As the system likes. */
      NEVER,
      /** Again and again, after a time. */
      EVERY,
      /** Before an event is delivered or confirmed. */
      ALWAYS
    }
  }

  /**
   * Of these options.
   *
   * @param name of the store
   * @param at where it is written
   */
  static StoreConfig of(String name, StoreOptions options, Place at) {
    if (name.equals(MEMORY)) {
      at.problem("expected another name, as \"memory\" is the history in the heap");
    }
    StoreOptions.Type type = type(name, options, at);
    StoreEffects.require(type, options, at);
    if (type == StoreOptions.Type.REDIS) {
      return redis(options, at);
    }
    if (options.getDirectory() == null && at.isFine("directory")) {
      at.problem("directory", "missing, this key is required for a store of type \"file\"");
    }
    if (options.getDisk() < LEAST_SEGMENTS * options.getSegment()) {
      at.problem(
          "disk",
          "expected at least "
              + LEAST_SEGMENTS
              + " times \"segment\", "
              + LEAST_SEGMENTS * options.getSegment()
              + " bytes, got "
              + options.getDisk());
    }
    String directory = options.getDirectory();
    return new File(
        directory == null ? "" : directory,
        parseFsync(options.getFsync()),
        options.getSegment(),
        options.getDisk(),
        options.getOutage(),
        options.isNotice());
  }

  private static StoreOptions.Type type(String name, StoreOptions options, Place at) {
    StoreOptions.Type type = options.getType();
    if (type != null) {
      return type;
    }
    for (StoreOptions.Type each : StoreOptions.Type.values()) {
      if (name.equals(each.name().toLowerCase(Locale.ROOT))) {
        return each;
      }
    }
    if (at.isFine("type")) {
      at.problem(
          "type",
          "missing, expected \"file\" or \"redis\", as the name of the store is neither of them");
    }
    // Of the kind whose keys are there, so that these are not told as problems as well.
    return StoreEffects.hasAnyOfRedis(options) ? StoreOptions.Type.REDIS : StoreOptions.Type.FILE;
  }

  private static Redis redis(StoreOptions options, Place at) {
    List<URI> urls = options.getUrls().stream().map(URI::create).toList();
    List<URI> all = urls.isEmpty() ? List.of(USUAL_URL) : urls;
    if (all.stream().map(StoreConfig::isTls).distinct().count() > 1) {
      at.problem("urls", "expected all with \"rediss\", or none, got both");
    }
    if (options.getMode() == Mode.SINGLE && all.size() > 1) {
      at.problem(
          "urls",
          "expected one with \"mode\": \"single\", got "
              + all.size()
              + "; say \"sentinel\" or \"cluster\" for several");
    }
    boolean isCluster = options.getMode() == Mode.CLUSTER;
    if (isCluster && all.stream().anyMatch(url -> url.getPath().length() > 1)) {
      at.problem("urls", "expected none with the number of a database, as a cluster has one alone");
    }
    if (options.getMode() == Mode.SENTINEL && options.getMaster() == null) {
      at.problem("master", "missing, this key is required with \"mode\": \"sentinel\"");
    }
    return new Redis(
        all,
        options.getMode(),
        options.getMaster(),
        options.getUser(),
        options.getPassword(),
        options.getSentinelUser(),
        options.getSentinelPassword(),
        options.getCa(),
        options.isTrustAll(),
        options.getPrefix(),
        options.getTimeout(),
        options.getPing(),
        options.getLease(),
        options.getOutage(),
        options.isNotice());
  }

  /** Whether it is a URL for TLS. */
  static boolean isTls(URI url) {
    return "rediss".equalsIgnoreCase(url.getScheme());
  }

  /**
   * Reads when the disk is told to write.
   *
   * @throws IllegalArgumentException if it says nothing of the kind
   */
  static Fsync parseFsync(String text) {
    if (text.equals("never")) {
      return new Fsync(Fsync.When.NEVER, Duration.ZERO);
    }
    if (text.equals("always")) {
      return new Fsync(Fsync.When.ALWAYS, Duration.ZERO);
    }
    try {
      return new Fsync(Fsync.When.EVERY, ValueType.duration(Duration.ofMillis(10)).read(text));
    } catch (UnfitValueException other) {
      throw UnfitValueException.expected(
          "\"never\", \"always\" or a duration of at least 10ms such as \"1s\"", text);
    }
  }

  /**
   * Checks the URL of a Redis. What is wrong is not repeated, as it may hold a password.
   *
   * @throws IllegalArgumentException if it is not valid
   */
  static void requireUrl(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException wrong) {
      throw UnfitValueException.expected(URL);
    }
    String path = url.getPath();
    boolean isRedis = isTls(url) || "redis".equalsIgnoreCase(url.getScheme());
    if (!isRedis
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null
        || url.getPort() == 0
        || url.getPort() > 65_535
        || !path.matches("/?|/[0-9]{1,5}")) {
      throw UnfitValueException.expected(URL);
    }
  }

  /**
   * Checks the name of a store.
   *
   * @throws IllegalArgumentException if it is not valid
   */
  static void requireName(String text) {
    ConfigObject.requireName(text);
  }

  /**
   * Checks a prefix of keys: part of patterns of an ACL, and not of what is hashed in a cluster.
   *
   * @throws IllegalArgumentException if it is not valid
   */
  static void requirePrefix(String text) {
    if (!text.matches("[A-Za-z0-9_.:/-]{1,64}")) {
      throw UnfitValueException.expected("1..64 of A-Z a-z 0-9 _ . : / -", text);
    }
  }
}
