package dev.ssebridge.internal.client;

import dev.ssebridge.EventDecoderOptions;
import dev.ssebridge.EventSourceOptions;
import dev.ssebridge.EventSourceStats;
import dev.ssebridge.internal.config.SourceAuth;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.config.SourceConnection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
  private final Handover handover;
  private final Cursor cursor;
  private final SourceCounters counters;

  private RemoteSource(
      Vertx vertx,
      VertxLoop loop,
      String name,
      SourceConfig config,
      Federation federation,
      EventSourceOptions options) {
    this.loop = loop;
    this.name = name;
    this.config = config;
    this.counters = new SourceCounters();
    this.cursor = cursorOf(config);
    this.handover = new Handover(vertx.eventBus(), loop, config.delivery(), JITTER, counters);
    // The publisher asks a follower for more that is made with the publisher.
    StreamFollower[] made = new StreamFollower[1];
    SourcePublisher publisher =
        new SourcePublisher(
            name,
            new MessageForm(name, config),
            handover,
            federation,
            () -> bridgeName(made[0].responseHeaders()),
            cursor,
            counters,
            amount -> made[0].fetch(amount));
    this.follower = made[0] = StreamFollower.create(vertx, loop, options, publisher);
  }

  /** Reads the position that was kept, and makes a source that is not started yet. */
  public static Future<RemoteSource> create(
      Vertx vertx, String name, SourceConfig config, String bridge, int maxHops) {
    VertxLoop loop = VertxLoop.current(vertx);
    String file = config.cursor().file();
    Future<@Nullable String> kept =
        file == null
            ? Future.succeededFuture(null)
            : loop.context().executeBlocking(() -> new CursorFile(Path.of(file)).load());
    return kept.map(
        id ->
            new RemoteSource(
                vertx,
                loop,
                name,
                config,
                new Federation(bridge, maxHops),
                options(vertx, config, id)));
  }

  private static @Nullable String bridgeName(Map<String, List<String>> headers) {
    List<String> names = headers.getOrDefault(Federation.BRIDGE, List.of());
    return names.isEmpty() ? null : names.get(0);
  }

  private Cursor cursorOf(SourceConfig source) {
    String file = source.cursor().file();
    if (file == null) {
      return Cursor.none(loop);
    }
    CursorFile store = new CursorFile(Path.of(file));
    return new Cursor(
        id ->
            loop.context()
                .executeBlocking(
                    () -> {
                      store.save(id);
                      return null;
                    }),
        loop,
        source.cursor().every().toMillis(),
        counters);
  }

  private static EventSourceOptions options(
      Vertx vertx, SourceConfig config, @Nullable String kept) {
    SourceConnection connection = config.connection();
    EventSourceOptions.Builder options =
        EventSourceOptions.builder(config.url().toString())
            .reconnectDelay(connection.retry())
            .maxReconnectDelay(connection.maxRetry())
            .idleTimeout(connection.idleTimeout())
            .connectTimeout(connection.connectTimeout())
            .responseTimeout(connection.responseTimeout())
            .decoder(
                EventDecoderOptions.defaults()
                    .withOwnFields(EventDecoderOptions.OwnFields.READ)
                    .withMaxEventBytes(connection.maxEventBytes())
                    .withOversized(
                        switch (connection.oversized()) {
                          case FAIL -> EventDecoderOptions.Oversized.FAIL;
                          case SKIP -> EventDecoderOptions.Oversized.SKIP;
                        }))
            .httpClient(httpClient(config));
    if (connection.strict()) {
      options.strict();
    }
    String first = config.cursor().lastEventId();
    options.lastEventId(kept != null ? kept : first == null ? "" : first);
    config.request().headers().forEach(options::header);
    SourceAuth auth = config.request().auth();
    if (auth != null) {
      options.requestSupplier(new SourceSecrets(vertx, auth));
    }
    return options.build();
  }

  private static HttpClientOptions httpClient(SourceConfig config) {
    HttpClientOptions client = EventSourceOptions.defaultHttpClient();
    String ca = config.request().ca();
    if (ca != null) {
      client.setTrustOptions(new PemTrustOptions().addCertPath(ca));
    }
    URI proxy = config.request().proxy();
    if (proxy != null) {
      client.setProxyOptions(
          new ProxyOptions()
              .setType(ProxyType.HTTP)
              .setHost(proxy.getHost())
              .setPort(proxy.getPort() < 0 ? 80 : proxy.getPort()));
    }
    return client;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Begins to follow; that there is a connection is not waited for. */
  public void start() {
    loop.execute(
        () -> {
          long window = SourcePublisher.window(config.delivery());
          if (window > 0) {
            follower.pause();
            follower.fetch(window);
          }
          follower.start();
        });
  }

  /**
   * Stops for good.
   *
   * @return completes when nothing is handed over any more and the position is kept
   */
  public Future<Void> stop() {
    Promise<Void> stopped = Promise.promise();
    loop.execute(
        () -> {
          handover.close();
          follower.close().eventually(cursor::flush).onComplete(stopped);
        });
    return stopped.future();
  }

  /** What it is, where it stands and what it has done. */
  public Future<JsonObject> status() {
    Promise<JsonObject> status = Promise.promise();
    loop.execute(() -> status.complete(describe()));
    return status.future();
  }

  private JsonObject describe() {
    EventSourceStats stats = follower.stats();
    return new JsonObject()
        .put("name", name)
        .put("url", config.url().toString())
        .put("address", config.address().toString())
        .put("state", stats.state() == null ? "new" : nameOf(stats.state()))
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

  private static String nameOf(Enum<?> state) {
    return state.name().toLowerCase(java.util.Locale.ROOT);
  }
}
