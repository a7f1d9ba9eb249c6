package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.TlsConfig;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a certificate and its key had in them. Blocks.
 *
 * @param cert the chain, PEM
 * @param key the private key, PEM
 */
record Certificate(Buffer cert, Buffer key) {
  private static final int MOST_BYTES = 1 << 20;
  private static final String[] KINDS = {"RSA", "EC", "EC_EC", "RSASSA-PSS", "Ed25519", "EdDSA"};

  /** Reads the files; null where there is no TLS. */
  static @Nullable Certificate read(@Nullable TlsConfig tls) throws IOException {
    return tls == null ? null : new Certificate(read(tls.cert()), read(tls.key()));
  }

  private static Buffer read(String file) throws IOException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IOException(file + ": expected at most " + MOST_BYTES + " bytes, got more");
      }
      return Buffer.buffer(bytes);
    }
  }

  /** As a server takes it. */
  PemKeyCertOptions options() {
    return new PemKeyCertOptions().setCertValue(cert).setKeyValue(key);
  }

  /** What is wrong with it; null if a server can use it. */
  @Nullable String problem(Vertx vertx) {
    try {
      for (KeyManager manager : options().getKeyManagerFactory(vertx).getKeyManagers()) {
        if (manager instanceof X509KeyManager keys && !isPair(keys)) {
          return "expected the private key of the certificate, got another";
        }
      }
      return null;
    } catch (Exception unusable) { // declared by Vert.x
      return "expected a certificate chain and a private key in PEM, got none that can be used ("
          + unusable.getMessage()
          + ")";
    }
  }

  private static boolean isPair(X509KeyManager keys) throws GeneralSecurityException {
    for (String kind : KINDS) {
      String[] names = keys.getServerAliases(kind, null);
      for (String name : names == null ? new String[0] : names) {
        PrivateKey secret = keys.getPrivateKey(name);
        X509Certificate[] chain = keys.getCertificateChain(name);
        if (secret != null && chain != null && !isPair(secret, chain[0])) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isPair(PrivateKey secret, X509Certificate certificate)
      throws GeneralSecurityException {
    String algorithm =
        switch (secret.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
          default -> null;
        };
    if (algorithm == null) {
      return true; // the handshake will tell
    }
    if (!certificate.getPublicKey().getAlgorithm().equals(secret.getAlgorithm())) {
      return false;
    }
    byte[] text = certificate.getSerialNumber().toByteArray();
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(secret);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(text);
    return signature.verify(signed);
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "Certificate";
  }
}
