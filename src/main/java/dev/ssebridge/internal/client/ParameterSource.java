package dev.ssebridge.internal.client;

import dev.ssebridge.GapMode;
import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.address.ListenedAddresses;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.config.SourceStreams;
import dev.ssebridge.internal.metrics.Snapshot;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A configured source whose URL has parameters: a stream for each address that somebody in this
 * Vert.x listens to. All of them live on the context that this is made on, share one HTTP client,
 * and count as one source. Its methods may be called from any thread.
 */
final class ParameterSource implements FollowedSource {
  /** The most streams that are shown one by one. */
  static final int MOST_SHOWN = 100;

  private final Vertx vertx;
  private final VertxLoop loop;
  private final String name;
  private final SourceConfig config;
  private final SourceStreams many;
  private final SourceSurroundings surroundings;
  private final SourceSetup.Reach reach;
  private final @Nullable String before;
  private final ListenedAddresses listened;
  private final WantedStreams streams;
  private final SourceNotices notices;
  private final Outages down;
  private final Warnings warnings;
  private final SourceCounters counters = new SourceCounters();
  private final ManyCounters totals = new ManyCounters();

  /** By address. */
  private final Map<String, RemoteSource> open = new ConcurrentHashMap<>();

  // only on the loop
  private @Nullable HttpClient client;
  private @Nullable Runnable unwatch;
  private @Nullable Future<@Nullable String> ended;
  private Function<RemoteSource, Future<@Nullable String>> way = RemoteSource::stopForSuccessor;

