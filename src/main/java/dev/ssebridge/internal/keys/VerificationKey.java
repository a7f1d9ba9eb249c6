package dev.ssebridge.internal.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.text.UnfitValueException;
import dev.ssebridge.internal.tls.PublicKeyFile;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key that signatures are verified with, and the only algorithms that it may be used for (RFC
 * 8725, section 3.1). Two are equal that are the same key for the same. Immutable.
 *
 * @param id by which tokens name it; null for none
 * @param algorithms of RFC 7518 and RFC 8037
 * @param jwk what the key is (RFC 7517), and nothing else of it
 */
public record VerificationKey(@Nullable String id, Set<String> algorithms, JsonObject jwk) {
  private static final List<String> RS = List.of("RS256", "RS384", "RS512");
  private static final List<String> PS = List.of("PS256", "PS384", "PS512");

  /** RFC 7518, section 3.3. */
  private static final int LEAST_RSA = 2048;

  /** Bits of a modulus whose use takes long. */
  private static final int MOST_RSA = 16_384;

  /** Quick, as it is asked for with each request. */
  @Override
  public int hashCode() {
    return Objects.hashCode(id);
  }

  /** An elliptic curve that is used for signatures. */
  private record Curve(String name, String algorithm, BigInteger prime, BigInteger b) {
    /** Whether a point is on it: y^2 = x^3 - 3x + b, as all three have a = -3. */
    boolean has(BigInteger x, BigInteger y) {
      BigInteger right = x.pow(3).subtract(x.multiply(BigInteger.valueOf(3))).add(b).mod(prime);
      return x.signum() >= 0
          && y.signum() >= 0
          && x.compareTo(prime) < 0
          && y.compareTo(prime) < 0
          && y.multiply(y).mod(prime).equals(right);
    }

    int bytes() {
      return (prime.bitLength() + 7) / 8;
    }
  }

