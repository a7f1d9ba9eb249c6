package dev.ssebridge.internal.config;

import dev.ssebridge.TlsOptions;
import org.jspecify.annotations.Nullable;

/**
 * What the server proves its name with.
 *
 * @param cert path of the certificate chain, PEM
 * @param key path of its private key, PEM
 */
public record TlsConfig(String cert, String key) {

  /** Null if there is none, or if it is wrong. */
  static @Nullable TlsConfig of(@Nullable TlsOptions options, Place at) {
    if (options == null) {
      return null;
    }
    String cert = options.getCert();
    String key = options.getKey();
    if (cert == null ^ key == null) {
      at.problem(cert == null ? "cert" : "key", "missing, this key is required");
    }
    return cert == null || key == null ? null : new TlsConfig(cert, key);
  }
}
