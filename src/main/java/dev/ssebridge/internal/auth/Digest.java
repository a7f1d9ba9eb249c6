package dev.ssebridge.internal.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.text.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of what must not be kept itself. It begins with a number that this process has drawn, so
 * that nobody can tell from it what was hashed.
 */
record Digest(long first, long second, long third, long fourth) {
  /** Has seen the number; each hash goes on from there. */
  private static final MessageDigest BEGUN = begun();

  private static MessageDigest begun() {
    byte[] drawn = new byte[16];
    new SecureRandom().nextBytes(drawn);
    MessageDigest hash = Sha256.begin();
    hash.update(drawn);
    return hash;
  }

  /** Of several texts; where one ends and the next begins counts. */
  static Digest of(String... parts) {
    MessageDigest hash;
    try {
      hash = (MessageDigest) BEGUN.clone();
    } catch (CloneNotSupportedException impossible) { // that of the JVM can be
      throw new IllegalStateException(impossible);
    }
    for (String part : parts) {
      byte[] bytes = part.getBytes(UTF_8);
      hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
      hash.update(bytes);
    }
    ByteBuffer hashed = ByteBuffer.wrap(hash.digest());
    return new Digest(hashed.getLong(), hashed.getLong(), hashed.getLong(), hashed.getLong());
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
