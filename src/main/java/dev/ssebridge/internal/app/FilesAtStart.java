package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.TlsConfig;
import dev.ssebridge.internal.text.UnfitValueException;
import dev.ssebridge.internal.tls.CertificateSet;
import dev.ssebridge.internal.tls.Certificates;
import dev.ssebridge.internal.tls.PairFiles;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration, and what was in files that it refers to before anything was started.
 *
 * @param certificates null where there is no TLS
 * @param authorities by source, in short
 * @param keys by which users are known, in short
 */
record FilesAtStart(
    Reading reading,
    @Nullable CertificateSet certificates,
    Map<String, String> authorities,
    String keys) {

  /**
   * Reads them. Blocks.
   *
   * @throws UnfitValueException if a certificate or its key cannot be read
   */
  static FilesAtStart of(Reading reading) {
    BridgeConfig config = reading.config().config();
    return new FilesAtStart(
        reading,
        certificatesOf(config),
        ReferredFiles.authorities(config),
        ReferredFiles.keysInShort(config));
  }

  /** The certificates of the server and their keys; null where there is no TLS. */
  static @Nullable CertificateSet certificatesOf(BridgeConfig config) {
    TlsConfig tls = config.http().tls();
    return tls == null ? null : CertificateSet.read(tls.usual(), tls.certificates());
  }

  /** What is wrong with what was read of these files, with its place. */
  static List<String> problems(TlsConfig tls, CertificateSet read, Instant now) {
    List<String> problems = new ArrayList<>();
    add("/http/tls", read.usual().problems(tls.cert(), tls.key(), now), problems);
    for (CertificateSet.Named other : read.others()) {
      PairFiles files = tls.certificates().get(other.name());
      if (files != null) {
        String place = "/http/tls/certificates/" + other.name();
        add(place, other.pair().problems(files.cert(), files.key(), now), problems);
      }
    }
    return problems;
  }

  private static void add(String place, Certificates.PairProblems found, List<String> problems) {
    found.ofCert().forEach(problem -> problems.add(place + "/cert: " + problem));
    found.ofKey().forEach(problem -> problems.add(place + "/key: " + problem));
  }
}
