package dev.ssebridge.internal.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Carries JSON over the event bus with its text. A consumer gets a {@code JsonObject}, {@code
 * JsonArray}, {@code String}, number or {@code Boolean}; over the wire goes the text, so that a
 * bridge on another node has it, too. Any thread.
 */
public final class JsonBodyCodec implements MessageCodec<JsonBody, Object> {
  /** What it is registered under. */
  public static final String NAME = "dev.ssebridge.json";

  private final KeptTexts texts = new KeptTexts();

  /** A codec that this Vert.x knows from now on; once in each. */
  static JsonBodyCodec registered(Vertx vertx) {
    JsonBodyCodec codec = new JsonBodyCodec();
    vertx.eventBus().registerCodec(codec);
    return codec;
  }

  /** The JSON text that a body was made of, or {@code null} if the body has changed since. */
  public @Nullable String textOf(@Nullable Object body) {
    if (body instanceof JsonObject json) {
      return json.getMap() instanceof TextObject object ? object.text() : null;
    }
    if (body instanceof JsonArray json) {
      return json.getList() instanceof TextArray array ? array.text() : null;
    }
    return body instanceof String || body instanceof Number ? texts.of(body) : null;
  }

  /** Whether a JSON object or array has not the text any more that it was made of. */
  public static boolean isChanged(@Nullable Object body) {
    if (body instanceof JsonObject json && json.getMap() instanceof TextObject object) {
      return object.text() == null;
    }
    return body instanceof JsonArray json
        && json.getList() instanceof TextArray array
        && array.text() == null;
  }

  /**
   * A body to look into that nobody else has, so that one which is shared, and not parsed yet,
   * stays so; other bodies as they are.
   */
  public static @Nullable Object apart(@Nullable Object body) {
    if (body instanceof JsonObject json && json.getMap() instanceof TextObject object) {
      String text = object.text();
      return text == null ? body : new JsonObject(text);
    }
    if (body instanceof JsonArray json && json.getList() instanceof TextArray array) {
      String text = array.text();
      return text == null ? body : new JsonArray(text);
    }
    return body;
  }

  @Override
  public @Nullable Object transform(JsonBody sent) {
    return received(sent);
  }

  /** Strings and numbers are made here, so that no other message can have the same object. */
  private @Nullable Object received(JsonBody body) {
    Object value = body.value();
    Object own = value instanceof String text ? new String(text.toCharArray()) : value;
    if (own instanceof String || own instanceof Number) {
      texts.keep(own, body.text());
    }
    return own;
  }

  @Override
  public void encodeToWire(Buffer buffer, JsonBody body) {
    byte[] utf8 = body.text().getBytes(UTF_8);
    buffer.appendInt(utf8.length).appendBytes(utf8);
  }

  @Override
  public @Nullable Object decodeFromWire(int position, Buffer buffer) {
    int begin = position + Integer.BYTES;
    byte[] utf8 = buffer.getBytes(begin, begin + buffer.getInt(position));
    return received(new JsonBody(new String(utf8, UTF_8)));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
