package dev.ssebridge.internal.publish;

import org.jspecify.annotations.Nullable;

/**
 * A message from outside, before it is published.
 *
 * @param place where in the body of its request it stands, for messages
 * @param body what consumers get, or a {@code JsonBody}
 * @param type of the event, or {@code null} for that of the request
 * @param id of the event in a body that is an event stream; or {@code null}
 * @param retry the reconnection time that the event sets, or -1
 */
record Draft(
    String place, @Nullable Object body, @Nullable String type, @Nullable String id, long retry) {

  /** A message that says nothing but its body. */
  static Draft of(String place, Object body) {
    return new Draft(place, body, null, null, -1);
  }
}
