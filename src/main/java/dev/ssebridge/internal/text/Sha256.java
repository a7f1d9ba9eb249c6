package dev.ssebridge.internal.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 (FIPS 180-4), which every JVM has. */
public final class Sha256 {
  private Sha256() {}

  /** One that has seen nothing yet; for one thread. */
  public static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The hash of a text in UTF-8. */
  public static byte[] of(String text) {
    return begin().digest(text.getBytes(UTF_8));
  }
}
