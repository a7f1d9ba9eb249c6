package dev.ssebridge.internal.config;

import org.jspecify.annotations.Nullable;

/**
 * What the server proves its name with.
 *
 * @param cert path of the certificate chain, PEM
 * @param key path of its private key, PEM
 */
public record TlsConfig(String cert, String key) {

  /** Null if it is wrong, or if both keys are null on purpose. */
  static @Nullable TlsConfig read(ConfigObject in) {
    boolean none = in.nulls("cert", "key");
    String cert =
        none ? in.optional("cert", ValueType.text()) : in.required("cert", ValueType.text());
    String key = none ? in.optional("key", ValueType.text()) : in.required("key", ValueType.text());
    in.end();
    return cert == null || key == null ? null : new TlsConfig(cert, key);
  }
}
