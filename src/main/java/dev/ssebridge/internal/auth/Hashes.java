package dev.ssebridge.internal.auth;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Hashes of what must not be kept itself. */
final class Hashes {
  private Hashes() {}

  /** SHA-256, which every JVM has. */
  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
