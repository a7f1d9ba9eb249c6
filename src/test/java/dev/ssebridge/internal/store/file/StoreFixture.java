package dev.ssebridge.internal.store.file;

import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.ChannelProbe;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Stores in directories below one, on boots and disks as a test wants them. */
final class StoreFixture implements AutoCloseable {
  static final String BOOT = "boot-1";
  static final String OTHER_BOOT = "boot-2";

  private final Vertx vertx = Vertx.vertx();
  private final List<FileHistoryStore> stores = new ArrayList<>();
  private final Path below;
  private int directories;

  StoreFixture(Path below) {
    this.below = below;
  }

  Vertx vertx() {
    return vertx;
  }

  Path newDirectory() {
    return below.resolve("history-" + ++directories);
  }

  FileHistoryStore start(Path directory) {
    return start(directory, BOOT);
  }

  FileHistoryStore start(Path directory, String boot) {
    return start(FileStoreSettings.in(directory), new Surroundings(() -> boot, Disk.REAL));
  }

  FileHistoryStore start(FileStoreSettings settings) {
    return start(settings, new Surroundings(() -> BOOT, Disk.REAL));
  }

  FileHistoryStore start(FileStoreSettings settings, Surroundings surroundings) {
    FileHistoryStore store = new FileHistoryStore(vertx, settings, surroundings);
    stores.add(store);
    BridgeFixture.get(store.start());
    return store;
  }

  ChannelProbe open(FileHistoryStore store, String name) {
    return ChannelProbe.open(vertx, store, name);
  }

  ChannelProbe open(FileHistoryStore store, String name, HistoryRetention retention) {
    return ChannelProbe.open(vertx, store, name, retention);
  }

  void stop(FileHistoryStore store) {
    stores.remove(store);
    BridgeFixture.get(store.close());
  }

  /** What a kill would leave of a directory now. */
  Path killed(Path directory) {
    Path copy = newDirectory();
    try (Stream<Path> files = Files.list(directory)) {
      Files.createDirectories(copy);
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return copy;
  }

  static List<Path> segments(Path directory) {
    try {
      return Recovery.files(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public void close() {
    List.copyOf(stores).forEach(this::stop);
    BridgeFixture.get(vertx.close());
  }
}