  /**
   * Made on the context that it is to live on.
   *
   * @param before the positions of the source whose place it takes, as it has given them
   */
  ParameterSource(
      Vertx vertx,
      String name,
      SourceConfig config,
      SourceSurroundings surroundings,
      @Nullable String before,
      SourceSetup.Reach reach) {
    this.vertx = vertx;
    this.loop = VertxLoop.current(vertx);
    this.name = name;
    this.config = config;
    this.many = Objects.requireNonNull(config.streams(), "a URL with parameters");
    this.surroundings = surroundings;
    this.before = before;
    this.reach = reach;
    this.listened = ListenedAddresses.of(vertx);
    this.notices = new SourceNotices(vertx.eventBus(), name, true);
    this.down = Outages.of(vertx);
    this.warnings = new Warnings(name, loop, Warnings.OF_MANY);
    this.streams = new WantedStreams(loop, new Host(), many.most(), many.linger().toMillis());
    counters.lastEventAt.set(loop.now());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SourceConfig config() {
    return config;
  }

  @Override
  public void start() {
    loop.execute(
        () -> {
          streams.begin(positions(before));
          // First to be told, so that nobody is missed who comes meanwhile.
          unwatch = listened.watch(this::changed);
          listened.listened().forEach(streams::look);
        });
  }

  /** On the thread of the listener that has come or left. */
  private void changed(String address) {
    if (config.valuesOf(name, address) != null) {
      loop.defer(() -> streams.look(address));
    }
  }

  private static Map<String, String> positions(@Nullable String text) {
    Map<String, String> positions = new LinkedHashMap<>();
    try {
      JsonObject json = text == null ? new JsonObject() : new JsonObject(text);
      json.forEach(each -> positions.put(each.getKey(), String.valueOf(each.getValue())));
    } catch (DecodeException ofAnother) {
      return Map.of(); // an id that one stream has left
    }
    return positions;
  }

  /** The streams themselves. */
  private final class Host implements WantedStreams.Host {
    @Override
    public @Nullable Map<String, String> valuesOf(String address) {
      return config.valuesOf(name, address);
    }

    @Override
    public boolean hasStreams(String address) {
      return listened.hasStreams(address);
    }

    @Override
    public boolean hasChannel(String address) {
      return listened.hasChannel(address);
    }

    @Override
    public WantedStreams.Stream open(
        String address, Map<String, String> values, @Nullable String position, Runnable onOver) {
      SourceSetup setup =
          new SourceSetup(
              vertx, config.ofStream(values, address), position, reach, surroundings.client());
      SourceVoice voice = new SourceVoice(name + " (" + address + ")", loop, warnings);
      RemoteSource stream =
          RemoteSource.ofMany(
              loop,
              name,
              surroundings,
              setup,
              new RemoteSource.Together(client(setup), counters, voice, onOver));
      totals.begin(open, address, stream);
      stream.start();
      return () -> way.apply(stream).onComplete(done -> totals.end(open, address));
    }

    @Override
    public void tooMany(String address) {
      totals.turnedAway.add(1);
      warnings.warn(
          PrintableText.of(address)
              + " is not followed, nor what is listened to beyond it: "
              + many.most()
              + " streams are followed (maxStreams)");
      down.began(key(address));
      tell(address, "down", "limit");
    }

    @Override
    public void unfit(String address) {
      totals.turnedAway.add(1);
      warnings.warn(
          PrintableText.of(address)
              + " is not followed: expected values that can be one segment of a URL, without dot"
              + " segments and control characters");
      tell(address, "closed", "parameter");
    }

    @Override
    public void failed(String address, RuntimeException failure) {
      warnings.warn(PrintableText.of(address) + " cannot be followed: " + failure);
      tell(address, "closed", "failed");
    }

    @Override
    public void forget(String address) {
      down.ended(key(address));
    }

    private void tell(String address, String state, String reason) {
      if (config.outages() == GapMode.EVENT) {
        notices.tell(address, state, notices.data(state).put("reason", reason));
      }
    }
  }

  private String key(String address) {
    return Outages.key(surroundings.bridge(), name, AddressTemplate.ofAddress(address));
  }

  /**
   * The one of all streams. It has room for as many connections as there may be streams, and for
   * those that are being closed: what its pool has no room for waits without a word.
   */
  private HttpClient client(SourceSetup setup) {
    HttpClient made = client;
    if (made == null) {
      int room = 2 * many.most();
      PoolOptions pool = new PoolOptions().setHttp1MaxSize(room).setHttp2MaxSize(room);
      made = ClientConnections.client(vertx, setup.make().with(pool));
      client = made;
    }
    return made;
  }

  @Override
  public Future<Void> stop() {
    return stopForSuccessor().mapEmpty();
  }

  @Override
  public Future<@Nullable String> stopForSuccessor() {
    return end(RemoteSource::stopForSuccessor);
  }

  @Override
  public Future<@Nullable String> pause() {
    return end(RemoteSource::pause);
  }

  /** Completes with the positions of its streams. */
  private Future<@Nullable String> end(Function<RemoteSource, Future<@Nullable String>> how) {
    Promise<@Nullable String> done = Promise.promise();
    loop.execute(
        () -> {
          Future<@Nullable String> already = ended;
          if (already == null) {
            way = how;
            already = endNow();
            ended = already;
          }
          already.onComplete(done);
        });
    return done.future();
  }

  private Future<@Nullable String> endNow() {
    if (unwatch != null) {
      unwatch.run();
    }
    return streams
        .close()
        .compose(
            positions -> {
              HttpClient made = client;
              Future<Void> closed = made == null ? null : made.close();
              JsonObject json = new JsonObject();
              positions.forEach(json::put);
              return (closed == null ? Future.<Void>succeededFuture() : closed)
                  .transform(over -> Future.succeededFuture(json.encode()));
            });
  }

  @Override
  public JsonObject state() {
    Map<String, Integer> states = states();
    int all = states.values().stream().mapToInt(Integer::intValue).sum();
    int opened = states.getOrDefault("open", 0);
    return new JsonObject()
        .put("state", all == 0 ? "idle" : opened > 0 ? "open" : "waiting")
        .put("open", opened > 0)
        .put("states", states);
  }

  private Map<String, Integer> states() {
    Map<String, Integer> states = new TreeMap<>();
    open.values().forEach(stream -> states.merge(stream.stateWord(), 1, Integer::sum));
    return states;
  }

  /** What a subscriber asks for does not decide whether the bridge is ready. */
  @Override
  public boolean isDownTooLong() {
    return false;
  }

  @Override
  public Future<JsonObject> status() {
    Promise<JsonObject> described = Promise.promise();
    loop.execute(() -> describe().onComplete(described));
    return described.future();
  }

  private Future<JsonObject> describe() {
    List<Future<JsonObject>> shown = new ArrayList<>();
    new TreeMap<>(open)
        .values().stream().limit(MOST_SHOWN).forEach(stream -> shown.add(stream.brief()));
    JsonObject described =
        new JsonObject()
            .put("name", name)
            .put("url", PrintableText.ofUrl(config.url().toString()))
            .put("address", config.address().toString())
            .mergeIn(state())
            .put("maxStreams", many.most())
            .put("followed", streams.followed())
            .put("lingering", streams.lingering())
            .put("unfollowed", streams.waiting())
            .mergeIn(totals.toJson(open))
            .mergeIn(counters.toJson());
    return Future.all(shown)
        .map(done -> described.put("streams", new JsonArray(done.<JsonObject>list())));
  }

  @Override
  public void read(Snapshot into) {
    double age = (loop.now() - counters.lastEventAt.get()) / 1e3;
    new SourceMetrics(name, into)
        .addMany(states(), streams.waiting(), age, totals, totals.sums(open), counters);
  }
}
