package dev.ssebridge.internal.client;

import dev.ssebridge.internal.client.SourceSet.Stopped;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.OwnAddresses;
import dev.ssebridge.internal.config.SourceConfig;
import io.vertx.core.Future;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * From the sources of one configuration to those of another. One that has changed goes on where it
 * was, if it is at the same place; those that are the same are not touched. Thread-safe.
 */
public final class SourceReload {
  private static final System.Logger LOG = System.getLogger(SourceReload.class.getName());

  private final SourceSet sources;
  private final BridgeConfig next;
  private final Changes changes;
  private final Map<String, Failure> failures = new ConcurrentSkipListMap<>();

  SourceReload(SourceSet sources, BridgeConfig next, Changes changes) {
    this.sources = sources;
    this.next = next;
    this.changes = changes;
  }

  /**
   * What becomes of the sources of the configuration, by name.
   *
   * @param removed they are in it no more
   * @param changed they are otherwise now
   * @param added they are in it for the first time
   */
  public record Changes(Set<String> removed, Set<String> changed, Set<String> added) {}

  /**
   * Why a source is not followed as the configuration says.
   *
   * @param goesOn whether it is followed as before instead
   */
  public record Failure(String reason, boolean goesOn) {}

  /** What speaks against it, each with its place; empty if nothing does. */
  List<String> problems() {
    Map<String, SourceConfig> all = sources.names();
    all.keySet().removeAll(changes.removed());
    List<String> problems = new ArrayList<>();
    for (String name : changes.added()) {
      if (all.containsKey(name)) {
        problems.add(
            "/sources/"
                + name
                + ": expected a name that no source has, one of this name was added at run time;"
                + " rename it, or stop the other");
      }
    }
    all.putAll(next.sources());
    if (all.size() > next.control().maxSources()) {
      problems.add(
          "/control/maxSources: expected at least "
              + all.size()
              + ", the number of sources including those that were added at run time, got "
              + next.control().maxSources());
    }
    OwnAddresses own = next.ownAddresses();
    for (var source : all.entrySet()) {
      own = own.with(source.getKey(), source.getValue());
    }
    next.addressProblems(own, all)
        .forEach((place, problem) -> problems.add(place + ": " + problem));
    return problems;
  }

  /** Does it. Completes with the sources that could not be followed as they should. */
  Future<Map<String, Failure>> run() {
    sources.configure(next);
    Map<String, Stopped> before = new ConcurrentSkipListMap<>();
    List<Future<Void>> stopping = new ArrayList<>();
    changes.removed().forEach(name -> stopping.add(sources.stop(name)));
    changes.changed().forEach(name -> stopping.add(stop(name, before)));
    // First all of them, since a file may go from one to another.
    return Future.join(stopping)
        .transform(stopped -> Future.join(follow(before)))
        .transform(followed -> Future.succeededFuture(failures));
  }

  private Future<Void> stop(String name, Map<String, Stopped> before) {
    return sources
        .stopForSuccessor(name)
        .onSuccess(
            stopped -> {
              if (stopped != null) { // or a command has stopped it
                before.put(name, stopped);
              }
            })
        .mapEmpty();
  }

  private List<Future<Void>> follow(Map<String, Stopped> before) {
    List<Future<Void>> following = new ArrayList<>();
    for (String name : changes.changed()) {
      Stopped stopped = before.get(name);
      if (stopped != null) {
        following.add(replace(name, stopped));
      } else if (sources.stopped().contains(name)) {
        LOG.log(Level.INFO, "source {0} was stopped by a command, and stays so", name);
      } else {
        following.add(add(name));
      }
    }
    changes.added().forEach(name -> following.add(add(name)));
    return following;
  }

  private Future<Void> add(String name) {
    return Future.succeededFuture()
        .compose(now -> sources.add(name, source(name), sources.leastLoaded()))
        .onFailure(failure -> fail(name, failure, false));
  }

  private Future<Void> replace(String name, Stopped before) {
    SourceConfig source = source(name);
    String position = isSamePlace(before.config(), source) ? before.position() : null;
    return add(name, source, before, position)
        .recover(
            failure ->
                add(name, before.config(), before, before.position())
                    .onComplete(back -> fail(name, failure, back.succeeded())));
  }

  private Future<Void> add(
      String name, SourceConfig source, Stopped before, @Nullable String position) {
    return sources.add(name, source, before.member(), position, SourceSetup.Reach.ANYWHERE);
  }

  private SourceConfig source(String name) {
    return Objects.requireNonNull(next.sources().get(name), name);
  }

  private void fail(String name, Throwable failure, boolean goesOn) {
    failures.put(name, new Failure(String.valueOf(failure.getMessage()), goesOn));
  }

  /** Only there an id means the same; a query may hold a secret that was changed. */
  static boolean isSamePlace(SourceConfig one, SourceConfig other) {
    URI here = one.url();
    URI there = other.url();
    boolean isOneStream = one.streams() == null;
    return isOneStream == (other.streams() == null)
        && Objects.equals(here.getScheme(), there.getScheme())
        && Objects.equals(here.getRawAuthority(), there.getRawAuthority())
        && Objects.equals(here.getRawPath(), there.getRawPath());
  }
}
