package dev.ssebridge.testing;

import dev.ssebridge.SseBridgeVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An application that embeds the bridge, and publishes on its event bus as applications do: without
 * asking what becomes of it. It keeps count in a file, which outlives it. A byte on its input ends
 * publishing; SIGTERM ends that first, and then the bridge.
 */
public final class EmbeddingApplication {
  private static final long TICK = 10;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final String name;
  private final FileChannel count;
  private final double eachTick;

  // only the context that publishes
  private double due;
  private long number;
  private boolean isQuiet;

  private EmbeddingApplication(String name, Path count, int perSecond) throws IOException {
    this.name = name;
    this.count = FileChannel.open(count, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    this.eachTick = perSecond * TICK / 1000.0;
  }

  /** Configuration, name of the run, file of the count, messages a second. */
  public static void main(String[] arguments) throws Exception {
    JsonObject config = new JsonObject(Files.readString(Path.of(arguments[0])));
    new EmbeddingApplication(arguments[1], Path.of(arguments[2]), Integer.parseInt(arguments[3]))
        .run(config);
  }

  private void run(JsonObject config) throws IOException {
    BridgeFixture.get(
        vertx.deployVerticle(
            SseBridgeVerticle.class, new DeploymentOptions().setConfig(config).setInstances(2)));
    var context = vertx.getOrCreateContext();
    context.runOnContext(v -> vertx.setPeriodic(TICK, id -> publish()));
    CountDownLatch ended = new CountDownLatch(1);
    Runnable quiet =
        () ->
            context.runOnContext(
                v -> {
                  isQuiet = true;
                  write(number, number);
                  ended.countDown();
                });
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(quiet, ended)));
    if (System.in.read() >= 0) {
      quiet.run();
      while (System.in.read() >= 0) {
        // until whoever started it has gone
      }
    }
    System.exit(0);
  }

  private void end(Runnable quiet, CountDownLatch ended) {
    quiet.run();
    try {
      ended.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    BridgeFixture.get(vertx.close());
  }

  private void publish() {
    if (isQuiet) {
      return;
    }
    due += eachTick;
    long until = number + (long) due;
    due -= (long) due;
    write(until, number);
    while (number < until) {
      number++;
      vertx.eventBus().publish("news", BusRun.text(name, number));
    }
    write(until, number);
  }

  private void write(long begun, long published) {
    ByteBuffer bytes = ByteBuffer.allocate(BusRun.SIZE);
    bytes.putLong(begun).putLong(published).putLong(isQuiet ? 1 : 0).flip();
    try {
      count.write(bytes, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
