package dev.ssebridge.internal.client;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The sources that were added at run time, in a file, so that they survive a restart. All methods
 * block.
 */
final class SourceFile implements AutoCloseable {
  private static final String KEY = "sources";

  private final DurableFile file;

  private SourceFile(DurableFile file) {
    this.file = file;
  }

  /** Takes the file for this process. */
  static SourceFile take(String path) throws IOException {
    return new SourceFile(DurableFile.open("control.persist", Path.of(path)));
  }

  /** What was kept, by name. */
  Map<String, JsonObject> read() throws IOException {
    Map<String, JsonObject> sources = new LinkedHashMap<>();
    String text = file.read();
    if (text == null) {
      return sources;
    }
    try {
      if (new JsonObject(text).getValue(KEY) instanceof JsonObject all) {
        for (String name : all.fieldNames()) {
          sources.put(name, all.getJsonObject(name));
        }
        return sources;
      }
    } catch (DecodeException | ClassCastException e) {
      // Said below.
    }
    throw file.wrong("expected {\"sources\":{..}}, got something else");
  }

  /** Keeps these, on the disk when this returns. */
  void write(Map<String, JsonObject> sources) throws IOException {
    JsonObject all = new JsonObject();
    sources.forEach(all::put);
    file.write(new JsonObject().put(KEY, all).encodePrettily() + "\n");
  }

  /** Lets others have it. Idempotent. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
