package dev.ssebridge.internal.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** About what a message takes of memory while it waits. */
final class MessageSize {
  private static final long MESSAGE = 256;
  private static final long OBJECT = 64;

  private MessageSize() {}

  /** In bytes, rather more than less. */
  static long of(Message<?> message) {
    long size = MESSAGE + of(message.body());
    if (!message.headers().isEmpty()) {
      for (Map.Entry<String, String> header : message.headers()) {
        size += OBJECT + header.getKey().length() + header.getValue().length();
      }
    }
    return size;
  }

  private static long of(@Nullable Object body) {
    if (body instanceof String text) {
      return OBJECT + 2L * text.length();
    }
    if (body instanceof Buffer buffer) {
      return OBJECT + buffer.length();
    }
    if (body instanceof JsonObject json) {
      return of(json.getMap());
    }
    if (body instanceof JsonArray json) {
      return of(json.getList());
    }
    if (body instanceof TextObject object) { // not parsed for this
      return 2 * OBJECT + 2L * object.textLength();
    }
    if (body instanceof TextArray array) {
      return 2 * OBJECT + 2L * array.textLength();
    }
    if (body instanceof Map<?, ?> map) {
      long size = OBJECT;
      for (Map.Entry<?, ?> field : map.entrySet()) {
        size += OBJECT + of(field.getKey()) + of(field.getValue());
      }
      return size;
    }
    if (body instanceof List<?> list) {
      long size = OBJECT;
      for (Object value : list) {
        size += of(value);
      }
      return size;
    }
    return body instanceof byte[] bytes ? OBJECT + bytes.length : OBJECT;
  }
}
