package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.TlsConfig;
import dev.ssebridge.internal.text.UnfitValueException;
import dev.ssebridge.internal.tls.CertificatePair;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration, and what was in files that it refers to before anything was started.
 *
 * @param certificate null where there is no TLS
 * @param authorities by source, in short
 */
record FilesAtStart(
    Reading reading, @Nullable CertificatePair certificate, Map<String, String> authorities) {

  /**
   * Reads them. Blocks.
   *
   * @throws UnfitValueException if the certificate or its key cannot be read
   */
  static FilesAtStart of(Reading reading) {
    BridgeConfig config = reading.config().config();
    return new FilesAtStart(reading, pairOf(config), ReferredFiles.authorities(config));
  }

  /** The certificate of the server and its key; null where there is no TLS. */
  static @Nullable CertificatePair pairOf(BridgeConfig config) {
    TlsConfig tls = config.http().tls();
    return tls == null ? null : CertificatePair.read(tls.cert(), tls.key());
  }
}
