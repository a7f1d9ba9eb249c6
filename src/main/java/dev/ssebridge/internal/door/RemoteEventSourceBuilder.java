package dev.ssebridge.internal.door;

import dev.ssebridge.client.EventSource;
import dev.ssebridge.client.EventSourceBuilder;
import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.EventSourceRequestSupplier;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.client.ClientRules;
import dev.ssebridge.internal.client.SourcePlan;
import dev.ssebridge.internal.client.VertxLoop;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link RemoteEventSource} is made of. */
public final class RemoteEventSourceBuilder implements EventSourceBuilder {
  private static final System.Logger LOG = System.getLogger(EventSource.class.getName());

  private final Vertx vertx;
  private EventSourceOptions options = new EventSourceOptions();
  private HttpClientOptions httpClient = EventSourceOptions.defaultHttpClient();
  private PoolOptions pool = new PoolOptions();
  private @Nullable HttpClient shared;
  private @Nullable EventSourceRequestSupplier supplier;
  private Predicate<ServerSentEvent> until = event -> false;
  private boolean once;

  /** {@link EventSource#builder}. */
  public RemoteEventSourceBuilder(Vertx vertx) {
    this.vertx = Objects.requireNonNull(vertx, "vertx");
  }

  @Override
  public EventSourceBuilder with(EventSourceOptions value) {
    options = new EventSourceOptions(Objects.requireNonNull(value, "options"));
    return this;
  }

  @Override
  public EventSourceBuilder with(HttpClientOptions value) {
    ClientRules.problems(Objects.requireNonNull(value, "options"))
        .forEach(problem -> LOG.log(System.Logger.Level.WARNING, "HttpClientOptions: " + problem));
    httpClient = new HttpClientOptions(value);
    return this;
  }

  @Override
  public EventSourceBuilder with(PoolOptions value) {
    pool = new PoolOptions(Objects.requireNonNull(value, "options"));
    return this;
  }

  @Override
  public EventSourceBuilder withClient(@Nullable HttpClient client) {
    shared = client;
    return this;
  }

  @Override
  public EventSourceBuilder withRequestSupplier(@Nullable EventSourceRequestSupplier value) {
    supplier = value;
    return this;
  }

  @Override
  public EventSourceBuilder until(Predicate<ServerSentEvent> mark) {
    until = Objects.requireNonNull(mark, "mark");
    return this;
  }

  @Override
  public EventSourceBuilder once() {
    once = true;
    return this;
  }

  @Override
  public EventSource build() {
    if (VertxLoop.isOver(vertx)) {
      throw new IllegalStateException(Listeners.OVER);
    }
    SourcePlan plan =
        SourcePlan.of(options).with(httpClient).with(pool).with(shared).with(supplier).until(until);
    return new RemoteEventSource(vertx, plan, once);
  }
}
