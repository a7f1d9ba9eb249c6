package dev.ssebridge.internal.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of what must not be kept itself. It begins with a number that this process has drawn, so
 * that nobody can tell from it what was hashed.
 */
record Digest(long first, long second, long third, long fourth) {
  private static final byte[] DRAWN = drawn();

  private static byte[] drawn() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /** Of several texts; where one ends and the next begins counts. */
  static Digest of(String... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(1024);
    all.writeBytes(DRAWN);
    for (String part : parts) {
      byte[] bytes = part.getBytes(UTF_8);
      all.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      all.writeBytes(bytes);
    }
    ByteBuffer hash = ByteBuffer.wrap(sha256(all.toByteArray()));
    return new Digest(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) { // every JVM has it
      throw new IllegalStateException(impossible);
    }
  }

  /** In constant time. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Digest that
        && ((first ^ that.first)
                | (second ^ that.second)
                | (third ^ that.third)
                | (fourth ^ that.fourth))
            == 0;
  }

  @Override
  public int hashCode() {
    return (int) first;
  }

  /** Nothing of it. */
  @Override
  public String toString() {
    return "Digest[]";
  }
}
