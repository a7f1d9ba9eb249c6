package dev.ssebridge.internal.config;

import dev.ssebridge.internal.text.UnfitValueException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The texts that the block {@code auth} takes. Each method throws for what it refuses. */
public final class AuthText {
  /** RFC 6750, section 2.1. */
  public static final String TOKEN = "^[A-Za-z0-9._~+/-]{16,4096}={0,2}$";

  /** RFC 6265, section 4.1.1, and RFC 9110, section 5.6.2. */
  public static final String NAME = "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$";

  private static final Pattern CLAIM = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

  /** What is about one connection or one body (RFC 9110, sections 7.2, 7.6 and 8), and our own. */
  private static final Set<String> OF_EACH_REQUEST =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings",
          "x-forwarded-for",
          "x-original-method",
          "x-original-uri");

  /** What may stand between quotes as it is. */
  public static final String REALM = "^(?=.*\\S)[ !#-\\[\\]-~]{1,128}$";

  /** RFC 7518, section 5.2: a key is as long as the hash at least; that of HS256 is. */
  private static final int LEAST_SECRET = 32;

  /** As a pattern of JSON Schema. */
  public static final String ALGORITHM =
      "^(HS256|HS384|HS512|RS256|RS384|RS512|PS256|PS384|PS512|ES256|ES384|ES512|EdDSA)$";

  private static final String ONE_LINE = "(?=[\\s\\S]*\\S)[^\\u0000-\\u001f\\u007f-\\u009f]";

  /** A file or a URL. */
  public static final String JWKS =
      "^("
          + TextForms.URL.substring(1, TextForms.URL.length() - 1)
          + "|(?![Hh][Tt][Tt][Pp][Ss]?:)(?![\\s\\S]*://)"
          + ONE_LINE
          + "+)$";

  /** Addresses that are granted: a star is a whole part. */
  public static final String GRANT =
      "^(?![\\s\\S]*[^./:]\\*)(?![\\s\\S]*\\*[^./:])" + ONE_LINE + "{1,1024}$";

  /** Algorithms of RFC 7518 and RFC 8037; {@code none} is not among them. */
  public static final List<String> ALGORITHMS =
      List.of(
          "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
          "ES384", "ES512", "EdDSA");

  /** As a pattern of JSON Schema, which counts characters: others than of ASCII have more bytes. */
  public static final String SECRET = "^(?=[\\s\\S]{32}|[\\s\\S]*[^\\u0000-\\u007f])[\\s\\S]{8,}$";

  private AuthText() {}

  /** A bearer token. */
  public static void requireToken(String text) {
    if (!Pattern.matches(TOKEN, text)) {
      throw new UnfitValueException(
          "expected a token of 16..4096 characters of A-Z a-z 0-9 - . _ ~ + / and = at its end"
              + " (RFC 6750)");
    }
  }

  /** A secret for signatures. */
  public static void requireSecret(String text) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length < LEAST_SECRET) {
      throw new UnfitValueException(
          "expected a secret of at least " + LEAST_SECRET + " bytes, got " + length);
    }
  }

  /** A file, or a URL. */
  public static void requireJwks(String text) {
    if (isUrl(text)) {
      SourceConfig.parseUrl(text);
    } else if (text.contains("://")) {
      throw new UnfitValueException("expected a file, or a URL of http or https");
    }
  }

  /** Whether it is meant as a URL, and not as a file. */
  public static boolean isUrl(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.startsWith("http:") || lower.startsWith("https:");
  }

  /** An algorithm of JSON Web Signature. */
  public static void requireAlgorithm(String text) {
    if (!ALGORITHMS.contains(text)) {
      throw UnfitValueException.expected("one of " + String.join(" ", ALGORITHMS), text);
    }
  }

  /** A header, and the claim that it becomes. */
  public static void requireClaim(String header, String claim) {
    if (!Pattern.matches(NAME, header)) {
      throw new UnfitValueException("expected the name of a header (RFC 9110)");
    }
    if (!CLAIM.matcher(claim).matches()) {
      throw UnfitValueException.expected("the name of a claim, of A-Z a-z 0-9 _ -", claim);
    }
  }

  /** The name of a header that is passed on with another request. */
  public static void requirePassedOn(String text) {
    if (!Pattern.matches(NAME, text)) {
      throw UnfitValueException.expected("the name of a header (RFC 9110)", text);
    }
    if (OF_EACH_REQUEST.contains(text.toLowerCase(Locale.ROOT))) {
      throw new UnfitValueException(
          "expected a header that says something of who asks, got "
              + text
              + ", which each request has its own of");
    }
  }

  /** The name of a cookie. */
  public static void requireCookie(String text) {
    if (!Pattern.matches(NAME, text)) {
      throw UnfitValueException.expected("the name of a cookie (RFC 6265)", text);
    }
  }

  /** A realm, without quotes and backslashes. */
  public static void requireRealm(String text) {
    if (!Pattern.matches(REALM, text)) {
      throw UnfitValueException.expected(
          "a realm of 1..128 characters of ASCII, none of them \" or \\", text);
    }
  }

  /** A regular expression. */
  public static void requireRegex(String text) {
    try {
      Pattern.compile(text);
    } catch (PatternSyntaxException unfit) {
      throw UnfitValueException.expected(
          "a regular expression (" + unfit.getDescription() + " at " + unfit.getIndex() + ")",
          text);
    }
  }
}
