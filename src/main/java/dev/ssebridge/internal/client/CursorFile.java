package dev.ssebridge.internal.client;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A position in a file, for one source. A crash at any moment leaves the position before or the
 * position after, never half of one. All methods block.
 */
final class CursorFile {
  private static final String KEY = "lastEventId";

  private final Path file;
  private final Path fresh;

  CursorFile(Path file) {
    this.file = file.toAbsolutePath();
    this.fresh = this.file.resolveSibling(this.file.getFileName() + ".new");
  }

  /**
   * The position, or null where none was kept yet.
   *
   * @throws IOException if there is something, but not a position: going on without it would skip
   *     or repeat everything; or if the directory is missing, where none could be kept
   */
  @Nullable String load() throws IOException {
    Path directory = file.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new IOException(
          "cursor " + file + ": expected a file in a directory that exists; make the directory");
    }
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      return null;
    }
    try {
      if (new JsonObject(text).getValue(KEY) instanceof String id) {
        return id;
      }
    } catch (DecodeException e) {
      // Said below.
    }
    throw new IOException(
        "cursor "
            + file
            + ": expected {\"lastEventId\":\"..\"}, got something else;"
            + " repair or remove it");
  }

  /** Keeps this position, on the disk when this returns. */
  void save(String lastEventId) throws IOException {
    byte[] bytes =
        (new JsonObject().put(KEY, lastEventId).encode() + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
