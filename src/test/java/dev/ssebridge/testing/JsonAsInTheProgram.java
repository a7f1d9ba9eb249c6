package dev.ssebridge.testing;

import io.vertx.core.json.jackson.JacksonCodec;
import io.vertx.core.spi.JsonFactory;
import io.vertx.core.spi.json.JsonCodec;

/**
 * Has Vert.x read JSON in the tests as in the program, although the tests have a library that
 * brings Jackson's databind along, which Vert.x would take instead.
 */
public final class JsonAsInTheProgram implements JsonFactory {
  private final JsonCodec codec = new JacksonCodec();

  @Override
  public int order() {
    return 0;
  }

  @Override
  public JsonCodec codec() {
    return codec;
  }
}
