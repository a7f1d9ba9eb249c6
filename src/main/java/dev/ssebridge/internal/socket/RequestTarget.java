package dev.ssebridge.internal.socket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.NetUtil;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The target of a request: RFC 9112, section 3.2, and RFC 9113, section 8.3.1. */
public final class RequestTarget {
  private static final String UNRESERVED_AND_SUB_DELIMS = "-._~!$&'()*+,;=";
  private static final int FIRST_PRINTABLE = 0x21;
  private static final int LAST_ASCII = 0x7e;

  private RequestTarget() {}

  /**
   * The path and query of a target, in ASCII; of one in absolute form the authority goes into the
   * Host header.
   *
   * @throws Http1Rules.Refused if this is not a target for an origin server
   */
  static String of(HttpMethod method, String target, HttpHeaders headers) {
    if (HttpMethod.CONNECT.equals(method)) {
      throw new Http1Rules.Refused(501, "CONNECT: this server is no proxy");
    }
    String ascii = ascii(target);
    if (ascii.startsWith("/")) {
      return ascii;
    }
    if (ascii.equals("*") && HttpMethod.OPTIONS.equals(method)) {
      return ascii;
    }
    return ofAbsolute(ascii, headers);
  }

  private static String ofAbsolute(String target, HttpHeaders headers) {
    String lower = target.toLowerCase(Locale.ROOT);
    int begin = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
    int end = begin;
    while (begin > 0 && end < target.length() && "/?".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    if (begin < 0 || end == begin || !isAuthority(target.substring(begin, end))) {
      throw new Http1Rules.Refused(400, "expected a request target that begins with \"/\"");
    }
    if (headers.getAll(HttpHeaderNames.HOST).size() == 1) {
      headers.set(HttpHeaderNames.HOST, target.substring(begin, end)); // RFC 9112, section 3.2.2
    }
    String rest = target.substring(end);
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  /**
   * Refuses a target that is not in ASCII.
   *
   * @throws Http1Rules.Refused if bytes of a target are not ASCII, where they cannot be mended, or
   *     characters that no target has
   */
  public static void requireAscii(String target) {
    for (int i = 0; i < target.length(); i++) {
      requireFit(target.charAt(i));
      if (target.charAt(i) > LAST_ASCII) {
        throw new Http1Rules.Refused(
            400, "expected a request target in ASCII, with other bytes percent-encoded");
      }
    }
  }

  /**
   * Holds a request of HTTP/2 to the same rules (RFC 9113, section 8.3.1). Its target cannot be
   * changed any more, so bytes that are not ASCII are refused, UTF-8 or not.
   *
   * @param target its {@code :path}, null where it has none
   * @throws Http1Rules.Refused if this is not a target for an origin server
   */
  static void requireOfHttp2(String method, @Nullable String target) {
    if (target == null) {
      throw new Http1Rules.Refused(501, "CONNECT: this server is no proxy");
    }
    requireAscii(target);
    if (!target.startsWith("/") && !(target.equals("*") && method.equals("OPTIONS"))) {
      throw new Http1Rules.Refused(400, "expected a request target that begins with \"/\"");
    }
  }

  private static void requireFit(char c) {
    if (c < FIRST_PRINTABLE || c == 0x7f || c == '#') {
      throw new Http1Rules.Refused(
          400, "expected a request target without control characters and \"#\"");
    }
  }

  /** Bytes that are not ASCII must be UTF-8, and are percent-encoded like any other. */
  private static String ascii(String target) {
    boolean plain = true;
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      requireFit(c);
      plain &= c <= LAST_ASCII;
    }
    return plain ? target : encoded(target);
  }

  private static String encoded(String target) {
    byte[] bytes = target.getBytes(ISO_8859_1);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException malformed) {
      throw new Http1Rules.Refused(400, "expected a request target in UTF-8, got other bytes");
    }
    StringBuilder encoded = new StringBuilder(bytes.length + 16);
    for (byte b : bytes) {
      if (b >= 0) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(Integer.toHexString(b & 0xff).toUpperCase(Locale.ROOT));
      }
    }
    return encoded.toString();
  }

  /** Whether this is {@code uri-host [ ":" port ]}, or nothing: RFC 9110, section 7.2. */
  static boolean isAuthority(String text) {
    int colon;
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      if (end < 0 || !NetUtil.isValidIpV6Address(text.substring(1, end))) {
        return false;
      }
      colon = end + 1;
    } else {
      int at = text.indexOf(':');
      colon = at < 0 ? text.length() : at;
      for (int i = 0; i < colon; i++) {
        if (!isInName(text, i)) {
          return false;
        }
      }
    }
    return colon == text.length() || (text.charAt(colon) == ':' && isPort(text, colon + 1));
  }

  private static boolean isPort(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return text.length() - from <= 5;
  }

  private static boolean isInName(String text, int i) {
    char c = text.charAt(i);
    if (c == '%') {
      return i + 2 < text.length()
          && Character.digit(text.charAt(i + 1), 16) >= 0
          && Character.digit(text.charAt(i + 2), 16) >= 0;
    }
    char lower = (char) (c | 0x20);
    return (lower >= 'a' && lower <= 'z' && c > '@')
        || isDigit(c)
        || UNRESERVED_AND_SUB_DELIMS.indexOf(c) >= 0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
