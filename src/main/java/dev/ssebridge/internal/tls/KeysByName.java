package dev.ssebridge.internal.tls;

import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Certificates and keys of a server by the names that clients ask for (SNI, RFC 6066, section 3).
 * Of several certificates in one key store the JVM would take any where no name is asked for; here
 * it is always the first. Immutable.
 */
final class KeysByName implements KeyCertOptions {
  private final List<PemKeyCertOptions> pairs;

  /**
   * @param pairs at least one, each with one certificate chain
   */
  KeysByName(List<PemKeyCertOptions> pairs) {
    this.pairs = List.copyOf(pairs);
  }

  @Override
  public KeyCertOptions copy() {
    return this;
  }

  @Override
  public KeyManagerFactory getKeyManagerFactory(Vertx vertx) throws Exception {
    return pairs.get(0).getKeyManagerFactory(vertx);
  }

  /** One that is for just this name comes before one that is for all names beside it. */
  @Override
  public Function<String, @Nullable KeyManagerFactory> keyManagerFactoryMapper(Vertx vertx)
      throws Exception {
    Map<String, KeyManagerFactory> exact = new HashMap<>();
    Map<String, KeyManagerFactory> below = new HashMap<>();
    for (PemKeyCertOptions pair : pairs) {
      KeyManagerFactory keys = pair.getKeyManagerFactory(vertx);
      for (String name : ServerNames.of(certificate(pair.loadKeyStore(vertx))).all()) {
        String own = name.toLowerCase(Locale.ROOT);
        if (own.startsWith("*.")) {
          below.putIfAbsent(own.substring(1), keys);
        } else {
          exact.putIfAbsent(own, keys);
        }
      }
    }
    return asked -> {
      String name = asked.toLowerCase(Locale.ROOT);
      KeyManagerFactory keys = exact.get(name);
      int dot = name.indexOf('.');
      return keys != null || dot <= 0 ? keys : below.get(name.substring(dot));
    };
  }

  private static X509Certificate certificate(KeyStore store) throws Exception {
    for (String alias : Collections.list(store.aliases())) {
      Certificate certificate = store.getCertificate(alias);
      if (certificate instanceof X509Certificate found) {
        return found;
      }
    }
    throw new IllegalStateException("expected a certificate in the key store, got none");
  }

  /** Never a key. */
  @Override
  public String toString() {
    return "KeysByName";
  }
}
