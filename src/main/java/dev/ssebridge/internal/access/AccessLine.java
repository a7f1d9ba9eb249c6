package dev.ssebridge.internal.access;

import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.WellFormedText;
import io.vertx.ext.auth.User;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A line of the access log: names and values, none of which is a secret. As text it is {@code
 * name=value name="another value"}. It is logged as the one parameter of a message, so that a
 * formatter can write the values each for itself. For one thread.
 */
public final class AccessLine {
  private static final String USER = "user";
  private static final String PROVIDER = "provider";

  /** The name of the logger. */
  public static final String LOGGER = "dev.ssebridge.access";

  /** The names of the values that say who it was, and what these are called of a user. */
  public static final Map<String, String> OF_THE_USER = Map.of(USER, "name", PROVIDER, "provider");

  /** Characters of a text of somebody else's. */
  static final int LONGEST = 256;

  private static final System.Logger LOG = System.getLogger(LOGGER);

  private final Map<String, Object> values = new LinkedHashMap<>();

  /**
   * One without values.
   *
   * @param kind of what it is
   */
  public AccessLine(String kind) {
    values.put("kind", kind);
  }

  /** Whether anybody wants such lines. */
  public static boolean isWanted() {
    return LOG.isLoggable(Level.INFO);
  }

  /** Adds a number. */
  public AccessLine put(String name, long value) {
    values.put(name, value);
    return this;
  }

  /** Adds a text; only its beginning stays if it is very long; null for none. */
  public AccessLine put(String name, @Nullable String value) {
    if (value != null) {
      values.put(name, WellFormedText.of(value, LONGEST));
    }
    return this;
  }

  /**
   * Adds who it was, where that is known.
   *
   * @param who has shown who he is to the bridge; null for nobody
   * @param user of the application's router, where he has not; null for nobody
   */
  public AccessLine by(@Nullable Identity who, @Nullable User user) {
    if (who != null) {
      return put(USER, who.subject()).put(PROVIDER, who.provider());
    }
    return user == null ? this : put(USER, user.subject());
  }

  /** Of what it is. */
  public String kind() {
    return String.valueOf(values.get("kind"));
  }

  /** Names and values: texts, and numbers as {@link Long}. */
  public Map<String, Object> values() {
    return Collections.unmodifiableMap(values);
  }

  /** Logs it. */
  public void log() {
    LOG.log(Level.INFO, "{0}", this);
  }

  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(160);
    values.forEach(
        (name, value) -> {
          line.append(line.length() == 0 ? "" : " ").append(name).append('=');
          if (value instanceof String text) {
            append(line, text);
          } else {
            line.append(value);
          }
        });
    return line.toString();
  }

  private static void append(StringBuilder line, String text) {
    String shown = PrintableText.of(text);
    if (isPlain(shown)) {
      line.append(shown);
      return;
    }
    line.append('"');
    for (int i = 0; i < shown.length(); i++) {
      char c = shown.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\');
      }
      line.append(c);
    }
    line.append('"');
  }

  private static boolean isPlain(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c > ' ' && c != '"' && c != '=' && c != '\\');
  }
}
