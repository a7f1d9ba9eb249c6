package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthRule;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What somebody may publish to an address. Immutable.
 *
 * @param cases the first of them that a body matches decides
 */
public record PublishPermit(List<Case> cases) {
  /** Any body. */
  public static final PublishPermit ALL = new PublishPermit(List.of(new Case(null, true)));

  /**
   * Some bodies.
   *
   * @param match what a JSON body holds at least; null for any body
   * @param isPermitted whether he may publish them
   */
  record Case(@Nullable JsonObject match, boolean isPermitted) {}

  /**
   * What the rules about an address say, in their order.
   *
   * @param permits whether one permits him what it is about
   * @return null where he may publish nothing
   */
  static @Nullable PublishPermit of(List<AuthRule> rules, Predicate<AuthRule> permits) {
    List<Case> cases = new ArrayList<>();
    for (AuthRule rule : rules) {
      cases.add(new Case(rule.match(), permits.test(rule)));
      if (rule.match() == null) {
        break; // nothing comes to those behind it
      }
    }
    return cases.stream().anyMatch(Case::isPermitted)
        ? new PublishPermit(List.copyOf(cases))
        : null;
  }

  /** Whether bodies are looked at. */
  public boolean looksAtBodies() {
    return cases.get(0).match() != null;
  }

  /**
   * Whether a message may be published. What is JSON to those who read it is looked at as JSON,
   * whatever it was sent as; only what was sent as JSON is permitted for what it holds.
   *
   * @param text of the message; null where it has none that could be an object
   * @param isJson whether consumers know that it is JSON
   */
  public boolean permits(@Nullable String text, boolean isJson) {
    if (text == null || !looksAtBodies()) {
      return decide(null);
    }
    String stripped = text.stripLeading();
    if (isJson && stripped.startsWith("\"")) {
      return permits(stringIn(text), false);
    }
    if (!stripped.startsWith("{")) {
      return decide(null);
    }
    JsonObject json = StrictJson.object(text);
    if (json == null) {
      // A name stands twice in it, or it is too much for this reader: another may see more in it.
      return false;
    }
    return decide(json) && (isJson || decide(null));
  }

  /**
   * The string that a JSON text stands for; null where the text is no JSON string, as consumers may
   * see text that is not JSON.
   */
  private static @Nullable String stringIn(String text) {
    try {
      return Json.decodeValue(text) instanceof String inner ? inner : null;
    } catch (DecodeException noJson) {
      return null;
    }
  }

  private boolean decide(@Nullable JsonObject json) {
    for (Case each : cases) {
      JsonObject match = each.match();
      if (match == null || (json != null && JsonEquality.holds(json, match))) {
        return each.isPermitted();
      }
    }
    return false;
  }
}
