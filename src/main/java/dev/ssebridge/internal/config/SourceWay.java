package dev.ssebridge.internal.config;

import dev.ssebridge.client.ClientCertOptions;
import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.internal.text.UnfitValueException;
import dev.ssebridge.internal.url.Cidr;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a source: whom it trusts, who it is, and how it is made.
 *
 * @param ca path of the certificates that are trusted, PEM, or null for those of the JVM
 * @param trustAll whether any certificate is taken
 * @param identity what it proves its own name with, or null for nothing
 * @param http2 whether HTTP/2 is spoken where the server does
 * @param localAddress the address it is made from, or null for any
 */
public record SourceWay(
    @Nullable String ca,
    boolean trustAll,
    @Nullable Identity identity,
    boolean http2,
    @Nullable String localAddress) {

  /**
   * A certificate.
   *
   * @param cert path of the chain, PEM
   * @param key path of its private key, PEM
   */
  public record Identity(String cert, String key) {}

  static SourceWay of(SourceOptions options, Place at) {
    if (options.isTrustAll() && options.getCa() != null) {
      at.problem("trustAll", "expected either \"ca\" or \"trustAll\", got both");
    }
    return new SourceWay(
        options.getCa(),
        options.isTrustAll(),
        identity(options.getClientCert(), at.at("clientCert")),
        options.isHttp2(),
        options.getLocalAddress());
  }

  private static @Nullable Identity identity(ClientCertOptions options, Place at) {
    String cert = options.getCert();
    String key = options.getKey();
    if (cert == null ^ key == null) {
      at.problem(cert == null ? "cert" : "key", "missing, this key is required");
    }
    return cert == null || key == null ? null : new Identity(cert, key);
  }

  /** Refuses what is no IP address. */
  public static void requireAddress(String text) {
    if (Cidr.addressOf(text) == null) {
      throw UnfitValueException.expected("an IP address of this machine", text);
    }
  }
}
