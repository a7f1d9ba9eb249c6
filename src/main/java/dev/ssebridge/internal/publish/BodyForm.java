package dev.ssebridge.internal.publish;

import dev.ssebridge.PublishBody;
import dev.ssebridge.internal.bus.JsonBody;
import dev.ssebridge.internal.http.BadRequestException;
import io.vertx.core.buffer.Buffer;

/**
 * What the texts of a body become for the consumers of the address. Any thread.
 *
 * @param body as it is configured
 */
record BodyForm(PublishBody body) {

  /** A text that may be anything. */
  Object ofText(String text) {
    return body == PublishBody.BUFFER ? Buffer.buffer(text) : text;
  }

  /**
   * A text that has to be JSON.
   *
   * @param place names it in messages
   * @throws BadRequestException if it is not
   */
  Object ofJson(String text, String place) throws BadRequestException {
    StrictText.requireJson(text, place);
    return switch (body) {
      case AUTO, JSON -> JsonBody.of(text);
      case TEXT -> text;
      case BUFFER -> Buffer.buffer(text);
    };
  }
}
