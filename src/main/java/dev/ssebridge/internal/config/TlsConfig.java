package dev.ssebridge.internal.config;

import dev.ssebridge.TlsOptions;
import dev.ssebridge.internal.text.Suggestion;
import dev.ssebridge.internal.text.UnfitValueException;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What the server proves its name with, and to whom.
 *
 * @param cert path of the certificate chain, PEM
 * @param key path of its private key, PEM
 * @param versions of TLS; empty for what Vert.x takes
 * @param ciphers the suites; empty for those of the JVM
 * @param clientCa path of the certificates that those of clients must come from, PEM, or null where
 *     clients need none
 */
public record TlsConfig(
    String cert,
    String key,
    List<String> versions,
    List<String> ciphers,
    @Nullable String clientCa) {
  private static final String NEWEST = "TLSv1.3";
  private static final Set<String> VERSIONS = Set.of("TLSv1.2", NEWEST);

  /** The suites of TLS 1.3: RFC 8446, appendix B.4. */
  private static final Pattern OF_1_3 = Pattern.compile("TLS_(AES|CHACHA20)_.*");

  /** RFC 9113, section 9.2.2: all others of TLS 1.2 are those that HTTP/2 need not take. */
  private static final Pattern OF_HTTP2 =
      Pattern.compile("TLS_(ECDHE|DHE)_.*(_GCM_|CHACHA20_POLY1305).*");

  /**
   * Null if there is none, or if it is wrong.
   *
   * @param http2 whether HTTP/2 is spoken
   */
  static @Nullable TlsConfig of(@Nullable TlsOptions options, boolean http2, Place at) {
    if (options == null) {
      return null;
    }
    String cert = options.getCert();
    String key = options.getKey();
    if (cert == null ^ key == null) {
      at.problem(cert == null ? "cert" : "key", "missing, this key is required");
    }
    if (!options.getCiphers().isEmpty()) {
      checkCiphers(options, http2, at);
    }
    return cert == null || key == null
        ? null
        : new TlsConfig(
            cert, key, options.getVersions(), options.getCiphers(), options.getClientCa());
  }

  /** Refuses versions that nobody should speak any more (RFC 8996). */
  public static void requireVersion(String version) {
    if (!VERSIONS.contains(version)) {
      throw UnfitValueException.expected("\"TLSv1.2\" or \"TLSv1.3\"", version);
    }
  }

  private static void checkCiphers(TlsOptions options, boolean http2, Place at) {
    Set<String> known = known();
    List<String> ciphers = options.getCiphers();
    for (String cipher : ciphers) {
      if (!known.contains(cipher)) {
        at.problem("ciphers", unknown(cipher, known));
        return;
      }
    }
    List<String> versions = options.getVersions();
    for (String version : versions) {
      boolean newest = version.equals(NEWEST);
      if (ciphers.stream().noneMatch(cipher -> OF_1_3.matcher(cipher).matches() == newest)) {
        at.problem(
            "ciphers",
            "expected at least one of "
                + version
                + (newest ? ", such as \"TLS_AES_128_GCM_SHA256\"" : "")
                + "; name one, or leave that version out of \"versions\"");
      }
    }
    boolean fit =
        ciphers.stream()
            .anyMatch(
                cipher -> OF_1_3.matcher(cipher).matches() || OF_HTTP2.matcher(cipher).matches());
    if (http2 && !fit) {
      at.problem(
          "ciphers",
          "expected at least one that clients take for HTTP/2 (an ECDHE suite with GCM or"
              + " CHACHA20), or they would close their connections; or turn HTTP/2 off by"
              + " http.http2.enabled");
    }
  }

  private static String unknown(String cipher, Set<String> known) {
    return "expected suites that this JVM has, got \""
        + cipher
        + "\""
        + Suggestion.nearest(cipher, known)
            .map(similar -> ", did you mean \"" + similar + "\"?")
            .orElse("");
  }

  private static Set<String> known() {
    try {
      return Set.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
