package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.OwnAddresses;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The sources that are followed, by name, and the contexts they live on. Thread-safe. */
public final class SourceSet {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  private final Vertx vertx;
  private final SourceSurroundings surroundings;
  private final StoppedSources stopped;
  private final Map<String, Followed> sources = new ConcurrentSkipListMap<>();
  private final Map<String, Single> singles = new ConcurrentSkipListMap<>();
  private final List<Member> members = new CopyOnWriteArrayList<>();

  // guarded by this
  private final Map<String, SourceConfig> names = new HashMap<>();

  private volatile BridgeConfig config;
  private volatile OwnAddresses own;

  /**
   * A set of those that this configuration speaks of; none is followed yet.
   *
   * @param client the options of their clients that an application gives
   */
  public SourceSet(Vertx vertx, BridgeConfig config, HttpClientOptions client) {
    this.vertx = vertx;
    this.config = config;
    this.own = config.ownAddresses();
    this.stopped = new StoppedSources(this, config);
    this.surroundings =
        new SourceSurroundings(
            config.federation().nameIn(vertx),
            config.federation().maxHops(),
            SeenEvents.of(vertx, config.federation()),
            address -> own.contains(address),
            () -> this.config.routes().values(),
            client);
  }

  /** A command that cannot be carried out. */
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    RefusedException(int status, String message) {
      super(message);
      this.status = status;
    }

