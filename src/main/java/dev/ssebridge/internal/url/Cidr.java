package dev.ssebridge.internal.url;

import dev.ssebridge.internal.text.UnfitValueException;
import io.netty.util.NetUtil;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A network of IP addresses as RFC 4632 and RFC 4291 write it: {@code 10.0.0.0/8}, {@code
 * 2001:db8::/32}, or one address alone. An IPv4 address that is written as IPv6 is that IPv4
 * address.
 */
public final class Cidr {
  private static final int IPV4 = 4;
  private static final int IPV6 = 16;
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private final String text;
  private final byte[] network;
  private final int bits;

  private Cidr(String text, byte[] network, int bits) {
    this.text = text;
    this.network = network;
    this.bits = bits;
  }

  /**
   * The network this text writes.
   *
   * @throws IllegalArgumentException if it is not one, or has bits set behind its prefix
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = addressOf(slash < 0 ? text : text.substring(0, slash));
    int most = address == null ? 0 : address.length * 8;
    int bits = slash < 0 ? most : bitsOf(text.substring(slash + 1), most);
    if (address == null || bits < 0) {
      throw UnfitValueException.expected(
          "a network such as \"10.0.0.0/8\", \"2001:db8::/32\" or one address", text);
    }
    Cidr cidr = new Cidr(text, address, bits);
    for (int i = bits; i < most; i++) {
      if ((address[i / 8] >> (7 - i % 8) & 1) != 0) {
        throw UnfitValueException.expected("a network without bits behind its prefix", text);
      }
    }
    return cidr;
  }

  /** The bytes of an IP address, 4 or 16; {@code null} if the text is none. Never looks it up. */
  public static byte @Nullable [] addressOf(String text) {
    boolean bracketed = text.indexOf('[') >= 0; // which NetUtil takes as well
    byte[] bytes = bracketed ? null : NetUtil.createByteArrayFromIpAddressString(text);
    if (bytes == null || bytes.length == IPV4) {
      return bytes;
    }
    for (int i = 0; i < MAPPED.length; i++) {
      if (bytes[i] != MAPPED[i]) {
        return bytes;
      }
    }
    return Arrays.copyOfRange(bytes, MAPPED.length, IPV6);
  }

  /** Whether an address, as {@link #addressOf} gives it, is in this network. */
  public boolean contains(byte[] address) {
    if (address.length != network.length) {
      return false;
    }
    for (int i = 0; i < bits / 8; i++) {
      if (address[i] != network[i]) {
        return false;
      }
    }
    int rest = bits % 8;
    return rest == 0 || ((address[bits / 8] ^ network[bits / 8]) & 0xff) >> (8 - rest) == 0;
  }

  private static int bitsOf(String text, int most) {
    int bits = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    return bits > most ? -1 : bits;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cidr that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
