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
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One configured source, from its socket to the event bus. Lives on the context that {@link
 * #create} is called on; its methods may be called from any thread.
 */
public final class RemoteSource {
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
  private final SourceCounters counters = new SourceCounters();

  private RemoteSource(
      Vertx vertx,
      VertxLoop loop,
      String name,
      SourceConfig config,
      SourceSurroundings surroundings,
      @Nullable CursorFile file,
      @Nullable Function<String, Future<Void>> shared,
      SourceSetup options) {
    this.loop = loop;
    this.name = name;
    this.config = config;
    this.file = file;
    this.begunAt = options.lastEventId();
    this.cursor = file == null && shared == null ? Cursor.none(loop) : cursor(file, shared);
    counters.lastEventAt.set(loop.now());
    this.handover =
        new Handover(
            vertx.eventBus(),
            loop,
            name,
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
            vertx.eventBus(),
            loop,
            Outages.of(vertx),
            Outages.key(surroundings.bridge(), name, config.address()));
    SourcePublisher.Parts parts =
        new SourcePublisher.Parts(
            name,
            loop,
            config.delivery(),
            new MessageForm(name, config, surroundings.own()),
            handover,
            audience,
            cursor,
            counters,
            status);
    this.publisher = new SourcePublisher(parts, surroundings, new Upstream());
    this.follower = StreamFollower.create(vertx, loop, options.make(), publisher);
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
                  vertx, loop, name, config, surroundings, kept.file(), shared, options);
            });
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

  /** Its name. */
  public String name() {
    return name;
  }

  /** Begins to follow; that there is a connection is not waited for. */
  void start() {
    loop.execute(
        () -> {
          follower.pause();
          follower.fetch(SourcePublisher.window(config.delivery()));
          follower.start();
        });
  }

  /**
   * Stops for good: awaits the replies that are on their way, for a limited time, and keeps the
   * position.
   *
   * @return completes when nothing is handed over any more and the position is kept
   */
  Future<Void> stop() {
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

  /** The same for one whose place another takes: completes with the position to go on from. */
  Future<@Nullable String> stopForSuccessor() {
    Promise<@Nullable String> stopped = Promise.promise();
    stop()
        .onComplete(
            done ->
                loop.execute(
                    () -> stopped.complete(cursor.newest() == null ? begunAt : cursor.newest())));
    return stopped.future();
  }

  /** What it was made of. */
  SourceConfig config() {
    return config;
  }

  /** The same, and the routes of its address are told that it was wanted. */
  Future<@Nullable String> pause() {
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

  /** Whether it is open, and if not, why. Any thread. */
  JsonObject state() {
    return status.now();
  }

  /** Whether it has been without a stream for longer than its configuration bears. Any thread. */
  boolean isDownTooLong() {
    Duration tolerance = config.tolerance();
    return tolerance != null && status.downMillis() > tolerance.toMillis();
  }

  /** What it is, where it stands and what it has done. */
  Future<JsonObject> status() {
    Promise<JsonObject> described = Promise.promise();
    loop.execute(() -> described.complete(describe()));
    return described.future();
  }

  /** What it has done, as meters show it. Any thread. */
  void read(Snapshot into) {
    double age = (loop.now() - counters.lastEventAt.get()) / 1e3;
    new SourceMetrics(name, into).add(status.state(), age, follower.stats(), counters);
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
        .mergeIn(counters.toJson());
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
  }
}
