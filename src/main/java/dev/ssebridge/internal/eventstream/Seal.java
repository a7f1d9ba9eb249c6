package dev.ssebridge.internal.eventstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.format.SseHeaders;
import io.vertx.core.MultiMap;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Marks what the bridge itself says on the event bus: gaps that it passes on, and what it tells of
 * its sources. A header alone would not do: all who may send over the bus, a SockJS client say, may
 * set any header. The seal is a MAC over the message with a key that never leaves the process, so
 * it can be copied, with all of its message and to the same address, but not made. Any thread.
 */
public final class Seal {
  /** The header of a message that has the seal. */
  public static final String HEADER = "sse-seal";

  private static final String ALGORITHM = "HmacSHA256";
  private static final byte[] KEY = key();

  private Seal() {}

  /** Whether a message with these headers claims to be the bridge's own. */
  public static boolean isClaimed(MultiMap headers) {
    return headers.contains(SseHeaders.GAP) || headers.contains(SseHeaders.STATE);
  }

  /**
   * Seals a message, once its other headers are set.
   *
   * @param address where it goes
   */
  public static void set(String address, MultiMap headers, @Nullable Object body) {
    headers.set(HEADER, of(address, headers, body));
  }

  /** Whether this process has sealed the message, for this address. */
  public static boolean isGenuine(String address, MultiMap headers, @Nullable Object body) {
    String given = headers.get(HEADER);
    return given != null
        && MessageDigest.isEqual(given.getBytes(UTF_8), of(address, headers, body).getBytes(UTF_8));
  }

  private static String of(String address, MultiMap headers, @Nullable Object body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(KEY, ALGORITHM));
      add(mac, address);
      add(mac, headers.get(SseHeaders.GAP));
      add(mac, headers.get(SseHeaders.STATE));
      add(mac, String.valueOf(body)); // as JSON, where it is
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has " + ALGORITHM, impossible);
    }
  }

  /** Each with its length before it, so that none can be taken for two. */
  private static void add(Mac mac, @Nullable String text) {
    byte[] bytes = text == null ? new byte[0] : text.getBytes(UTF_8);
    mac.update((text == null ? "-" : bytes.length + ":").getBytes(UTF_8));
    mac.update(bytes);
  }

  private static byte[] key() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return key;
  }
}
