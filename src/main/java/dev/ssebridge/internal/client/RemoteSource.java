package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceStats;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.address.ConsumedAddresses;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.metrics.Snapshot;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One configured source, from its socket to the event bus. Lives on the context that {@link
 * #create} is called on; its methods may be called from any thread.
 */
public final class RemoteSource implements FollowedSource {
  private static final double JITTER = 0.5;

  private final String name;
  private final SourceConfig config;
  private final VertxLoop loop;
  private final StreamFollower follower;
  private final SourcePublisher publisher;
  private final Handover handover;
  private final SourceStatus status;
  private final Cursor cursor;
  private final @Nullable CursorFile file;
  private final @Nullable String begunAt;
  private final SourceCounters counters;
  private final Runnable onOver;

  private RemoteSource(
      Vertx vertx,
      VertxLoop loop,
      String name,
      SourceConfig config,
      SourceSurroundings surroundings,
      @Nullable CursorFile file,
      @Nullable Function<String, Future<Void>> shared,
      SourceSetup options,
      @Nullable Together together) {
    this.loop = loop;
    this.name = name;
    this.config = config;
    this.file = file;
    this.begunAt = options.lastEventId();
    this.counters = together == null ? new SourceCounters() : together.counters();
    this.onOver = together == null ? () -> {} : together.onOver();
    if (together == null) {
      counters.lastEventAt.set(loop.now());
    }
    this.cursor = file == null && shared == null ? Cursor.none(loop) : cursor(file, shared);
    SourceVoice voice = together == null ? SourceVoice.of(name, loop) : together.voice();
    this.handover =
        new Handover(
            vertx.eventBus(),
            loop,
            voice,
            config.delivery(),
            JITTER,
            () -> ThreadLocalRandom.current().nextDouble(),
            counters,
            HandoverSpans.of(loop, name));
    Audience audience =
        new Audience(loop, config.address(), name, surroundings, () -> ConsumedAddresses.of(vertx));
    this.status =
        new SourceStatus(
            name,
            config.outages(),
            config.request().repeat(),
            audience,
            new SourceNotices(vertx.eventBus(), name, config.delivery().local()),
            voice,
            loop,
            Outages.of(vertx),
            Outages.key(surroundings.bridge(), name, config.address()));
    SourcePublisher.Parts parts =
        new SourcePublisher.Parts(
            voice,
            loop,
            config.delivery(),
            new MessageForm(name, config, surroundings.own(), surroundings::isLeased),
            handover,
            audience,
            cursor,
            counters,
            status);
    this.publisher = new SourcePublisher(parts, surroundings, new Upstream());
    SourcePlan plan = options.make();
    this.follower =
        StreamFollower.create(
            vertx, loop, together == null ? plan : plan.with(together.client()), publisher);
    follower.repeat(config.request().repeat());
  }

  /**
   * Reads the position that was kept, and makes a source that is not started yet.
   *
   * @param before the position of the source whose place it takes, or null for none
   * @param shared keeps positions for other nodes as well; null for no others
   * @param reach how far it may be led by a server
   */
  static Future<RemoteSource> create(
      Vertx vertx,
      String name,
      SourceConfig config,
      SourceSurroundings surroundings,
      @Nullable String before,
      @Nullable Function<String, Future<Void>> shared,
      SourceSetup.Reach reach) {
    VertxLoop loop = VertxLoop.current(vertx);
    return loop.context()
        .executeBlocking(() -> Kept.read(config.cursor().file()))
        .map(
            kept -> {
              String lastEventId = before != null ? before : kept.lastEventId();
              SourceSetup options =
                  new SourceSetup(vertx, config, lastEventId, reach, surroundings.client());
              return new RemoteSource(
                  vertx, loop, name, config, surroundings, kept.file(), shared, options, null);
            });
  }

  /**
   * What the streams of one source have together, and what one of them tells it.
   *
   * @param client they connect with
   * @param counters of all of them
   * @param voice of this one
   * @param onOver it has come to an end by itself
   */
  record Together(HttpClient client, SourceCounters counters, SourceVoice voice, Runnable onOver) {}

  /**
   * One stream of many of a source, not started yet. Only on the loop.
   *
   * @param options with its own configuration
   */
  static RemoteSource ofMany(
      VertxLoop loop,
      String name,
      SourceSurroundings surroundings,
      SourceSetup options,
      Together together) {
    return new RemoteSource(
        options.vertx(), loop, name, options.config(), surroundings, null, null, options, together);
  }

  /** The file of a source, and what was in it. */
  private record Kept(@Nullable CursorFile file, @Nullable String lastEventId) {
    static Kept read(@Nullable String path) throws IOException {
      if (path == null) {
        return new Kept(null, null);
      }
      CursorFile file = CursorFile.open(Path.of(path));
      try {
        return new Kept(file, file.load());
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    }
  }

  private Cursor cursor(
      @Nullable CursorFile store, @Nullable Function<String, Future<Void>> shared) {
    return new Cursor(
        id ->
            save(store, id)
                .compose(saved -> shared == null ? Future.succeededFuture() : shared.apply(id)),
        loop,
        config.cursor().every().toMillis(),
        counters);
  }

  private Future<Void> save(@Nullable CursorFile store, String id) {
    return store == null
        ? Future.succeededFuture()
        : loop.context()
            .executeBlocking(
                () -> {
                  store.save(id);
                  return null;
                });
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void start() {
    loop.execute(
        () -> {
          follower.pause();
          follower.fetch(SourcePublisher.window(config.delivery()));
          follower.start();
        });
  }

  @Override
  public Future<Void> stop() {
    Promise<Void> stopped = Promise.promise();
    loop.execute(
        () ->
            follower
                .close()
                .eventually(handover::close)
                .eventually(cursor::flush)
                .eventually(this::giveBack)
                .onComplete(stopped));
    return stopped.future();
  }

  @Override
  public Future<@Nullable String> stopForSuccessor() {
    Promise<@Nullable String> stopped = Promise.promise();
    stop()
        .onComplete(
            done ->
                loop.execute(
                    () -> stopped.complete(cursor.newest() == null ? begunAt : cursor.newest())));
    return stopped.future();
  }

  @Override
  public SourceConfig config() {
    return config;
  }

  @Override
  public Future<@Nullable String> pause() {
    loop.execute(status::onStopWanted);
    return stopForSuccessor();
  }

  private Future<Void> giveBack() {
    publisher.abandon();
    CursorFile taken = file;
    if (taken == null) {
      return Future.succeededFuture();
    }
    return loop.context()
        .executeBlocking(
            () -> {
              taken.close();
              return null;
            });
  }

  @Override
  public JsonObject state() {
    return status.now();
  }

  @Override
  public boolean isDownTooLong() {
    Duration tolerance = config.tolerance();
    return tolerance != null && status.downMillis() > tolerance.toMillis();
  }

  @Override
  public Future<JsonObject> status() {
    Promise<JsonObject> described = Promise.promise();
    loop.execute(() -> described.complete(describe()));
    return described.future();
  }

  @Override
  public void read(Snapshot into) {
    double age = (loop.now() - counters.lastEventAt.get()) / 1e3;
    new SourceMetrics(name, into).add(status.state(), age, follower.stats(), counters);
  }

  /** What it has counted beside what its {@link SourceCounters} have. Any thread. */
  EventSourceStats stats() {
    return follower.stats();
  }

  /** Where it stands, in one word. Any thread. */
  String stateWord() {
    return status.state();
  }

  /** What it is among many. */
  Future<JsonObject> brief() {
    Promise<JsonObject> described = Promise.promise();
    loop.execute(
        () -> {
          EventSourceStats stats = follower.stats();
          described.complete(
              new JsonObject()
                  .put("address", config.address().toString())
                  .mergeIn(status.now())
                  .put("bridge", remoteBridge())
                  .put("lastEventId", stats.lastEventId())
                  .put("opened", stats.opened())
                  .put("failures", stats.failures())
                  .put("events", stats.events())
                  .put("delay", stats.delayMillis()));
        });
    return described.future();
  }

  private JsonObject describe() {
    EventSourceStats stats = follower.stats();
    return new JsonObject()
        .put("name", name)
        .put("url", PrintableText.ofUrl(config.url().toString()))
        .put("address", config.address().toString())
        .mergeIn(status.now())
        .put("bridge", remoteBridge())
        .put("lastEventId", stats.lastEventId())
        .put("attempts", stats.attempts())
        .put("opened", stats.opened())
        .put("failures", stats.failures())
        .put("failuresInRow", stats.failuresInRow())
        .put("events", stats.events())
        .put("bytes", stats.bytes())
        .put("oddities", stats.oddities())
        .put("delay", stats.delayMillis())
        .put("lastEvent", stats.events() == 0 ? null : lastEvent().toString())
        .mergeIn(counters.toJson());
  }

  private Instant lastEvent() {
    return Instant.now().minusMillis(loop.now() - counters.lastEventAt.get());
  }

  private @Nullable String remoteBridge() {
    List<String> names = follower.responseHeaders().getOrDefault(SseHeaders.BRIDGE, List.of());
    return names.isEmpty() ? null : names.get(0);
  }

  private final class Upstream implements SourcePublisher.Stream {
    @Override
    public @Nullable String remoteBridge() {
      return RemoteSource.this.remoteBridge();
    }

    @Override
    public int failuresInRow() {
      return follower.failuresInRow();
    }

    @Override
    public void fetch(long amount) {
      follower.fetch(amount);
    }

    @Override
    public void over() {
      onOver.run();
    }
  }
}
