package dev.ssebridge.internal.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;

/** The one class that needs the optional dependency of bcrypt. */
final class Bcrypt {
  private Bcrypt() {}

  /**
   * Whether this is the hash of a password; only the first 71 bytes of the password count. Takes
   * the same time whether it is or not. Blocks for a tenth of a second, say.
   */
  static boolean isHashOf(String password, String hash) {
    BCrypt.Version version = BCrypt.Version.VERSION_2Y;
    return BCrypt.verifyer(version, LongPasswordStrategies.truncate(version))
        .verify(password.getBytes(UTF_8), hash.getBytes(UTF_8))
        .verified;
  }
}
