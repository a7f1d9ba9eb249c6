package dev.ssebridge.internal.auth;

import dev.ssebridge.auth.AdminGrant;
import dev.ssebridge.internal.address.GrantPattern;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that somebody may subscribe and publish to, and what else he may. Immutable.
 *
 * @param subscribe to these
 * @param publish to these
 * @param admin what he may do through the admin interface; null for nothing
 */
public record Grants(
    List<GrantPattern> subscribe, List<GrantPattern> publish, @Nullable AdminGrant admin) {
  /** None at all. */
  public static final Grants NONE = new Grants(List.of(), List.of());

  /** The most patterns that count; those behind them are not looked at. */
  private static final int MOST = 1000;

  public Grants {
    subscribe = List.copyOf(subscribe);
    publish = List.copyOf(publish);
  }

  /** Those without the admin interface. */
  public Grants(List<GrantPattern> subscribe, List<GrantPattern> publish) {
    this(subscribe, publish, null);
  }

  /**
   * Those that a claim says: {@code {"subscribe": ["rooms.*"], "publish": [], "admin": "read"}}.
   * What is none, a pattern that is not well formed included, grants nothing.
   */
  public static Grants of(@Nullable Object claim) {
    JsonObject json =
        claim instanceof JsonObject object
            ? object
            : claim instanceof Map<?, ?> map ? ofMap(map) : new JsonObject();
    return json.isEmpty()
        ? NONE
        : new Grants(
            patterns(json.getValue("subscribe")),
            patterns(json.getValue("publish")),
            admin(json.getValue("admin")));
  }

  private static @Nullable AdminGrant admin(@Nullable Object word) {
    for (AdminGrant each : AdminGrant.values()) {
      if (wordOf(each).equals(word)) {
        return each;
      }
    }
    return null;
  }

  private static String wordOf(AdminGrant grant) {
    return grant.name().toLowerCase(Locale.ROOT);
  }

  @SuppressWarnings("unchecked") // the keys of JSON are texts
  private static JsonObject ofMap(Map<?, ?> map) {
    return new JsonObject((Map<String, Object>) map);
  }

  private static List<GrantPattern> patterns(@Nullable Object list) {
    List<GrantPattern> patterns = new ArrayList<>();
    if (list instanceof JsonArray array) {
      for (Object each : array) {
        if (each instanceof String text && patterns.size() < MOST) {
          add(patterns, text);
        }
      }
    }
    return patterns;
  }

  private static void add(List<GrantPattern> patterns, String text) {
    try {
      patterns.add(GrantPattern.parse(text));
    } catch (IllegalArgumentException noPattern) {
      // It must not be understood as more than it says.
    }
  }

  /** As a claim that says them. */
  JsonObject toJson() {
    JsonObject json =
        new JsonObject().put("subscribe", texts(subscribe)).put("publish", texts(publish));
    return admin == null ? json : json.put("admin", wordOf(admin));
  }

  private static JsonArray texts(List<GrantPattern> patterns) {
    return new JsonArray(patterns.stream().map(GrantPattern::toString).toList());
  }

  /** Whether this address may be subscribed to. */
  public boolean subscribes(String address) {
    return subscribe.stream().anyMatch(each -> each.matches(address));
  }

  /** Whether this address may be published to. */
  public boolean publishes(String address) {
    return publish.stream().anyMatch(each -> each.matches(address));
  }
}
