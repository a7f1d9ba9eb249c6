package dev.ssebridge.internal.doctor;

import dev.ssebridge.internal.tls.ServerNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** What a browser would say of a certificate: its time, its name, and who vouches for it. */
final class CertificateCheck {
  private static final String CERTIFICATE = "certificate";
  private static final int SHOWN = 5;

  /** Who renews by a program does so long before this. */
  private static final Duration SOON = Duration.ofDays(14);

  private final X509TrustManager trust;
  private final boolean insecure;
  private final Clock clock;

  private CertificateCheck(X509TrustManager trust, boolean insecure, Clock clock) {
    this.trust = trust;
    this.insecure = insecure;
    this.clock = clock;
  }

  /**
   * A check against these authorities.
   *
   * @param ca PEM, or null for the authorities of the Java runtime
   * @throws IOException if the file cannot be read
   * @throws GeneralSecurityException if it holds no certificates
   */
  static CertificateCheck of(@Nullable Path ca, boolean insecure, Clock clock)
      throws IOException, GeneralSecurityException {
    KeyStore store = null;
    if (ca != null) {
      store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : read(ca)) {
        store.setCertificateEntry("ca" + number++, certificate);
      }
      if (number == 0) {
        throw new CertificateException("it holds no certificate");
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager found) {
        return new CertificateCheck(found, insecure, clock);
      }
    }
    throw new GeneralSecurityException("this Java runtime checks no certificates");
  }

  private static Collection<? extends Certificate> read(Path ca)
      throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(ca)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }

  /** Whether a client may go on; what was found is in the report. */
  boolean isGood(List<X509Certificate> chain, String host, Report report) {
    List<Finding> problems = new ArrayList<>();
    if (chain.isEmpty()) {
      problems.add(wrong("the server sent none", "give it one (http.tls)"));
    } else {
      checkTime(chain.get(0), problems);
      checkName(chain.get(0), host, problems);
      checkChain(chain, problems.isEmpty(), problems);
    }
    for (Finding problem : problems) {
      String advice = String.valueOf(problem.advice());
      if (insecure) {
        report.note(CERTIFICATE, problem.says() + " (--insecure)", advice);
      } else {
        report.wrong(CERTIFICATE, problem.says(), advice);
      }
    }
    if (problems.isEmpty()) {
      reportGood(chain.get(0), report);
    }
    return problems.isEmpty() || insecure;
  }

  private void reportGood(X509Certificate leaf, Report report) {
    Instant end = leaf.getNotAfter().toInstant();
    Duration left = Duration.between(clock.instant(), end);
    Duration whole = Duration.between(leaf.getNotBefore().toInstant(), end);
    String says = "for " + names(leaf) + ", trusted, until " + day(end) + ", " + days(left);
    // One that lives for days only is renewed within its last third.
    boolean soon = left.compareTo(SOON) < 0 && left.multipliedBy(3).compareTo(whole) < 0;
    if (soon) {
      report.note(CERTIFICATE, says, "renew it, and look why nobody has done so by now");
    } else {
      report.ok(CERTIFICATE, says);
    }
  }

  private void checkTime(X509Certificate leaf, List<Finding> problems) {
    Instant now = clock.instant();
    Instant begin = leaf.getNotBefore().toInstant();
    Instant end = leaf.getNotAfter().toInstant();
    if (now.isAfter(end)) {
      problems.add(
          wrong(
              "it has expired on " + day(end) + ", " + days(Duration.between(end, now)) + " ago",
              "renew it, and have the server read it again"));
    } else if (now.isBefore(begin)) {
      problems.add(
          wrong(
              "it is not valid before " + day(begin),
              "look at the clocks of this machine and of the one that made it"));
    }
  }

  private static void checkName(X509Certificate leaf, String host, List<Finding> problems) {
    if (!ServerNames.of(leaf).include(host)) {
      problems.add(
          wrong(
              "it is for " + names(leaf) + ", not for " + Text.of(host),
              "use a name it is for, or one with this name among its subject alternative names"));
    }
  }

  private void checkChain(List<X509Certificate> chain, boolean fine, List<Finding> problems) {
    X509Certificate leaf = chain.get(0);
    try {
      trust.checkServerTrusted(chain.toArray(new X509Certificate[0]), "UNKNOWN");
    } catch (CertificateException e) {
      boolean own = leaf.getSubjectX500Principal().equals(leaf.getIssuerX500Principal());
      String issuer = Text.of(leaf.getIssuerX500Principal().getName());
      if (own) {
        problems.add(
            wrong(
                "it is self-signed: no client knows who vouches for it",
                "get one of an authority, or give it to clients to trust (here: --ca FILE)"));
      } else if (chain.size() == 1 && Failures.words(e).contains("certification path")) {
        problems.add(
            wrong(
                "its issuer " + issuer + " is not trusted, and no intermediate certificate is sent",
                "put the whole chain into the file of the server, its own certificate first"));
      } else if (fine) { // else that is the reason, and it was told
        problems.add(
            wrong(
                "it is not trusted, issued by " + issuer + ": " + Failures.words(e),
                "get one of an authority that clients know, or give them its certificate (--ca)"));
      }
    }
  }

  private static String names(X509Certificate leaf) {
    List<String> all = List.copyOf(ServerNames.of(leaf).all());
    if (all.isEmpty()) {
      return "no name (it has no subject alternative name)";
    }
    String shown = String.join(", ", all.subList(0, Math.min(SHOWN, all.size())));
    return Text.of(shown) + (all.size() > SHOWN ? " and " + (all.size() - SHOWN) + " more" : "");
  }

  private static Finding wrong(String says, String advice) {
    return new Finding(Finding.Verdict.WRONG, CERTIFICATE, says, advice);
  }

  private static String day(Instant instant) {
    return DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC).format(instant);
  }

  private static String days(Duration duration) {
    return duration.toDays() > 0
        ? Text.count(duration.toDays(), "day")
        : Text.count(Math.max(0, duration.toHours()), "hour");
  }
}
