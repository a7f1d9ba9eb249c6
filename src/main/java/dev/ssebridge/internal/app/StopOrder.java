package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.ControlAllow;
import dev.ssebridge.internal.config.SourceConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** In which order what runs is ended, and how long that may take. */
final class StopOrder {
  private StopOrder() {}

  /** As long as the replies may take that sources wait for, and after them the streams. */
  static Duration limit(BridgeConfig config) {
    Duration longest =
        config.control().sources() == null ? Duration.ZERO : ControlAllow.LONGEST_DRAIN;
    for (SourceConfig source : config.sources().values()) {
      Duration drain = source.delivery().drain();
      longest = longest.compareTo(drain) < 0 ? drain : longest;
    }
    return longest.plus(config.http().drain()).plus(Program.STOP_GRACE);
  }

  /**
   * Before Vert.x is closed, which would close the servers under the streams that are ending. The
   * sources come first, so that what they still hand over reaches the streams.
   */
  static Future<?> undeployAll(
      Vertx vertx,
      @Nullable String sources,
      @Nullable String admin,
      Supplier<Future<Void>> drainOfAdmin) {
    Future<Void> quiet = sources == null ? Future.succeededFuture() : vertx.undeploy(sources);
    Future<?> ended =
        quiet.eventually(
            () ->
                Future.join(
                    Stream.concat(
                            vertx.deploymentIDs().stream()
                                .filter(id -> !id.equals(admin))
                                .map(vertx::undeploy),
                            Stream.of(drainOfAdmin).map(Supplier::get))
                        .toList()));
    // Last, so that questions are answered until the end.
    return admin == null ? ended : ended.eventually(() -> vertx.undeploy(admin));
  }
}
