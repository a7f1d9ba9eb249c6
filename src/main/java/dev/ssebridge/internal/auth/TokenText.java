package dev.ssebridge.internal.auth;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Web Token that is signed (RFC 7515, section 7.1), taken apart and looked at before anybody
 * spends time on its signature.
 *
 * @param text the whole of it
 * @param algorithm that it is said to be signed with; one of those permitted
 * @param keyId of the key that it is said to be signed with; null where it names none
 * @param payload not yet read
 * @param signature not yet verified
 */
record TokenText(
    String text, String algorithm, @Nullable String keyId, Buffer payload, Buffer signature) {
  private static final int LONGEST = 8192;
  private static final int LONGEST_ID = 1024;

  /**
   * Takes one apart.
   *
   * @param permitted algorithms
   * @throws AuthFailure if it is not valid, or of an algorithm that is not permitted
   */
  static TokenText of(String text, Set<String> permitted) throws AuthFailure {
    if (text.length() > LONGEST) {
      throw invalid("expected a token of at most " + LONGEST + " characters");
    }
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (first <= 0 || second < 0 || text.indexOf('.', second + 1) >= 0) {
      throw invalid("expected a JSON Web Token of three parts");
    }
    JsonObject header = StrictJson.object(bytes(text.substring(0, first)));
    if (header == null) {
      throw invalid("expected the header of the token to be a JSON object with each name once");
    }
    if (header.containsKey("crit")) { // RFC 7515, section 4.1.11: none of them is understood
      throw invalid("the token has a header that must be understood, and is not");
    }
    if (!(header.getValue("alg") instanceof String algorithm) || !permitted.contains(algorithm)) {
      throw invalid("the token is signed by an algorithm that is not accepted here");
    }
    Object keyId = header.getValue("kid");
    if (header.containsKey("kid")
        && !(keyId instanceof String id && !id.isEmpty() && id.length() <= LONGEST_ID)) {
      throw invalid("expected the kid of the token to be text");
    }
    return new TokenText(
        text,
        algorithm,
        (String) keyId,
        Buffer.buffer(bytes(text.substring(first + 1, second))),
        Buffer.buffer(bytes(text.substring(second + 1))));
  }

  /**
   * RFC 7515, section 2: without padding, line breaks or anything else beside; and, so that a token
   * has one form only, with the bits that stand for nothing as they are written.
   */
  private static byte[] bytes(String part) throws AuthFailure {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
        return bytes;
      }
    } catch (IllegalArgumentException malformed) {
      // Said below.
    }
    throw invalid("expected each part of the token to be base64url");
  }

  /**
   * Whether the signature can be one of its algorithm at all. A signature with an elliptic curve is
   * two numbers of equal length (RFC 7518, section 3.4), neither of them 0, and not in the form of
   * ASN.1, which Vert.x takes as well.
   *
   * @param bytes of such a signature
   */
  boolean hasSignatureOf(int bytes) {
    if (signature.length() != bytes) {
      return false;
    }
    return !algorithm.startsWith("ES")
        || (!isZero(0, bytes / 2) && !isZero(bytes / 2, bytes) && !isAsn1());
  }

  private boolean isZero(int from, int to) {
    int any = 0;
    for (int i = from; i < to; i++) {
      any |= signature.getByte(i);
    }
    return any == 0;
  }

  /** About one in 2^40 random signatures looks like this. */
  private boolean isAsn1() {
    int length = signature.length();
    int at = length < 128 ? 1 : 2;
    if (signature.getByte(0) != 0x30
        || signature.getUnsignedByte(at) != length - at - 1
        || signature.getByte(at + 1) != 2) {
      return false;
    }
    int second = at + 3 + signature.getUnsignedByte(at + 2);
    return second + 1 < length && signature.getByte(second) == 2;
  }

  private static AuthFailure invalid(String reason) {
    return new AuthFailure(AuthFailure.Kind.INVALID, reason);
  }

  /** Nothing of it. */
  @Override
  public String toString() {
    return "TokenText[]";
  }
}
