package dev.ssebridge.internal.tls;

import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.UnfitValueException;
import java.io.ByteArrayInputStream;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a PEM file.
 *
 * @param file that holds them
 * @param chain at least one, in the order of the file
 */
record CertificateFile(PemFile file, List<X509Certificate> chain) {
  /** Bits; TLS signs with no less. */
  private static final int LEAST_RSA = 1024;

  private static final Map<String, String> CURVES =
      Map.of("secp256r1", "P-256", "secp384r1", "P-384", "secp521r1", "P-521");

  /** A certificate that ends sooner is warned of. */
  static final Duration SOON = Duration.ofDays(14);

  /**
   * Reads a file. Blocks while it does.
   *
   * @throws UnfitValueException if it has no certificates, or has one that is none
   */
  static CertificateFile read(String path) {
    return of(PemFile.read(path));
  }

  /**
   * Those of a file that was read.
   *
   * @throws UnfitValueException if it has none, or has one that is none
   */
  static CertificateFile of(PemFile file) {
    String path = file.path();
    List<X509Certificate> chain = new ArrayList<>();
    for (PemFile.Block block : file.blocks()) {
      if (block.isCertificate()) {
        chain.add(certificate(block, chain.size() + 1, path));
      }
    }
    if (chain.isEmpty()) {
      throw new UnfitValueException(
          "expected a certificate, -----BEGIN CERTIFICATE-----, got "
              + file.kinds()
              + " in \""
              + path
              + "\"");
    }
    return new CertificateFile(file, List.copyOf(chain));
  }

  private static X509Certificate certificate(PemFile.Block block, int number, String path) {
    try {
      var in = new ByteArrayInputStream(block.decode());
      if (CertificateFactory.getInstance("X.509").generateCertificate(in)
          instanceof X509Certificate certificate) {
        return certificate;
      }
    } catch (CertificateException | IllegalArgumentException broken) {
      // Said below; the bytes are not repeated.
    }
    throw new UnfitValueException(
        "expected X.509 in every block CERTIFICATE, got something else in block "
            + number
            + " of \""
            + path
            + "\"; it is damaged, take a fresh copy");
  }

  /** That of the server, or of the client, itself. */
  X509Certificate first() {
    return chain.get(0);
  }

