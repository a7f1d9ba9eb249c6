package dev.ssebridge.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.PemParts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of PEM files before anybody connects. */
class CertificatesTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  @TempDir Path directory;

  private List<String> pairProblems(String cert, String key) throws Exception {
    var found =
        Certificates.pairProblems(
            PemParts.write(directory.resolve("cert.pem"), cert).toString(),
            PemParts.write(directory.resolve("key.pem"), key).toString(),
            NOW);
    List<String> all = new ArrayList<>();
    found.ofCert().forEach(problem -> all.add("cert: " + problem));
    found.ofKey().forEach(problem -> all.add("key: " + problem));
    all.replaceAll(problem -> PemParts.withoutDirectory(problem, directory));
    return all;
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          server, key
          server, key-sec1
          server+inter, key
          server+inter+root, key
          server+inter+root-expired, key
          self, key
          rsa, rsa-key
          rsa, rsa-key-pkcs1
          rsa+inter, rsa-key
          rsa-1024, rsa-1024-key
          server+key, server+key
          'text before'+server, 'Bag Attributes'+key
          no-san, key
          for-clients, key
          """,
      quoteCharacter = '^')
  void whatVertxTakesIsTaken(String cert, String key) throws Exception {
    assertThat(pairProblems(cert, key)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          none   | key | cert: expected a readable, not empty PEM file, got "cert.pem"
          ''     | key | cert: expected a readable, not empty PEM file, got "cert.pem"
          directory | key | cert: expected a readable, not empty PEM file, got "cert.pem"
          server | none | key: expected a readable, not empty PEM file, got "key.pem"
          'not a certificate' | key | cert: expected a PEM file, which has a block from -----BEGIN ..----- to -----END ..-----, got another text in "cert.pem"
          '-----BEGIN CERTIFICATE-----' | key | cert: expected a PEM file, which has a block from -----BEGIN ..----- to -----END ..-----, got half of one in "cert.pem"
          '-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----' | key | cert: expected X.509 in every block CERTIFICATE, got something else in block 1 of "cert.pem"; it is damaged, take a fresh copy
          server+'-----BEGIN CERTIFICATE-----?-----END CERTIFICATE-----' | key | cert: expected X.509 in every block CERTIFICATE, got something else in block 2 of "cert.pem"; it is damaged, take a fresh copy
          der:server | key | cert: expected a PEM file, which has a block from -----BEGIN ..----- to -----END ..-----, got binary data in "cert.pem"; convert it, with "openssl x509 -inform der", "openssl pkey -inform der" or "openssl pkcs12"
          server | der:key | key: expected a PEM file, which has a block from -----BEGIN ..----- to -----END ..-----, got binary data in "key.pem"; convert it, with "openssl x509 -inform der", "openssl pkey -inform der" or "openssl pkcs12"
          key    | key | cert: expected a certificate, -----BEGIN CERTIFICATE-----, got private key in "cert.pem"
          server | server | key: expected a private key, -----BEGIN PRIVATE KEY-----, got certificate in "key.pem"
          server | other-key | key: expected the private key of the certificate in "cert.pem", got another one in "key.pem"
          server | rsa-key | key: expected the private key of the certificate in "cert.pem", got another one in "key.pem"
          rsa    | rsa-1024-key | key: expected the private key of the certificate in "cert.pem", got another one in "key.pem"
          rsa    | key | key: expected the private key of the certificate in "cert.pem", got another one in "key.pem"
          server | key-encrypted | key: expected a private key without a password, got an encrypted one in "key.pem"; write it without, "openssl pkey -in FILE -out NEW", and let nobody else read that file
          server | key-encrypted-sec1 | key: expected a private key without a password, got an encrypted one in "key.pem"; write it without, "openssl pkey -in FILE -out NEW", and let nobody else read that file
          server | key-openssh | key: expected a private key, -----BEGIN PRIVATE KEY-----, got openssh private key in "key.pem"
          server | ed25519-key | key: expected a private key of RSA, P-256, P-384 or P-521, got one that is damaged or of another kind in "key.pem"
          server | '-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----' | key: expected a private key of RSA, P-256, P-384 or P-521, got one that is damaged or of another kind in "key.pem"
          server | '-----BEGIN RSA PRIVATE KEY-----AAAA-----END RSA PRIVATE KEY-----' | key: expected a private key of RSA, P-256, P-384 or P-521, got one that is damaged or of another kind in "key.pem"
          expired | key | cert: expected a certificate that is valid now, got the certificate CN=server in "cert.pem" that ended on 2020-01-01T00:00:00Z; renew it
          future | key | cert: expected a certificate that is valid now, got the certificate CN=server in "cert.pem" that begins on 2100-01-01T00:00:00Z; wait, or set the clock
          server+inter-expired | key | cert: expected a certificate that is valid now, got certificate 2 of 2, CN=Test Authority in "cert.pem" that ended on 2010-01-01T00:00:00Z; renew it
          inter+server | key | cert: expected the own certificate first, got certificate 2 of 2, CN=server, as the one of the key in "cert.pem"; turn the order round
          server+root | key | cert: expected the own certificate first and each one issued by the next, got certificate 2 of 2, CN=Test Root, which has not issued the one before it in "cert.pem"
          server+root+inter | key | cert: expected the own certificate first and each one issued by the next, got certificate 2 of 3, CN=Test Root, which has not issued the one before it in "cert.pem"
          server+inter-other-key | key | cert: expected the own certificate first and each one issued by the next, got certificate 2 of 2, CN=Test Authority, which has not issued the one before it in "cert.pem"
          server+server | key | cert: expected the own certificate first and each one issued by the next, got certificate 2 of 2, CN=server, which is there twice in "cert.pem"
          """)
  void whatVertxOrClientsRefuseIsNamed(String cert, String key, String problem) throws Exception {
    assertThat(pairProblems(cert, key)).containsExactly(problem);
  }

  @Test
  void keysOfOtherKindsAreNamedOnBothSides() throws Exception {
    assertThat(pairProblems("ed25519", "ed25519-key"))
        .containsExactly(
            "cert: expected a certificate for an RSA key of at least 1024 bits or a key of P-256,"
                + " P-384 or P-521, got one for EdDSA of another kind in \"cert.pem\"",
            "key: expected a private key of RSA, P-256, P-384 or P-521, got one that"
                + " is damaged or of another kind in \"key.pem\"");
    assertThat(pairProblems("k1", "k1-key"))
        .as("a curve that TLS of this JVM does not know")
        .anyMatch(problem -> problem.contains("got one for EC of another kind"));
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() throws Exception {
    assertThat(pairProblems("expired+root", "other-key"))
        .hasSize(2)
        .anyMatch(problem -> problem.startsWith("cert: ") && problem.contains("that ended on"))
        .anyMatch(problem -> problem.startsWith("key: ") && problem.contains("got another one"));
    assertThat(pairProblems("'x'", "'y'")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          server  |                        |
          server  | localhost              |
          server  | other.org,localhost    |
          server  | a.example.org          |
          server  | 127.0.0.1              |
          server  | [::1]                  |
          server  | example.org            | the certificate is for none of http.hosts, but for localhost, *.example.org, 127.0.0.1, 0:0:0:0:0:0:0:1; clients that ask for another name refuse it
          server  | a.b.example.org        | the certificate is for none of http.hosts, but for localhost, *.example.org, 127.0.0.1, 0:0:0:0:0:0:0:1; clients that ask for another name refuse it
          server  | 127.0.0.2              | the certificate is for none of http.hosts, but for localhost, *.example.org, 127.0.0.1, 0:0:0:0:0:0:0:1; clients that ask for another name refuse it
          no-san  | localhost              | the certificate has no subject alternative name, so no client takes it for any host; get one with the names of this server in it
          for-clients |                    | the certificate is not for servers (extended key usage); clients refuse it
          'x'     | localhost              |
          """)
  void whatClientsWillRefuseIsWarnedOf(String cert, String hosts, String warning) throws Exception {
    String path = PemParts.write(directory.resolve("cert.pem"), cert).toString();
    List<String> names = hosts == null ? List.of() : List.of(hosts.split(",", -1));
    assertThat(Certificates.serverWarnings(path, names, NOW))
        .isEqualTo(warning == null ? List.of() : List.of(warning));
  }

  @Test
  void anEndWithinTwoWeeksIsWarnedOf() throws Exception {
    String path = PemParts.write(directory.resolve("cert.pem"), "server+inter").toString();
    Instant end = Instant.parse("2120-01-01T00:00:00Z");
    assertThat(Certificates.serverWarnings(path, List.of(), end.minus(Duration.ofDays(15))))
        .isEmpty();
    assertThat(Certificates.serverWarnings(path, List.of(), end.minus(Duration.ofDays(13))))
        .containsExactly(
            "certificate 1 of 2, CN=server in \""
                + path
                + "\" ends soon, on 2120-01-01T00:00:00Z; renew it",
            "certificate 2 of 2, CN=Test Authority in \""
                + path
                + "\" ends soon, on 2120-01-01T00:00:00Z; renew it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          root       |
          root+inter |
          inter+root+key |
          self       |
          none       | expected a readable, not empty PEM file, got "ca.pem"
          'garbage'  | expected a PEM file, which has a block from -----BEGIN ..----- to -----END ..-----, got another text in "ca.pem"
          key        | expected a certificate, -----BEGIN CERTIFICATE-----, got private key in "ca.pem"
          root+'-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----' | expected X.509 in every block CERTIFICATE, got something else in block 2 of "ca.pem"; it is damaged, take a fresh copy
          """)
  void certificatesToTrustAreParsed(String ca, String problem) throws Exception {
    String path = PemParts.write(directory.resolve("ca.pem"), ca).toString();
    assertThat(Certificates.trustProblems(path))
        .map(found -> PemParts.withoutDirectory(found, directory))
        .isEqualTo(problem == null ? List.of() : List.of(problem));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          root+inter   |
          self         |
          server       | the certificate CN=server is of no authority: it is trusted for the one server that has it, until that gets another; take the certificate of its authority
          root-expired | the certificate CN=Test Root that ended on 2020-01-01T00:00:00Z; renew it
          """)
  void certificatesToTrustThatAreSeldomMeantAreWarnedOf(String ca, String warning)
      throws Exception {
    String path = PemParts.write(directory.resolve("ca.pem"), ca).toString();
    assertThat(Certificates.trustWarnings(path, NOW))
        .isEqualTo(warning == null ? List.of() : List.of(warning));
  }

  @Test
  void aDescriptionSaysWhoseForWhatHowLongAndByWhom() throws Exception {
    String path = PemParts.write(directory.resolve("cert.pem"), "rsa+root").toString();
    assertThat(Certificates.describe(path))
        .containsExactly(
            "certificate 1 of 2: CN=server; for localhost, *.example.org, 127.0.0.1,"
                + " 0:0:0:0:0:0:0:1; valid from 2020-01-01T00:00:00Z to 2120-01-01T00:00:00Z; RSA,"
                + " 2048 bits; issued by CN=Test Authority",
            "certificate 2 of 2: CN=Test Root; valid from 2020-01-01T00:00:00Z to"
                + " 2120-01-01T00:00:00Z; P-256; self-signed");
  }

  @Test
  void noMessageHasAnythingOfAKeyInIt() throws Exception {
    String secret = "MIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEA";
    for (String label :
        List.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "CERTIFICATE")) {
      String block = "'-----BEGIN " + label + "-----" + secret + "-----END " + label + "-----'";
      assertThat(pairProblems(block, block)).isNotEmpty().noneMatch(line -> line.contains("MII"));
    }
  }
}
