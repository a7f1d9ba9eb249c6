package dev.ssebridge.internal.config;

import dev.ssebridge.HttpOptions;
import dev.ssebridge.TlsEngine;
import dev.ssebridge.TlsOptions;
import dev.ssebridge.internal.text.Suggestion;
import dev.ssebridge.internal.text.UnfitValueException;
import dev.ssebridge.internal.tls.PairFiles;
import io.vertx.core.http.ClientAuth;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What the server proves its name with, and to whom.
 *
 * @param cert path of the certificate chain, PEM
 * @param key path of its private key, PEM
 * @param certificates more of both, by name
 * @param engine what encrypts
 * @param versions of TLS; empty for what Vert.x takes
 * @param ciphers the suites; empty for those of the JVM
 * @param clientCa path of the certificates that those of clients must come from, PEM, or null where
 *     clients need none
 * @param clientAuth whether clients are asked for one, and need it
 * @param redirectPort a port without TLS that leads to this, 0 for a free one, or null for none
 * @param redirectTo the port that it leads to, or null for the one that is listened on
 */
public record TlsConfig(
    String cert,
    String key,
    Map<String, PairFiles> certificates,
    TlsEngine engine,
    List<String> versions,
    List<String> ciphers,
    @Nullable String clientCa,
    ClientAuth clientAuth,
    @Nullable Integer redirectPort,
    @Nullable Integer redirectTo) {
  private static final String MISSING = "missing, this key is required";
  private static final String NEWEST = "TLSv1.3";
  private static final Set<String> VERSIONS = Set.of("TLSv1.2", NEWEST);

  /** The suites of TLS 1.3: RFC 8446, appendix B.4. */
  private static final Pattern OF_1_3 = Pattern.compile("TLS_(AES|CHACHA20)_.*");

  /** RFC 9113, section 9.2.2: all others of TLS 1.2 are those that HTTP/2 need not take. */
  private static final Pattern OF_HTTP2 =
      Pattern.compile("TLS_(ECDHE|DHE)_.*(_GCM_|CHACHA20_POLY1305).*");

  /** Null if there is none, or if it is wrong. */
  static @Nullable TlsConfig of(HttpOptions http, Place at) {
    TlsOptions options = http.getTls();
    if (options == null) {
      return null;
    }
    String cert = options.getCert();
    String key = options.getKey();
    Map<String, PairFiles> certificates = certificates(options, at.at("certificates"));
    if (cert == null ^ key == null) {
      at.problem(cert == null ? "cert" : "key", MISSING);
    }
    if (!options.getCiphers().isEmpty()) {
      checkCiphers(options, http.getHttp2().isEnabled(), at);
    }
    checkEngine(options, at);
    checkRedirect(http, options, at);
    ClientAuth clientAuth = clientAuth(options, at);
    return cert == null || key == null
        ? null
        : new TlsConfig(
            cert,
            key,
            certificates,
            options.getEngine(),
            options.getVersions(),
            options.getCiphers(),
            options.getClientCa(),
            clientAuth,
            options.getRedirectPort(),
            options.getRedirectTo());
  }

  private static Map<String, PairFiles> certificates(TlsOptions options, Place at) {
    Map<String, PairFiles> certificates = new LinkedHashMap<>();
    options
        .getCertificates()
        .forEach(
            (name, each) -> {
              String cert = each.getCert();
              String key = each.getKey();
              if (cert != null && key != null) {
                certificates.put(name, new PairFiles(cert, key));
              } else if (cert != null || key != null) {
                at.at(ConfigObject.escape(name)).problem(cert == null ? "cert" : "key", MISSING);
              }
            });
    return Collections.unmodifiableMap(certificates);
  }

  private static ClientAuth clientAuth(TlsOptions options, Place at) {
    ClientAuth given = options.getClientAuth();
    String ca = options.getClientCa();
    if (given == ClientAuth.NONE && ca != null) {
      at.problem(
          "clientCa",
          "has no effect here, expected \"clientAuth\": \"request\" or \"required\" beside it; or"
              + " leave it out");
    }
    if (given != null && given != ClientAuth.NONE && ca == null) {
      // Or anybody with a certificate of any public authority would be let in.
      at.problem(
          "clientCa", "missing, \"clientAuth\" needs it: whose certificates clients must have");
    }
    if (given == null) {
      return ca == null ? ClientAuth.NONE : ClientAuth.REQUIRED;
    }
    return given;
  }

  private static void checkEngine(TlsOptions options, Place at) {
    if (options.getEngine() != TlsEngine.OPENSSL) {
      return;
    }
    if (!options.getCiphers().isEmpty()) {
      at.problem(
          "ciphers",
          "expected none with \"engine\": \"openssl\", which lets nobody choose those of TLS 1.3;"
              + " leave them out, or take \"engine\": \"jdk\"");
    }
    String missing =
        OptionalJar.missing(
            "io.netty.internal.tcnative.SSL",
            "io.netty:netty-tcnative-boringssl-static",
            "the version that belongs to the other jars of Netty");
    if (missing != null) {
      at.problem("engine", missing);
    }
  }

  private static void checkRedirect(HttpOptions http, TlsOptions options, Place at) {
    Integer port = options.getRedirectPort();
    if (port == null) {
      if (options.getRedirectTo() != null) {
        at.problem(
            "redirectTo",
            "has no effect here, expected \"redirectPort\" beside it; or leave it out");
      }
    } else if (http.getUnixSocket() != null) {
      at.problem("redirectPort", "a Unix domain socket has no port; leave out one of the two");
    } else if (port != 0 && port == http.getPort()) {
      at.problem("redirectPort", "expected another port than http.port, got " + port);
    }
  }

  /** The certificate that is the usual one. */
  public PairFiles usual() {
    return new PairFiles(cert, key);
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
