package dev.ssebridge.bench.store;

import dev.ssebridge.internal.store.file.FileHistoryStore;
import dev.ssebridge.internal.store.file.FileStoreSettings;
import dev.ssebridge.internal.store.file.Fsync;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoredEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Appends events of 100 bytes to a store in files, in several ways, and starts one that has a
 * million of them; prints medians over the rounds.
 *
 * <p>Arguments: a directory on the disk that is to be measured, and the number of rounds. With
 * {@code start} before the directory: how long one start there takes, which is what it does in a
 * process of its own.
 */
public final class FileStoreBenchmark {
  private static final int EVENTS = 1_000_000;
  private static final HistoryRetention ALL =
      new HistoryRetention(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

  private final Vertx vertx = Vertx.vertx();
  private final byte[] frame =
      ("data: " + "x".repeat(92) + "\n\n").getBytes(StandardCharsets.US_ASCII);

  private FileStoreBenchmark() {}

  /**
   * Runs it.
   *
   * @throws Exception if something fails
   */
  public static void main(String[] arguments) throws Exception {
    FileStoreBenchmark benchmark = new FileStoreBenchmark();
    try {
      if (arguments[0].equals("start")) {
        benchmark.start(Path.of(arguments[1]));
      } else {
        benchmark.rounds(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
      }
    } finally {
      await(benchmark.vertx.close());
    }
  }

  private void rounds(Path below, int rounds) throws Exception {
    Map<String, List<Double>> figures = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      note(figures, "append/s, 1 channel, 1 event each", below, Fsync.EACH_SECOND, 1, 1, 100_000);
      note(figures, "append/s, 1 channel, 64 events each", below, Fsync.EACH_SECOND, 1, 64, EVENTS);
      note(
          figures,
          "append/s, 1,000 channels, 1 event each",
          below,
          Fsync.EACH_SECOND,
          1000,
          1,
          EVENTS);
      note(
          figures,
          "append/s, 10,000 channels, 1 event each",
          below,
          Fsync.EACH_SECOND,
          10_000,
          1,
          EVENTS);
      note(figures, "append/s, fsync always, 1 channel", below, Fsync.ALWAYS, 1, 1, 2000);
      note(figures, "append/s, fsync always, 64 channels", below, Fsync.ALWAYS, 64, 1, 50_000);
      starts(figures, below);
    }
    figures.forEach(
        (name, values) -> {
          double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
          System.out.printf(
              Locale.ROOT,
              "%-45s %,12.0f   (%s)%n",
              name,
              sorted[sorted.length / 2],
              String.join(
                  " ", Arrays.stream(sorted).mapToObj(v -> String.format("%.0f", v)).toList()));
        });
  }

  private void note(
      Map<String, List<Double>> figures,
      String name,
      Path below,
      Fsync fsync,
      int channels,
      int batch,
      int events)
      throws Exception {
    Path directory = Files.createTempDirectory(below, "store");
    FileHistoryStore store = open(directory, fsync);
    double seconds = append(store, channels, batch, events);
    await(store.close());
    delete(directory);
    figures.computeIfAbsent(name, n -> new ArrayList<>()).add(events / seconds);
  }

  private FileHistoryStore open(Path directory, Fsync fsync) throws Exception {
    FileHistoryStore store =
        new FileHistoryStore(vertx, FileStoreSettings.in(directory).withFsync(fsync));
    await(store.start());
    if (!store.health().isUp()) {
      throw new IllegalStateException(String.valueOf(store.health().problem()));
    }
    return store;
  }

  private double append(HistoryStore store, int channels, int batch, int events) throws Exception {
    List<HistoryStore.Channel> open = new ArrayList<>();
    for (int i = 0; i < channels; i++) {
      String name = "channel" + i;
      Promise<HistoryStore.Channel> opened = Promise.promise();
      vertx.runOnContext(now -> store.open(name, ALL, new Nobody()).onComplete(opened));
      open.add(await(opened.future()));
    }
    StoredEvent event = StoredEvent.of(System.currentTimeMillis(), frame, 0, null, null, null);
    List<StoredEvent> each = Collections.nCopies(batch, event);
    long began = System.nanoTime();
    List<Future<Void>> done = new ArrayList<>();
    for (HistoryStore.Channel channel : open) {
      Promise<Void> all = Promise.promise();
      vertx.runOnContext(now -> next(channel, each, events / channels / batch, all));
      done.add(all.future());
    }
    await(Future.all(done));
    return (System.nanoTime() - began) / 1e9;
  }

  private static void next(
      HistoryStore.Channel channel, List<StoredEvent> events, int left, Promise<Void> all) {
    if (left == 0) {
      all.complete();
      return;
    }
    channel
        .append(events)
        .onSuccess(stored -> next(channel, events, left - 1, all))
        .onFailure(all::tryFail);
  }

  private void starts(Map<String, List<Double>> figures, Path below) throws Exception {
    for (int channels : new int[] {1, 10_000}) {
      Path directory = Files.createTempDirectory(below, "store");
      FileHistoryStore store = open(directory, Fsync.EACH_SECOND);
      append(store, channels, 1000 / Math.min(channels, 10), EVENTS);
      await(store.close());
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx512m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  FileStoreBenchmark.class.getName(),
                  "start",
                  directory.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String[] told =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .strip()
              .split(" ", -1);
      delete(directory);
      String name = "start, 1M events, " + channels + " channels, ";
      figures.computeIfAbsent(name + "ms", n -> new ArrayList<>()).add(Double.valueOf(told[0]));
      figures
          .computeIfAbsent(name + "KiB of heap after it", n -> new ArrayList<>())
          .add(Double.valueOf(told[1]));
    }
  }

  private void start(Path directory) throws Exception {
    long before = used();
    long began = System.nanoTime();
    FileHistoryStore store = open(directory, Fsync.EACH_SECOND);
    long millis = (System.nanoTime() - began) / 1_000_000;
    System.out.println(millis + " " + (used() - before) / 1024);
    await(store.close());
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  /** Does not listen. */
  private static final class Nobody implements HistoryStore.Follower {
    @Override
    public void appended(long first, List<StoredEvent> events) {}

    @Override
    public void evicted(long upTo) {}

    @Override
    public void restarted(String epoch, long head) {}
  }
}