  /** What is wrong with the certificates each by itself, a sentence for each. */
  List<String> problems(Instant now) {
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < chain.size(); i++) {
      X509Certificate certificate = chain.get(i);
      // Nobody looks at the dates of a root that is only there for completeness.
      String invalid = i > 0 && isSelfIssued(certificate) ? null : invalid(certificate, now);
      if (invalid != null) {
        problems.add("expected a certificate that is valid now, got " + which(i) + in() + invalid);
      }
    }
    if (!isForUsableKey()) {
      problems.add(
          "expected a certificate for an RSA key of at least "
              + LEAST_RSA
              + " bits or a key of P-256, P-384 or P-521, got one for "
              + keyKind(first())
              + in());
    }
    return problems;
  }

  /** Whether the first is for a key of a kind that the server can use. */
  boolean isForUsableKey() {
    PublicKey own = first().getPublicKey();
    return own instanceof RSAKey rsa
        ? rsa.getModulus().bitLength() >= LEAST_RSA
        : own instanceof ECKey ec && curve(ec) != null;
  }

  /** The name of its curve, null where TLS of the JVM does not take it. */
  private static @Nullable String curve(ECKey key) {
    for (var curve : CURVES.entrySet()) {
      try {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve.getKey()));
        if (parameters
            .getParameterSpec(ECParameterSpec.class)
            .getCurve()
            .equals(key.getParams().getCurve())) {
          return curve.getValue();
        }
      } catch (GeneralSecurityException unknown) {
        // So it is none that the JVM could use.
      }
    }
    return null;
  }

  /** What is wrong with their order, null for nothing: each is issued by the next one. */
  @Nullable String orderProblem() {
    String disorder = disorder();
    return disorder == null
        ? null
        : "expected the own certificate first and each one issued by the next, got "
            + disorder
            + in();
  }

  private static @Nullable String invalid(X509Certificate certificate, Instant now) {
    Instant from = certificate.getNotBefore().toInstant();
    Instant to = certificate.getNotAfter().toInstant();
    if (now.isBefore(from)) {
      return " that begins on " + from + "; wait, or set the clock";
    }
    return now.isAfter(to) ? " that ended on " + to + "; renew it" : null;
  }

  /** Null where each certificate is issued by the next one. */
  private @Nullable String disorder() {
    Set<X509Certificate> seen = new HashSet<>();
    for (int i = 0; i < chain.size(); i++) {
      if (!seen.add(chain.get(i))) {
        return which(i) + ", which is there twice";
      }
      if (i > 0 && !isIssuedBy(chain.get(i - 1), chain.get(i))) {
        return which(i) + ", which has not issued the one before it";
      }
    }
    return null;
  }

  private static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
    if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      return false;
    }
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException notByThis) {
      return false;
    }
  }

  static boolean isSelfIssued(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }

  /** What is seldom meant with certificates to trust. */
  List<String> trustWarnings(Instant now) {
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < chain.size(); i++) {
      X509Certificate certificate = chain.get(i);
      String invalid = invalid(certificate, now);
      if (invalid != null) {
        warnings.add(which(i) + invalid);
      }
      if (certificate.getBasicConstraints() < 0 && !isSelfIssued(certificate)) {
        warnings.add(
            which(i)
                + " is of no authority: it is trusted for the one server that has it, until that"
                + " gets another; take the certificate of its authority");
      }
    }
    return warnings;
  }

  /** Ends that are near. */
  List<String> datesAhead(Instant now) {
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < chain.size(); i++) {
      Instant to = chain.get(i).getNotAfter().toInstant();
      if (!now.isAfter(to) && now.plus(SOON).isAfter(to)) {
        warnings.add(which(i) + in() + " ends soon, on " + to + "; renew it");
      }
    }
    return warnings;
  }

  /** The certificate at this index, for messages. */
  String which(int i) {
    return (chain.size() == 1
            ? "the certificate "
            : "certificate " + (i + 1) + " of " + chain.size() + ", ")
        + subject(chain.get(i));
  }

  /** In which file, for messages. */
  String in() {
    return " in \"" + file.path() + "\"";
  }

  static String subject(X509Certificate certificate) {
    return shown(certificate.getSubjectX500Principal().getName());
  }

  /** For people who compare it with what they have. */
  List<String> describe() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < chain.size(); i++) {
      X509Certificate certificate = chain.get(i);
      ServerNames names = ServerNames.of(certificate);
      lines.add(
          "certificate "
              + (i + 1)
              + " of "
              + chain.size()
              + ": "
              + subject(certificate)
              + (names.isEmpty() ? "" : "; for " + names.shown())
              + "; valid from "
              + certificate.getNotBefore().toInstant()
              + " to "
              + certificate.getNotAfter().toInstant()
              + "; "
              + keyKind(certificate)
              + (isSelfIssued(certificate)
                  ? "; self-signed"
                  : "; issued by " + shown(certificate.getIssuerX500Principal().getName())));
    }
    return lines;
  }

  private static String keyKind(X509Certificate certificate) {
    if (certificate.getPublicKey() instanceof RSAKey rsa) {
      return "RSA, " + rsa.getModulus().bitLength() + " bits";
    }
    String curve = certificate.getPublicKey() instanceof ECKey ec ? curve(ec) : null;
    return curve != null ? curve : certificate.getPublicKey().getAlgorithm() + " of another kind";
  }

  static String shown(String text) {
    return PrintableText.of(text.length() > 300 ? text.substring(0, 300) + "..." : text);
  }
}
