package dev.ssebridge.internal.tls;

import dev.ssebridge.internal.text.UnfitValueException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at PEM files of certificates and keys as Vert.x will take them, so that what would fail
 * later is said before. All methods block while they read files.
 */
public final class Certificates {
  /** Extended key usages (RFC 5280, section 4.2.1.12). */
  private static final Set<String> FOR_SERVERS = Set.of("1.3.6.1.5.5.7.3.1", "2.5.29.37.0");

  private Certificates() {}

  /**
   * What is wrong with a pair of files, each a sentence without its place; nothing where both can
   * be used.
   *
   * @param ofCert with the certificate chain
   * @param ofKey with the private key
   */
  public record PairProblems(List<String> ofCert, List<String> ofKey) {}

  /**
   * Whether a certificate chain and a private key can be used as a pair: both are read, belong
   * together, the chain is in order and valid.
   *
   * @param cert path of the chain, the own certificate first
   * @param key path of the private key of the first certificate
   */
  public static PairProblems pairProblems(String cert, String key, Instant now) {
    return pairProblems(() -> PemFile.read(cert), () -> PemFile.read(key), now);
  }

  static PairProblems pairProblems(Supplier<PemFile> cert, Supplier<PemFile> key, Instant now) {
    List<String> ofCert = new ArrayList<>();
    List<String> ofKey = new ArrayList<>();
    CertificateFile chain = null;
    try {
      chain = CertificateFile.of(cert.get());
      ofCert.addAll(chain.problems(now));
    } catch (UnfitValueException unfit) {
      ofCert.add(String.valueOf(unfit.getMessage()));
    }
    try {
      PemFile keyFile = KeyFile.require(key.get());
      if (chain != null) {
        ofCert.addAll(pairProblems(chain, keyFile));
      }
    } catch (UnfitValueException unfit) {
      ofKey.add(String.valueOf(unfit.getMessage()));
    }
    return new PairProblems(ofCert, ofKey);
  }

  /** Of the chain. */
  private static List<String> pairProblems(CertificateFile chain, PemFile key) {
    int place = KeyFile.placeIn(chain, key);
    if (place < 0 && chain.isForUsableKey()) {
      throw new UnfitValueException(
          "expected the private key of the certificate"
              + chain.in()
              + ", got another one in \""
              + key.path()
              + "\"");
    }
    if (place > 0) {
      return List.of(
          "expected the own certificate first, got "
              + chain.which(place)
              + ", as the one of the key"
              + chain.in()
              + "; turn the order round");
    }
    String disorder = chain.orderProblem();
    if (disorder != null) {
      return List.of(disorder);
    }
    return place == 0 ? KeyFile.pairRefusal(key, chain).stream().toList() : List.of();
  }

  /**
   * What works, but will not for long, or not for everybody; nothing where the file cannot be read.
   *
   * @param cert path of the chain of a server
   * @param hosts names that the server has, in lower case; none where nothing is said about that
   */
  public static List<String> serverWarnings(String cert, Collection<String> hosts, Instant now) {
    CertificateFile file = readOrNull(cert);
    if (file == null) {
      return List.of();
    }
    List<String> warnings = new ArrayList<>(file.datesAhead(now));
    ServerNames names = ServerNames.of(file.first());
    if (names.isEmpty()) {
      warnings.add(
          "the certificate has no subject alternative name, so no client takes it for any host; get"
              + " one with the names of this server in it");
    } else if (!hosts.isEmpty() && hosts.stream().noneMatch(names::include)) {
      warnings.add(
          "the certificate is for none of http.hosts, but for "
              + names.shown()
              + "; clients that ask for another name refuse it");
    }
    if (!isForServers(file.first())) {
      warnings.add("the certificate is not for servers (extended key usage); clients refuse it");
    }
    return warnings;
  }

  private static boolean isForServers(X509Certificate certificate) {
    try {
      List<String> usages = certificate.getExtendedKeyUsage();
      return usages == null || usages.stream().anyMatch(FOR_SERVERS::contains);
    } catch (CertificateParsingException unreadable) {
      return false;
    }
  }

  /**
   * The same for the chain of a client.
   *
   * @param cert its path
   */
  public static List<String> clientWarnings(String cert, Instant now) {
    CertificateFile file = readOrNull(cert);
    return file == null ? List.of() : file.datesAhead(now);
  }

  /**
   * What is wrong with a file of certificates to trust; nothing where it can be used.
   *
   * @param ca its path
   */
  public static List<String> trustProblems(String ca) {
    try {
      CertificateFile.read(ca);
      return List.of();
    } catch (UnfitValueException unfit) {
      return List.of(String.valueOf(unfit.getMessage()));
    }
  }

  /** What works, but is seldom meant; nothing where the file cannot be read. */
  public static List<String> trustWarnings(String ca, Instant now) {
    CertificateFile file = readOrNull(ca);
    return file == null ? List.of() : file.trustWarnings(now);
  }

  private static @Nullable CertificateFile readOrNull(String path) {
    try {
      return CertificateFile.read(path);
    } catch (UnfitValueException unfit) {
      return null; // a problem, which is told as one
    }
  }

  /**
   * A line for each certificate of a file: whose it is, for which names, how long, and by whom.
   *
   * @throws UnfitValueException if it cannot be read
   */
  public static List<String> describe(String path) {
    return CertificateFile.read(path).describe();
  }
}
