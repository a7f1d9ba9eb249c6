package dev.ssebridge.internal.auth;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose streams end. What is not null has to be as it says.
 *
 * @param subject who
 * @param token the id of his token
 * @param claims each of them with an equal value
 */
public record Revocation(
    @Nullable String subject, @Nullable String token, @Nullable JsonObject claims) {

  /**
   * What a message says: {@code {"subject": ..}}, {@code {"token": ..}}, {@code {"claims": {..}}},
   * or several of them, which all have to be as they say.
   *
   * @throws IllegalArgumentException if it names nobody, or holds anything else
   */
  public static Revocation of(@Nullable Object message) {
    if (!(message instanceof JsonObject json) || json.isEmpty()) {
      throw unfit();
    }
    for (Map.Entry<String, Object> each : json) {
      boolean isFine =
          switch (each.getKey()) {
            case "subject", "token" -> each.getValue() instanceof String text && !text.isEmpty();
            case "claims" -> each.getValue() instanceof JsonObject claims && !claims.isEmpty();
            default -> false;
          };
      if (!isFine) {
        throw unfit();
      }
    }
    return new Revocation(
        json.getString("subject"), json.getString("token"), json.getJsonObject("claims"));
  }

  /** As a message that says it. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    if (subject != null) {
      json.put("subject", subject);
    }
    if (token != null) {
      json.put("token", token);
    }
    return claims == null ? json : json.put("claims", claims.copy());
  }

  private static IllegalArgumentException unfit() {
    return new IllegalArgumentException(
        "expected a JSON object with \"subject\" or \"token\" (texts), or \"claims\" (an object),"
            + " and nothing else");
  }

  /** Whether it is about him. */
  public boolean names(Identity identity) {
    return (subject == null || subject.equals(identity.subject()))
        && (token == null || token.equals(identity.tokenId()))
        && (claims == null
            || claims.stream()
                .allMatch(
                    each -> isEqual(each.getValue(), identity.claims().getValue(each.getKey()))));
  }

  /** As JSON: a number is no other for its class in Java, or for being written as a text. */
  private static boolean isEqual(@Nullable Object wanted, @Nullable Object found) {
    if (found instanceof String && (wanted instanceof Number || wanted instanceof Boolean)) {
      return wanted.toString().equals(found);
    }
    return JsonEquality.areEqual(wanted, found);
  }
}
