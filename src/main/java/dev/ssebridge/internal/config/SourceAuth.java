package dev.ssebridge.internal.config;

import dev.ssebridge.client.SourceAuthOptions;
import dev.ssebridge.internal.text.UnfitValueException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Credentials of a source. They are never written into the configuration: it says where they are,
 * and they are read again for every connection.
 *
 * @param scheme how they are sent
 * @param reference where they are
 */
public record SourceAuth(Scheme scheme, Reference reference) {
  /** What is expected. */
  public static final String PLACE =
      "where the secret is, \"env:NAME\" or \"file:PATH\", never the secret itself";

  private static final Pattern REFERENCE = Pattern.compile("(env|file):(.+)");

  /** How credentials are sent. */
  public enum Scheme {
    /** A token (RFC 6750). */
    BEARER,
    /** {@code user:password} (RFC 7617). */
    BASIC
  }

  /**
   * A place outside of the configuration.
   *
   * @param isFile a path, or else the name of an environment variable
   * @param name the path or name
   */
  public record Reference(boolean isFile, String name) {
    @Override
    public String toString() {
      return (isFile ? "file:" : "env:") + name;
    }
  }

  static @Nullable SourceAuth of(@Nullable SourceAuthOptions options, Place at) {
    if (options == null) {
      return null;
    }
    String bearer = options.getBearer();
    String basic = options.getBasic();
    if (bearer != null && basic != null) {
      at.problem("basic", "expected either \"bearer\" or \"basic\", got both");
    }
    if (bearer != null) {
      return new SourceAuth(Scheme.BEARER, parse(bearer));
    }
    return basic == null ? null : new SourceAuth(Scheme.BASIC, parse(basic));
  }

  /** The place of a secret. */
  public static Reference parse(String text) {
    var matcher = REFERENCE.matcher(text);
    if (!matcher.matches()) {
      // The text is not repeated: it may well be the secret itself.
      throw UnfitValueException.expected(PLACE);
    }
    return new Reference(matcher.group(1).equals("file"), matcher.group(2));
  }
}
