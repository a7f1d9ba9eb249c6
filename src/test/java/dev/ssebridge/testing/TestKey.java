package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that signs JSON Web Tokens in tests, by the JDK alone.
 *
 * @param id of the key
 */
public record TestKey(String id, KeyPair pair) {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** A new one of RSA, EC or Ed25519. */
  public static TestKey make(String id, String algorithm) {
    try {
      return new TestKey(id, generator(algorithm).generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPairGenerator generator(String algorithm) throws GeneralSecurityException {
    String curve =
        switch (algorithm) {
          case "ES256" -> "secp256r1";
          case "ES384" -> "secp384r1";
          case "ES512" -> "secp521r1";
          default -> "";
        };
    KeyPairGenerator generator;
    if (!curve.isEmpty()) {
      generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
    } else if (algorithm.equals("EdDSA")) {
      generator = KeyPairGenerator.getInstance("Ed25519");
    } else {
      generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
    }
    return generator;
  }

  /** A token that names this key. */
  public String token(String algorithm, JsonObject claims) {
    return token(new JsonObject().put("typ", "JWT").put("alg", algorithm).put("kid", id), claims);
  }

  /** One with any header, signed by its {@code alg}. */
  public String token(JsonObject header, JsonObject claims) {
    return token(header.getString("alg"), header.encode(), claims.encode());
  }

  /** One of any texts. */
  public String token(String algorithm, String header, String claims) {
    String signed = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
    return signed + "." + base64(sign(algorithm, signed.getBytes(UTF_8)));
  }

  /** The signature of this algorithm. */
  public byte[] sign(String algorithm, byte[] bytes) {
    try {
      Signature signature = Signature.getInstance(nameOf(algorithm));
      if (algorithm.startsWith("PS")) {
        int bits = Integer.parseInt(algorithm.substring(2));
        AlgorithmParameterSpec parameters =
            new PSSParameterSpec(
                "SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), bits / 8, 1);
        signature.setParameter(parameters);
      }
      signature.initSign(pair.getPrivate());
      signature.update(bytes);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String nameOf(String algorithm) {
    String bits = algorithm.substring(2);
    return switch (algorithm.substring(0, 2)) {
      case "RS" -> "SHA" + bits + "withRSA";
      case "PS" -> "RSASSA-PSS";
      case "ES" -> "SHA" + bits + "withECDSAinP1363Format";
      default -> "Ed25519";
    };
  }

  /** A token that is signed by a secret. */
  public static String hmac(byte[] secret, String algorithm, JsonObject header, JsonObject claims) {
    try {
      String signed =
          base64(header.encode().getBytes(UTF_8)) + "." + base64(claims.encode().getBytes(UTF_8));
      Mac mac = Mac.getInstance("HmacSHA" + algorithm.substring(2));
      mac.init(new SecretKeySpec(secret, mac.getAlgorithm()));
      return signed + "." + base64(mac.doFinal(signed.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The public key (RFC 7517). */
  public JsonObject jwk() {
    JsonObject jwk = new JsonObject().put("kid", id);
    if (pair.getPublic() instanceof RSAPublicKey rsa) {
      return jwk.put("kty", "RSA")
          .put("n", base64(unsigned(rsa.getModulus().toByteArray(), 256)))
          .put("e", "AQAB");
    }
    if (pair.getPublic() instanceof ECPublicKey ec) {
      int bits = ec.getParams().getCurve().getField().getFieldSize();
      int bytes = (bits + 7) / 8;
      return jwk.put("kty", "EC")
          .put("crv", "P-" + bits)
          .put("x", base64(unsigned(ec.getW().getAffineX().toByteArray(), bytes)))
          .put("y", base64(unsigned(ec.getW().getAffineY().toByteArray(), bytes)));
    }
    byte[] all = ((EdECPublicKey) pair.getPublic()).getEncoded();
    return jwk.put("kty", "OKP")
        .put("crv", "Ed25519")
        .put("x", base64(Arrays.copyOfRange(all, all.length - 32, all.length)));
  }

  /** The set of the public keys of these. */
  public static JsonObject set(TestKey... keys) {
    JsonArray all = new JsonArray();
    List.of(keys).forEach(key -> all.add(key.jwk()));
    return new JsonObject().put("keys", all);
  }

  /** The public key as PEM. */
  public String pem() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pair.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  /** Writes the public key to a file. */
  public Path writePem(Path file) throws IOException {
    return Files.writeString(file, pem());
  }

  private static byte[] unsigned(byte[] bytes, int length) {
    byte[] exact = new byte[length];
    int common = Math.min(bytes.length, length);
    System.arraycopy(bytes, bytes.length - common, exact, length - common, common);
    return exact;
  }

  /** As parts of tokens are written. */
  public static String base64(byte[] bytes) {
    return BASE64.encodeToString(bytes);
  }
}