  /** FIPS 186-4, section D.1.2. */
  private static final List<Curve> CURVES =
      List.of(
          new Curve(
              "P-256",
              "ES256",
              hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
              hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b")),
          new Curve(
              "P-384",
              "ES384",
              hex(
                  "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
                      + "ffffffff0000000000000000ffffffff"),
              hex(
                  "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a"
                      + "c656398d8a2ed19d2a85c8edd3ec2aef")),
          new Curve(
              "P-521",
              "ES512",
              BigInteger.TWO.pow(521).subtract(BigInteger.ONE),
              hex(
                  "51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e93"
                      + "7b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00")));

  private static BigInteger hex(String text) {
    return new BigInteger(text, 16);
  }

  public VerificationKey {
    algorithms = Set.copyOf(algorithms);
  }

  /** A secret, for HMAC alone. */
  public static VerificationKey ofSecret(String secret) {
    return new VerificationKey(
        null, Set.of("HS256", "HS384", "HS512"), oct(secret.getBytes(UTF_8)));
  }

  static JsonObject oct(byte[] secret) {
    return new JsonObject().put("kty", "oct").put("k", base64(secret));
  }

  /**
   * Those of a PEM file. Blocks.
   *
   * @throws UnfitValueException if it cannot be read, or has a key that is not used here
   */
  public static List<VerificationKey> read(String path) {
    List<VerificationKey> keys = new ArrayList<>();
    for (PublicKey key : PublicKeyFile.read(path)) {
      try {
        keys.add(of(key));
      } catch (UnfitValueException unfit) {
        throw new UnfitValueException(unfit.getMessage() + " in \"" + path + "\"");
      }
    }
    return keys;
  }

  /** What is wrong with a PEM file; nothing where it can be used. Blocks. */
  public static List<String> problems(String path) {
    try {
      read(path);
      return List.of();
    } catch (UnfitValueException unfit) {
      return List.of(String.valueOf(unfit.getMessage()));
    }
  }

  /**
   * A public key.
   *
   * @throws UnfitValueException if it is of no kind that is used here, or too weak
   */
  public static VerificationKey of(PublicKey key) {
    if (key instanceof RSAPublicKey rsa) {
      VerificationKey any = rsa(rsa.getModulus(), rsa.getPublicExponent());
      return key.getAlgorithm().equals("RSASSA-PSS") ? any.only(null, Set.copyOf(PS)) : any;
    }
    if (key instanceof ECPublicKey ec) {
      for (Curve curve : CURVES) {
        if (curve.b().equals(ec.getParams().getCurve().getB())) {
          return ec(curve, ec.getW().getAffineX(), ec.getW().getAffineY());
        }
      }
    }
    if (key instanceof EdECPublicKey ed && ed.getParams().getName().equals("Ed25519")) {
      byte[] all = ed.getEncoded(); // RFC 8410, section 4: the key is at the end
      return ed25519(Arrays.copyOfRange(all, all.length - 32, all.length));
    }
    throw new UnfitValueException(
        "expected a key of RSA, P-256, P-384, P-521 or Ed25519, got one of another kind");
  }

  static VerificationKey rsa(BigInteger modulus, BigInteger exponent) {
    int bits = modulus.bitLength();
    if (bits < LEAST_RSA || bits > MOST_RSA) {
      throw new UnfitValueException(
          "expected an RSA key of " + LEAST_RSA + ".." + MOST_RSA + " bits, got " + bits);
    }
    if (exponent.compareTo(BigInteger.TWO) <= 0
        || !exponent.testBit(0)
        || exponent.bitLength() > 64) {
      throw new UnfitValueException("expected the exponent of an RSA key, such as 65537");
    }
    JsonObject jwk =
        new JsonObject()
            .put("kty", "RSA")
            .put("n", base64(unsigned(modulus, (bits + 7) / 8)))
            .put("e", base64(unsigned(exponent, (exponent.bitLength() + 7) / 8)));
    return new VerificationKey(
        null, Set.of(RS.get(0), RS.get(1), RS.get(2), PS.get(0), PS.get(1), PS.get(2)), jwk);
  }

  static VerificationKey ec(String name, BigInteger x, BigInteger y) {
    for (Curve curve : CURVES) {
      if (curve.name().equals(name)) {
        return ec(curve, x, y);
      }
    }
    throw new UnfitValueException("expected a key of P-256, P-384 or P-521, got another curve");
  }

  private static VerificationKey ec(Curve curve, BigInteger x, BigInteger y) {
    if (!curve.has(x, y)) {
      throw new UnfitValueException("expected a point of " + curve.name() + ", got another one");
    }
    JsonObject jwk =
        new JsonObject()
            .put("kty", "EC")
            .put("crv", curve.name())
            .put("x", base64(unsigned(x, curve.bytes())))
            .put("y", base64(unsigned(y, curve.bytes())));
    return new VerificationKey(null, Set.of(curve.algorithm()), jwk);
  }

  static VerificationKey ed25519(byte[] key) {
    if (key.length != 32) {
      throw new UnfitValueException("expected 32 bytes of an Ed25519 key, got " + key.length);
    }
    return new VerificationKey(
        null,
        Set.of("EdDSA"),
        new JsonObject().put("kty", "OKP").put("crv", "Ed25519").put("x", base64(key)));
  }

  /** The same key with a name, and for fewer algorithms. */
  VerificationKey only(@Nullable String name, Set<String> fewer) {
    return new VerificationKey(name, fewer, jwk);
  }

  /** Bytes of each signature of it. */
  public int signatureBytes(String algorithm) {
    return switch (algorithm) {
      case "HS256" -> 32;
      case "HS384" -> 48;
      case "HS512", "EdDSA", "ES256" -> 64;
      case "ES384" -> 96;
      case "ES512" -> 132;
      default -> Base64.getUrlDecoder().decode(jwk.getString("n")).length;
    };
  }

  private static byte[] unsigned(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] exact = new byte[length];
    int common = Math.min(bytes.length, length);
    System.arraycopy(bytes, bytes.length - common, exact, length - common, common);
    return exact;
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Without the key, which may be a secret. */
  @Override
  public String toString() {
    return "VerificationKey" + algorithms;
  }
}
