package dev.ssebridge.internal.tool;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The Vert.x of one command: as small as can be, and gone with the command. */
final class ToolVertx implements AutoCloseable {
  private static final long CLOSE_SECONDS = 5;

  private final Vertx vertx;

  private ToolVertx(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Starts it. */
  static ToolVertx start() {
    return new ToolVertx(
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false))));
  }

  Vertx vertx() {
    return vertx;
  }

  /** Waits for an end that is near; what fails at the end of the command is no longer of use. */
  static void finish(Future<Void> end) {
    try {
      end.toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException ended) {
      System.getLogger(ToolVertx.class.getName())
          .log(System.Logger.Level.DEBUG, "could not be closed in good order", ended);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    finish(vertx.close());
  }
}
