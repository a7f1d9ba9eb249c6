package dev.ssebridge.internal.client;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A position in a file, for one source. A crash at any moment leaves the position before or the
 * position after, never half of one. All methods block.
 */
public final class CursorFile implements AutoCloseable {
  private static final String KEY = "lastEventId";

  private final DurableFile file;

  private CursorFile(DurableFile file) {
    this.file = file;
  }

  /**
   * Takes the file for this process.
   *
   * @throws IOException if the directory is missing, where no position could be kept, or another
   *     source has the file
   */
  public static CursorFile open(Path path) throws IOException {
    return new CursorFile(DurableFile.open("cursor", path));
  }

  /**
   * The position, or null where none was kept yet.
   *
   * @throws IOException if there is something, but not a position: going on without it would skip
   *     or repeat everything
   */
  public @Nullable String load() throws IOException {
    String text = file.read();
    if (text == null) {
      return null;
    }
    try {
      if (new JsonObject(text).getValue(KEY) instanceof String id
          && id.chars().noneMatch(c -> c == '\n' || c == '\r' || c == 0)) {
        return id;
      }
    } catch (DecodeException e) {
      // Said below.
    }
    throw file.wrong("expected {\"lastEventId\":\"..\"}, got something else");
  }

  /** Keeps this position, on the disk when this returns. */
  void save(String lastEventId) throws IOException {
    file.write(new JsonObject().put(KEY, lastEventId).encode() + "\n");
  }

  /** Lets others have it. Idempotent. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
