package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthRule;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody may publish to an address. Immutable.
 *
 * @param matches of which a JSON body has to match one; none where any body may be published
 */
public record PublishPermit(List<JsonObject> matches) {
  /** Any body. */
  public static final PublishPermit ALL = new PublishPermit(List.of());

  static PublishPermit of(List<AuthRule> rules) {
    List<JsonObject> matches = new ArrayList<>();
    for (AuthRule rule : rules) {
      JsonObject match = rule.match();
      if (match == null) {
        return ALL;
      }
      matches.add(match);
    }
    return new PublishPermit(List.copyOf(matches));
  }

  /** Whether bodies are looked at. */
  public boolean looksAtBodies() {
    return !matches.isEmpty();
  }

  /** Whether this body may be published. */
  public boolean permits(@Nullable Object body) {
    JsonObject json = matches.isEmpty() ? null : objectOf(body);
    return matches.isEmpty()
        || (json != null && matches.stream().anyMatch(match -> JsonEquality.holds(json, match)));
  }

  private static @Nullable JsonObject objectOf(@Nullable Object body) {
    if (body instanceof JsonObject object) {
      return object;
    }
    try {
      if (body instanceof Buffer buffer) {
        return new JsonObject(buffer);
      }
      return body instanceof String text ? new JsonObject(text) : null;
    } catch (DecodeException | ClassCastException noObject) {
      return null;
    }
  }
}
