package dev.ssebridge.testing;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A certificate of our own, made by the keytool of the JDK that runs the tests.
 *
 * @param key certificate and private key, for a server
 * @param pem the certificate
 * @param pemKey the private key
 */
public record TestCertificate(PfxOptions key, Path pem, Path pemKey) {
  private static final String PASSWORD = "secret";
  private static final Map<String, TestCertificate> MADE = new HashMap<>();

  /**
   * The key {@code tls} of a bridge's {@code http}, written with ' instead of ", with the engine of
   * the way that the tests are running on.
   */
  public String asTls() {
    String engine = Way.current().engine().name().toLowerCase(Locale.ROOT);
    return "'tls':{'cert':'" + pem + "','key':'" + pemKey + "','engine':'" + engine + "'}";
  }

  /** Its serial number. */
  public String serial() throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(pem)) {
      return ((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in))
          .getSerialNumber()
          .toString();
    }
  }

  /** A self-signed certificate for this host name or address; one for all tests of a process. */
  public static synchronized TestCertificate forHost(String subjectAlternativeName)
      throws Exception {
    TestCertificate made = MADE.get(subjectAlternativeName);
    if (made == null) {
      made = make(subjectAlternativeName);
      MADE.put(subjectAlternativeName, made);
    }
    return made;
  }

  private static TestCertificate make(String subjectAlternativeName) throws Exception {
    Path directory = Files.createTempDirectory("certificate");
    Path store = directory.resolve("key.p12");
    Path pem = directory.resolve("ca.pem");
    Path pemKey = directory.resolve("key.pem");
    keytool(
        "-J-XX:TieredStopAtLevel=1",
        "-genkeypair",
        "-alias",
        "a",
        "-keyalg",
        "EC",
        "-dname",
        "CN=test",
        "-validity",
        "30",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD,
        "-ext",
        "san=" + subjectAlternativeName);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    writePem(pem, "CERTIFICATE", keys.getCertificate("a").getEncoded());
    writePem(pemKey, "PRIVATE KEY", keys.getKey("a", PASSWORD.toCharArray()).getEncoded());
    // Those before the directory: they are deleted in reverse order.
    for (Path path : List.of(directory, store, pem, pemKey)) {
      path.toFile().deleteOnExit();
    }
    return new TestCertificate(
        new PfxOptions().setPath(store.toString()).setPassword(PASSWORD), pem, pemKey);
  }

  private static void writePem(Path file, String what, byte[] der) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile("keytool", ".log");
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException("keytool: " + Files.readString(log));
    }
  }
}