    /** What is wrong with it, as HTTP would have it: 400, 403, 404, 409 or 503. */
    public int status() {
      return status;
    }
  }

  /** A context that sources live on. */
  public static final class Member {
    private final Context context;
    private final AtomicInteger load = new AtomicInteger();
    private volatile boolean leaving;

    private Member(Context context) {
      this.context = context;
    }
  }

  private record Followed(FollowedSource source, Member member) {}

  /** One that a node follows for all, this one or another. */
  private record Single(SingleSource source, Member member) {}

  /** Sources may live on this context from now on. */
  public Member join(Context context) {
    Member member = new Member(context);
    members.add(member);
    surroundings.seen().join();
    return member;
  }

  /**
   * Follows one more source.
   *
   * @param member where it shall live
   * @param reach how far it may be led by a server
   */
  Future<Void> add(String name, SourceConfig source, Member member, SourceSetup.Reach reach) {
    return add(name, source, member, null, reach);
  }

  /**
   * Follows one more source, from a position on.
   *
   * @param before the position, or null for what was kept
   */
  Future<Void> add(
      String name,
      SourceConfig source,
      Member member,
      @Nullable String before,
      SourceSetup.Reach reach) {
    RefusedException refusal =
        member.leaving
            ? new RefusedException(503, "the sources are being stopped, or Vert.x is closed")
            : claim(name, source);
    if (refusal != null) {
      return Future.failedFuture(refusal);
    }
    member.load.incrementAndGet();
    if (source.single()) {
      stand(name, source, member, before, reach);
      return Future.succeededFuture();
    }
    Promise<Void> added = Promise.promise();
    member.context.runOnContext(
        on ->
            make(name, source, before, reach)
                .compose(made -> keep(name, made, member))
                .onFailure(failure -> forget(name, member))
                .onComplete(added));
    return added.future();
  }

  private Future<FollowedSource> make(
      String name, SourceConfig source, @Nullable String before, SourceSetup.Reach reach) {
    return source.streams() == null
        ? RemoteSource.create(vertx, name, source, surroundings, before, null, reach)
            .map(made -> made)
        : Future.succeededFuture(
            new ParameterSource(vertx, name, source, surroundings, before, reach));
  }

  /** Follows it as soon as no other node does. */
  private void stand(
      String name,
      SourceConfig source,
      Member member,
      @Nullable String before,
      SourceSetup.Reach reach) {
    SingleSource single =
        new SingleSource(
            vertx,
            member.context,
            name,
            source,
            before,
            (position, shared) ->
                RemoteSource.create(vertx, name, source, surroundings, position, shared, reach),
            now -> {
              if (now == null) {
                sources.remove(name);
              } else {
                sources.put(name, new Followed(now, member));
              }
            });
    singles.put(name, new Single(single, member));
    single.begin();
  }

  /** Ends one that a node follows for all; null where it is none. */
  private @Nullable Future<@Nullable String> endSingle(
      String name, Function<RemoteSource, Future<@Nullable String>> way) {
    Single single = singles.remove(name);
    if (single == null) {
      return null;
    }
    return single
        .source()
        .end(way)
        .onComplete(
            done -> {
              sources.remove(name);
              forget(name, single.member());
            });
  }

  private Future<Void> keep(String name, FollowedSource made, Member member) {
    sources.put(name, new Followed(made, member));
    if (member.leaving) {
      // It was on its way while the others were stopped.
      return stop(name, FollowedSource::stop)
          .transform(stopped -> refused(503, "the sources are being stopped"));
    }
    made.start();
    return Future.succeededFuture();
  }

  /** One of those in the configuration. */
  public Future<Void> add(String name, SourceConfig source, Member member) {
    return add(name, source, member, SourceSetup.Reach.ANYWHERE);
  }

  /** The one with the fewest sources. */
  Member leastLoaded() {
    return members.stream()
        .filter(member -> !member.leaving)
        .min((a, b) -> Integer.compare(a.load.get(), b.load.get()))
        .orElseThrow(() -> new RefusedException(503, "the sources are being stopped"));
  }

  /** Takes the name, or says why not. */
  private synchronized @Nullable RefusedException claim(String name, SourceConfig source) {
    if (!NAME.matcher(name).matches()) {
      return new RefusedException(
          400,
          "/name: expected 1..64 of A-Z a-z 0-9 _ . -, got \"" + PrintableText.of(name) + "\"");
    }
    // Those of the configuration were checked with it, all at once.
    List<String> problems =
        source.equals(config.sources().get(name)) ? List.of() : problemsOf(name, source);
    if (!problems.isEmpty()) {
      return new RefusedException(400, String.join("; ", problems));
    }
    int most = config.control().maxSources();
    if (names.size() >= most) {
      return new RefusedException(
          503, "expected at most " + most + " sources (control.maxSources), got one more");
    }
    if (names.putIfAbsent(name, source) != null) {
      return new RefusedException(409, "source " + name + ": there is one of this name already");
    }
    own = own.with(name, source);
    return null;
  }

  private List<String> problemsOf(String name, SourceConfig source) {
    Map<String, SourceConfig> all = new HashMap<>(names);
    all.putIfAbsent(name, source);
    String prefix = "/sources/" + name + "/";
    List<String> problems = new ArrayList<>();
    config
        .addressProblems(own.with(name, source), all)
        .forEach(
            (place, problem) ->
                problems.add(
                    (place.startsWith(prefix) ? place.substring(prefix.length() - 1) : place)
                        + ": "
                        + problem));
    return problems;
  }

  /** The bridge's own addresses, those of the sources that were added included. */
  private OwnAddresses ownAddresses() {
    OwnAddresses all = config.ownAddresses();
    for (var source : names.entrySet()) {
      all = all.with(source.getKey(), source.getValue());
    }
    return all;
  }

  /** Stops following a source, as somebody wants who may go on without it. */
  public Future<Void> stop(String name) {
    return pause(name).mapEmpty();
  }

  /** The same, completed with the position that it has come to, if any. */
  Future<@Nullable String> pause(String name) {
    Future<@Nullable String> single = endSingle(name, RemoteSource::pause);
    if (single != null) {
      return single;
    }
    Followed followed = sources.remove(name);
    return followed == null
        ? none(name)
        : followed.source().pause().onComplete(done -> forget(name, followed.member()));
  }

  private static <T> Future<T> none(String name) {
    return refused(404, "source " + PrintableText.of(name) + ": there is none of this name");
  }

  /** Those that a command has stopped. */
  StoppedSources stopped() {
    return stopped;
  }

  private Future<Void> stop(String name, Function<FollowedSource, Future<Void>> way) {
    Followed followed = sources.remove(name);
    if (followed == null) {
      return none(name);
    }
    return way.apply(followed.source()).onComplete(done -> forget(name, followed.member()));
  }

  private synchronized void forget(String name, Member member) {
    names.remove(name);
    own = ownAddresses();
    member.load.decrementAndGet();
  }

  /** Those that are followed, or about to be, by name. */
  synchronized Map<String, SourceConfig> names() {
    return new HashMap<>(names);
  }

  /** This is the configuration from now on; its sources are still to be followed. */
  synchronized void configure(BridgeConfig next) {
    config = next;
    own = ownAddresses();
    stopped.configure(next);
  }

  /**
   * What a source was before.
   *
   * @param position how far it has come, or null where it has not come anywhere
   */
  record Stopped(SourceConfig config, Member member, @Nullable String position) {}

  /** Stops following a source whose place another takes; null where there is none. */
  Future<@Nullable Stopped> stopForSuccessor(String name) {
    Single one = singles.get(name);
    Future<@Nullable String> single = endSingle(name, RemoteSource::stopForSuccessor);
    if (one != null && single != null) {
      return single.map(position -> new Stopped(one.source().config(), one.member(), position));
    }
    Followed followed = sources.remove(name);
    if (followed == null) {
      return Future.succeededFuture();
    }
    FollowedSource source = followed.source();
    return source
        .stopForSuccessor()
        .onComplete(stopped -> forget(name, followed.member()))
        .map(position -> new Stopped(source.config(), followed.member(), position));
  }

  /** What every source is and does, in the order of the names. */
  public Future<JsonArray> list() {
    List<Future<JsonObject>> all = new ArrayList<>();
    sources.values().forEach(followed -> all.add(followed.source().status()));
    singles.forEach(
        (name, single) -> {
          if (!sources.containsKey(name)) {
            all.add(Future.succeededFuture(single.source().describe()));
          }
        });
    return Future.all(all).map(done -> new JsonArray(done.<JsonObject>list()));
  }

  /** Those that are followed, in the order of the names. */
  void forEach(Consumer<FollowedSource> task) {
    sources.values().forEach(followed -> task.accept(followed.source()));
  }

  /** Stops following the sources of this member. */
  public Future<Void> leave(Member member) {
    member.leaving = true;
    members.remove(member);
    List<Future<?>> all = new ArrayList<>();
    singles.forEach(
        (name, single) -> {
          Future<?> ended =
              single.member() == member ? endSingle(name, RemoteSource::stopForSuccessor) : null;
          if (ended != null) {
            all.add(ended);
          }
        });
    sources.forEach(
        (name, followed) -> {
          if (followed.member() == member && !followed.source().config().single()) {
            all.add(stop(name, FollowedSource::stop));
          }
        });
    return Future.join(all).<Void>mapEmpty().onComplete(left -> surroundings.seen().leave());
  }

  static <T> Future<T> refused(int status, String message) {
    return Future.failedFuture(new RefusedException(status, message));
  }
}
