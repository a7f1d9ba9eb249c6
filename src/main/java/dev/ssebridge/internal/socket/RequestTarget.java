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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The target of a request: RFC 9112, section 3.2, and RFC 9113, section 8.3.1. */
public final class RequestTarget {
  private static final String DEC_OCTET = "25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9]";
  private static final String UNRESERVED_AND_SUB_DELIMS = "-._~!$&'()*+,;=";
  private static final int FIRST_PRINTABLE = 0x21;
  private static final int LAST_PORT = 0xffff;

  /** An IPv6 address whose last 32 bits are written as an IPv4 address, in an authority. */
  private static final Pattern ENDS_IN_IPV4 =
      Pattern.compile(
          "\\[([0-9A-Fa-f:]{1,30}:)(O)\\.(O)\\.(O)\\.(O)\\](.*)".replace("O", DEC_OCTET));

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

  /**
   * The same authority in a form that Vert.x reads: an IPv6 address may end in an IPv4 address (RFC
   * 3986, section 3.2.2), which it takes for malformed.
   */
  static String withoutIpv4(String authority) {
    if (!authority.startsWith("[") || authority.indexOf('.') < 0) {
      return authority;
    }
    Matcher parts = ENDS_IN_IPV4.matcher(authority);
    return parts.matches()
        ? "[" + parts.group(1) + hex(parts, 2) + ":" + hex(parts, 4) + "]" + parts.group(6)
        : authority;
  }

  private static String hex(Matcher parts, int first) {
    int high = Integer.parseInt(parts.group(first));
    return Integer.toHexString(high << 8 | Integer.parseInt(parts.group(first + 1)));
  }

  /**
   * Whether this is {@code uri-host [ ":" port ]}, or nothing: RFC 9110, section 7.2. An address
   * has no zone (RFC 3986, section 3.2.2), and no port is larger than 65535.
   */
  static boolean isAuthority(String given) {
    String text = withoutIpv4(given);
    int colon;
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      if (end < 0 || !isAddress(text.substring(1, end))) {
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

  private static boolean isAddress(String text) {
    return text.indexOf('%') < 0 && text.indexOf('.') < 0 && NetUtil.isValidIpV6Address(text);
  }

  /** It may be empty, and begin with zeros: RFC 3986, section 3.2.3. */
  private static boolean isPort(String text, int from) {
    int port = 0;
    for (int i = from; i < text.length() && port <= LAST_PORT; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
      port = port * 10 + text.charAt(i) - '0';
    }
    return port <= LAST_PORT;
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
