package dev.ssebridge.internal.tls;

import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.X509KeyManager;

/**
 * Private keys in PEM files. Vert.x itself says which it can read: PKCS #8, PKCS #1 and SEC 1, of
 * RSA and elliptic curves. No message repeats anything of a key.
 */
final class KeyFile {
  private static final Set<String> TAKEN =
      Set.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY");

  private KeyFile() {}

  /**
   * Looks at a file.
   *
   * @return the file
   * @throws UnfitValueException if it has no private key that can be used
   */
  static PemFile require(PemFile file) {
    String in = " in \"" + file.path() + "\"";
    if (file.blocks().stream().anyMatch(PemFile.Block::isEncrypted)) {
      throw new UnfitValueException(
          "expected a private key without a password, got an encrypted one"
              + in
              + "; write it without, \"openssl pkey -in FILE -out NEW\", and let nobody else read"
              + " that file");
    }
    if (file.blocks().stream().noneMatch(block -> TAKEN.contains(block.label()))) {
      throw new UnfitValueException(
          "expected a private key, -----BEGIN PRIVATE KEY-----, got " + file.kinds() + in);
    }
    if (!isRead(file)) {
      throw new UnfitValueException(
          "expected a private key of RSA, P-256, P-384 or P-521, got one that is"
              + " damaged or of another kind"
              + in);
    }
    return file;
  }

  /** Without a certificate Vert.x misses that, but not before it has read the key. */
  private static boolean isRead(PemFile key) {
    try {
      new PemKeyCertOptions()
          .addKeyValue(key.buffer())
          .addCertValue(Buffer.buffer("none"))
          .loadKeyStore(null);
      return true;
    } catch (Exception missed) { // so it is declared
      return String.valueOf(missed.getMessage()).contains("BEGIN CERTIFICATE");
    }
  }

  /** The place of the certificate that a key belongs to, -1 for none. */
  static int placeIn(CertificateFile chain, PemFile key) {
    for (int i = 0; i < chain.chain().size(); i++) {
      if (isKeyOf(key, chain.chain().get(i))) {
        return i;
      }
    }
    return -1;
  }

  /** Whether what this key signs is signed with this certificate. */
  private static boolean isKeyOf(PemFile key, X509Certificate certificate) {
    try {
      var pair = new PemKeyCertOptions().addKeyValue(key.buffer()).addCertValue(pem(certificate));
      String kind = certificate.getPublicKey().getAlgorithm();
      X509KeyManager manager =
          Arrays.stream(pair.getKeyManagerFactory(null).getKeyManagers())
              .filter(X509KeyManager.class::isInstance)
              .map(X509KeyManager.class::cast)
              .findFirst()
              .orElseThrow();
      String[] aliases = manager.getServerAliases(kind, null);
      return aliases != null && signsFor(manager.getPrivateKey(aliases[0]), certificate, kind);
    } catch (Exception otherKind) { // of the key and of the certificate, so it is declared
      return false;
    }
  }

  private static boolean signsFor(PrivateKey key, X509Certificate certificate, String kind)
      throws GeneralSecurityException {
    byte[] text = {1, 2, 3};
    String algorithm = kind.equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    signing.update(text);
    Signature verifying = Signature.getInstance(algorithm);
    verifying.initVerify(certificate.getPublicKey());
    verifying.update(text);
    return verifying.verify(signing.sign());
  }

  private static Buffer pem(X509Certificate certificate) throws GeneralSecurityException {
    return Buffer.buffer(
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
            + "\n-----END CERTIFICATE-----\n");
  }

  /** What Vert.x says against a pair that looks right, if anything. */
  static Optional<String> pairRefusal(PemFile key, CertificateFile chain) {
    try {
      new PemKeyCertOptions()
          .addKeyValue(key.buffer())
          .addCertValue(chain.file().buffer())
          .getKeyManagerFactory(null);
      return Optional.empty();
    } catch (Exception refused) { // so it is declared
      return Optional.of(
          "expected a chain that can be used with its key, got one that is refused"
              + chain.in()
              + ": "
              + CertificateFile.shown(String.valueOf(refused.getMessage())));
    }
  }
}
