package dev.ssebridge.internal.publish;

import dev.ssebridge.PublishBody;
import dev.ssebridge.internal.auth.PublishPermit;
import dev.ssebridge.internal.bus.JsonBody;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A message from outside, before it is published.
 *
 * @param place where in the body of its request it stands, for messages
 * @param body what consumers get, or a {@code JsonBody}
 * @param type of the event, or {@code null} for none
 * @param id of the event in a body that is an event stream; or {@code null}
 * @param retry the reconnection time that the event sets, or -1
 * @param headers for the message, or {@code null}
 */
record Draft(
    String place,
    @Nullable Object body,
    @Nullable String type,
    @Nullable String id,
    long retry,
    @Nullable MultiMap headers) {

  /** A message that says nothing but its body. */
  static Draft of(String place, Object body) {
    return new Draft(place, body, null, null, -1, null);
  }

  /** The same with a type. */
  Draft withType(String type) {
    return new Draft(place, body, type, id, retry, headers);
  }

  /** A text about this message, for a sender of several. */
  String inPlace(String text) {
    return place.equals(StrictText.WHOLE) ? text : place + ": " + text;
  }

  /**
   * Whether somebody may publish it.
   *
   * @param form what JSON is for consumers: where it is text or bytes, they know it is JSON
   */
  boolean isPermitted(PublishPermit permit, PublishBody form) {
    if (body instanceof JsonBody json) {
      return permit.permits(json.text(), true);
    }
    String text = body instanceof String || body instanceof Buffer ? body.toString() : null;
    return permit.permits(text, form == PublishBody.TEXT || form == PublishBody.BUFFER);
  }

  /** About how many bytes its body takes; that of a handler's own making is not counted. */
  long size() {
    if (body instanceof JsonBody json) {
      return 2L * json.text().length();
    }
    if (body instanceof String text) {
      return 2L * text.length();
    }
    return body instanceof Buffer buffer ? buffer.length() : 0;
  }
}
