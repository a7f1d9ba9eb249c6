package dev.ssebridge.internal.tls;

import dev.ssebridge.internal.text.UnfitValueException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;

/** Public keys in a PEM file: by themselves (RFC 7468, section 13), or in certificates. */
public final class PublicKeyFile {
  /** Whose encoding says itself which kind it is. */
  private static final List<String> KINDS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  private PublicKeyFile() {}

  /**
   * Reads a file. Blocks.
   *
   * @return at least one, in the order of the file; of a chain of certificates the first one's
   * @throws UnfitValueException if it cannot be read, has none, or has anything else beside
   */
  public static List<PublicKey> read(String path) {
    PemFile file = PemFile.read(path);
    String in = " in \"" + path + "\"";
    if (file.blocks().stream().anyMatch(PemFile.Block::isKey)) {
      throw new UnfitValueException(
          "expected public keys alone, got a private key"
              + in
              + "; \"openssl pkey -in FILE -pubout\" writes the public one, and the private one"
              + " belongs to the issuer of the tokens");
    }
    List<PublicKey> keys = new ArrayList<>();
    boolean hasCertificate = false;
    for (PemFile.Block block : file.blocks()) {
      if (block.isCertificate()) {
        hasCertificate = true;
      } else if (block.label().equals("PUBLIC KEY")) {
        keys.add(key(block, in));
      } else {
        throw new UnfitValueException(
            "expected -----BEGIN PUBLIC KEY----- or -----BEGIN CERTIFICATE-----, got "
                + file.kinds()
                + in
                + (block.label().equals("RSA PUBLIC KEY")
                    ? "; \"openssl rsa -RSAPublicKey_in -in FILE -pubout\" converts it"
                    : ""));
      }
    }
    if (hasCertificate) {
      X509Certificate own = CertificateFile.of(file).first();
      keys.add(own.getPublicKey());
    }
    return List.copyOf(keys);
  }

  private static PublicKey key(PemFile.Block block, String in) {
    for (String kind : KINDS) {
      try {
        return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(block.decode()));
      } catch (GeneralSecurityException | IllegalArgumentException otherKind) {
        // Said below; the bytes are not repeated.
      }
    }
    throw new UnfitValueException(
        "expected a public key of RSA, an elliptic curve or Ed25519, got one that is damaged or of"
            + " another kind"
            + in);
  }
}
