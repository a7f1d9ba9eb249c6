package dev.ssebridge.internal.tls;

import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.time.Instant;

/**
 * What the files of a certificate and its key had in them at one moment. Immutable.
 *
 * @param cert the chain, PEM
 * @param key the private key, PEM
 */
public record CertificatePair(Buffer cert, Buffer key) {
  /**
   * Reads the files. Blocks.
   *
   * @throws UnfitValueException if one cannot be read
   */
  public static CertificatePair read(String cert, String key) {
    return new CertificatePair(
        Buffer.buffer(PemFile.bytes(cert)), Buffer.buffer(PemFile.bytes(key)));
  }

  /** As a server takes it. */
  public PemKeyCertOptions options() {
    return new PemKeyCertOptions().setCertValue(cert).setKeyValue(key);
  }

  /**
   * What is wrong with it; the files may say something else by now.
   *
   * @param certPath how messages call the one
   * @param keyPath how they call the other
   */
  public Certificates.PairProblems problems(String certPath, String keyPath, Instant now) {
    return Certificates.pairProblems(
        () -> PemFile.of(certPath, cert.getBytes()),
        () -> PemFile.of(keyPath, key.getBytes()),
        now);
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "CertificatePair";
  }
}
