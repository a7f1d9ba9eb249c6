package dev.ssebridge.internal.app;

import dev.ssebridge.ConfigException;
import dev.ssebridge.ConfigException.Problem;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.internal.client.KeptFiles;
import dev.ssebridge.internal.client.SourceGroup;
import dev.ssebridge.internal.client.SourceReload;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.ConfigDiff;
import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.internal.config.ConfigWarnings;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.config.TlsConfig;
import dev.ssebridge.internal.door.ListeningBridge;
import dev.ssebridge.internal.tls.CertificateSet;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is running to what the configuration says now. First everything is checked; where
 * anything is wrong, nothing changes.
 */
final class Reloader {
  private static final Logger LOG = Logger.getLogger(Program.class.getName());
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);

  /** Sources that are stopped may await replies for as long as their {@code drain}. */
  private static final Duration SOURCES_TIMEOUT = Duration.ofMinutes(2);

  private final List<ListeningBridge> servers;
  private final List<ListeningBridge> all;
  private final Reading.Reader reader;
  private final Supplier<@Nullable SourceGroup> sources;
  private final Function<SseBridgeOptions, Future<?>> deploySources;

  // guarded by this
  private @Nullable CertificateSet certificates;
  private Map<String, String> authorities;
  private String keys;

  /** Keys that were named because they need a restart. */
  private Set<String> waiting = Set.of();

  // written by this
  private volatile Reading running;
  private volatile Attempt attempt;

  /**
   * The last time that everything was read.
   *
   * @param files that it read, or that what it read refers to, whether it was in order or not
   * @param begun when reading began
   */
  record Attempt(Set<Path> files, Instant begun) {}

  /**
   * @param servers with the certificates of the configuration
   * @param beside others that serve the same routes
   * @param first what is running
   * @param reader reads everything again; blocks
   * @param sources those that are followed, null while none are
   * @param deploySources follows the first ones
   */
  Reloader(
      List<ListeningBridge> servers,
      List<ListeningBridge> beside,
      FilesAtStart first,
      Reading.Reader reader,
      Supplier<@Nullable SourceGroup> sources,
      Function<SseBridgeOptions, Future<?>> deploySources) {
    this.servers = servers;
    this.all = Stream.concat(servers.stream(), beside.stream()).toList();
    this.running = first.reading();
    this.attempt = new Attempt(Set.of(), running.begun());
    this.certificates = first.certificates();
    this.authorities = first.authorities();
    this.keys = first.keys();
    this.reader = reader;
    this.sources = sources;
    this.deploySources = deploySources;
  }

  /** What is in effect. */
  Reading running() {
    return running;
  }

  /** What was read last. */
  Attempt attempt() {
    return attempt;
  }

  /** Does it, logs what it did, and says so. Blocks. */
  synchronized JsonObject reload() {
    Set<Path> named = new LinkedHashSet<>();
    Instant begun = Instant.now();
    try {
      return reload(named);
    } finally {
      attempt = new Attempt(Set.copyOf(named), begun);
    }
  }

  private JsonObject reload(Set<Path> named) {
    ConfigFile at = running.config();
    try {
      Reading reading = reader.read(named);
      at = reading.config();
      return reload(reading);
    } catch (ConfigException wrong) {
      ConfigFile file = at;
      return refuse(
          wrong.problems().stream()
              .map(p -> (p.source() == null ? file.located(p) : p).toString())
              .toList());
    } catch (Refused refused) {
      String name = at.name();
      return refuse(refused.problems.stream().map(problem -> name + ": " + problem).toList());
    } catch (IllegalArgumentException impossible) {
      return refuse(
          List.of(at.name() + ": " + impossible.getMessage())); // the heap is too small, say
    } catch (Exception failed) { // whatever the reader throws
      LOG.log(Level.SEVERE, "the configuration is not read again", failed);
      return told("problems", List.of("the configuration is not read again; the log says why"));
    }
  }

  private static JsonObject refuse(List<String> problems) {
    LOG.severe("configuration read again: it is wrong, so nothing changes");
    problems.forEach(LOG::severe);
    return told("problems", problems);
  }

  private static JsonObject told(String key, List<String> texts) {
    return new JsonObject()
        .put(key, new JsonArray(texts.stream().map(HiddenTexts::without).toList()));
  }

  /** Something speaks against the whole. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    Refused(List<String> problems) {
      super(String.join("\n", problems));
      this.problems = problems;
    }
  }

  private JsonObject reload(Reading reading) throws Refused {
    ConfigFile before = running.config();
    ConfigDiff diff = ConfigDiff.between(before.options(), reading.config().options());
    SseBridgeOptions options = diff.reachable();
    BridgeConfig config = BridgeConfig.ofReachable(options);
    CertificateSet read = FilesAtStart.certificatesOf(config);
    Map<String, String> trusted = ReferredFiles.authorities(config);
    SourceReload.Changes changes = changes(diff, before.config(), config, trusted);
    boolean isOther = !Objects.equals(read, certificates);
    requireAll(before.config(), config, changes, isOther ? read : null);

    ReloadReport report = new ReloadReport();
    List<String> undone = new ArrayList<>();
    String keysNow = ReferredFiles.keysInShort(config);
    if (!diff.isEmpty() || !keysNow.equals(keys)) {
      Future<Void> ready = ListeningBridge.reload(all, config, diff.routes().changed());
      report.blocks("routes", diff.routes()).blocks("publish rules", diff.publish());
      attempt(ready, READY_TIMEOUT, () -> "some routes get no messages yet", undone);
    }
    if (!keysNow.equals(keys)) {
      keys = keysNow;
      report.add("keys of users changed");
    }
    if (isOther && read != null) {
      List<Future<Boolean>> all =
          servers.stream().map(server -> server.certificates(read.options())).toList();
      if (attempt(Future.join(all), READY_TIMEOUT, () -> certificateOf(all), undone)) {
        certificates = read;
        report.add("certificate changed");
      }
    }
    Map<String, SourceReload.Failure> failures = follow(options, config, changes, undone);
    report.add("sources added: ", changes.added());
    report.add("sources removed: ", changes.removed());
    report.add("sources changed: ", changes.changed());
    report.add("also changed: ", diff.others());
    keep(reading, options, config, before, failures);
    authorities = trusted;
    ProgramLog.apply(config.log());
    LOG.info(report::toString);
    for (String place : diff.restart()) {
      if (!waiting.contains(place)) {
        LOG.warning(place + " needs a restart");
      }
    }
    waiting = Set.copyOf(diff.restart());
    List<Problem> warnings = new ArrayList<>(ConfigWarnings.of(config));
    warnings.removeAll(ConfigWarnings.of(before.config()));
    warnings.forEach(warning -> LOG.warning(reading.config().located(warning).toString()));
    undone.forEach(problem -> LOG.severe("not changed: " + problem));
    return told("notChanged", undone)
        .put("changed", HiddenTexts.without(report.toString()))
        .put("restart", new JsonArray(List.copyOf(diff.restart())));
  }

  /** Which certificate is served, where not all instances have taken the new one. */
  private static String certificateOf(List<Future<Boolean>> all) {
    long changed = all.stream().filter(Future::succeeded).count();
    return changed == 0
        ? "the certificate is the one before"
        : "the certificate is the new one on "
            + changed
            + " of "
            + all.size()
            + " instances and the one before on the others, until the next reload";
  }

  private SourceReload.Changes changes(
      ConfigDiff diff, BridgeConfig before, BridgeConfig after, Map<String, String> trusted) {
    Set<String> changed = new TreeSet<>(diff.sources().changed().keySet());
    changed.removeIf(name -> Objects.equals(before.sources().get(name), after.sources().get(name)));
    trusted.forEach(
        (name, digest) -> {
          if (before.sources().containsKey(name) && !digest.equals(authorities.get(name))) {
            changed.add(name);
          }
        });
    return new SourceReload.Changes(diff.sources().removed(), changed, diff.sources().added());
  }

  /** Looks for all that could keep it from being done. */
  private void requireAll(
      BridgeConfig before,
      BridgeConfig after,
      SourceReload.Changes changes,
      @Nullable CertificateSet other)
      throws Refused {
    List<String> problems = new ArrayList<>();
    TlsConfig tls = after.http().tls();
    if (other != null && tls != null) {
      problems.addAll(FilesAtStart.problems(tls, other, Instant.now()));
    }
    SourceGroup group = sources.get();
    if (group != null) {
      problems.addAll(group.problems(after, changes));
    }
    Set<String> held = new HashSet<>();
    before.sources().values().forEach(source -> held.add(String.valueOf(source.cursor().file())));
    List<SourceConfig> files = new ArrayList<>();
    after.sources().values().stream()
        .filter(source -> !held.contains(String.valueOf(source.cursor().file())))
        .forEach(files::add);
    problems.addAll(KeptFiles.problems(files));
    if (!problems.isEmpty()) {
      throw new Refused(problems);
    }
  }

  private Map<String, SourceReload.Failure> follow(
      SseBridgeOptions options,
      BridgeConfig config,
      SourceReload.Changes changes,
      List<String> undone) {
    SourceGroup group = sources.get();
    Map<String, SourceReload.Failure> failures = new TreeMap<>();
    if (group != null) {
      attempt(
          group.reload(config, changes).onSuccess(failures::putAll),
          SOURCES_TIMEOUT,
          () -> "some sources are still being stopped",
          undone);
    } else if (!config.sources().isEmpty()) {
      List<String> reason = new ArrayList<>();
      if (!attempt(deploySources.apply(options), READY_TIMEOUT, () -> "", reason)) {
        config
            .sources()
            .keySet()
            .forEach(name -> failures.put(name, new SourceReload.Failure(reason.get(0), false)));
      }
    }
    failures.forEach(
        (name, failure) ->
            undone.add(
                "/sources/"
                    + name
                    + ": "
                    + failure.reason()
                    + (failure.goesOn() ? "; it goes on as before" : "; it is not followed")));
    return failures;
  }

  /** What is in effect now; what is not is tried again by the next reload. */
  private void keep(
      Reading reading,
      SseBridgeOptions options,
      BridgeConfig config,
      ConfigFile before,
      Map<String, SourceReload.Failure> failures) {
    SseBridgeOptions now = options;
    BridgeConfig is = config;
    if (!failures.isEmpty()) {
      Map<String, SourceOptions> followed = new LinkedHashMap<>(options.getSources());
      failures.forEach(
          (name, failure) -> {
            SourceOptions old = before.options().getSources().get(name);
            if (failure.goesOn() && old != null) {
              followed.put(name, old);
            } else {
              followed.remove(name);
            }
          });
      now = new SseBridgeOptions(options).setSources(followed);
      try {
        is = BridgeConfig.ofReachable(now);
      } catch (ConfigException oddTogether) {
        LOG.log(Level.FINE, "what is in effect does not go together", oddTogether);
      }
    }
    running =
        new Reading(
            new ConfigFile(
                reading.config().name(),
                now,
                is,
                reading.config().files(),
                reading.config().tree()),
            reading.begun());
  }

  private static boolean attempt(
      Future<?> done, Duration limit, Supplier<String> otherwise, List<String> undone) {
    String reason;
    try {
      Program.await(done, limit);
      return true;
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      reason = String.valueOf(cause == null ? failed : cause.getMessage());
    } catch (TimeoutException late) {
      reason = "not within " + limit.toSeconds() + " s";
    }
    String what = otherwise.get();
    undone.add(what.isEmpty() ? reason : what + ": " + reason);
    return false;
  }
}
