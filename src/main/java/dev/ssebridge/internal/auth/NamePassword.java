package dev.ssebridge.internal.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What the scheme {@code Basic} shows (RFC 7617, section 2).
 *
 * @param name without a colon
 * @param password may have some
 */
record NamePassword(String name, String password) {

  /**
   * Reads it.
   *
   * @throws AuthFailure if it is not valid
   */
  static NamePassword of(String base64) throws AuthFailure {
    String text;
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException malformed) {
      throw malformed("expected base64 after Basic");
    } catch (CharacterCodingException malformed) {
      throw malformed("expected a name and a password in UTF-8");
    }
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw malformed("expected a name, a colon and a password");
    }
    // RFC 7617, section 2: they must not contain any control characters.
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw malformed("expected a name and a password without control characters");
    }
    return new NamePassword(text.substring(0, colon), text.substring(colon + 1));
  }

  private static AuthFailure malformed(String reason) {
    return new AuthFailure(AuthFailure.Kind.MALFORMED, reason);
  }

  /** Nothing of it. */
  @Override
  public String toString() {
    return "NamePassword[]";
  }
}
