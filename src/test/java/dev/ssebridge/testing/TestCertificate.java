package dev.ssebridge.testing;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate of our own, made by the keytool of the JDK that runs the tests.
 *
 * @param key certificate and private key, for a server
 * @param pem the certificate
 * @param pemKey the private key
 */
public record TestCertificate(PfxOptions key, Path pem, Path pemKey) {
  private static final String PASSWORD = "secret";

  /** The key {@code tls} of a bridge's {@code http}, written with ' instead of ". */
  public String asTls() {
    return "'tls':{'cert':'" + pem + "','key':'" + pemKey + "'}";
  }

  /** A self-signed certificate for this host name or address. */
  public static TestCertificate forHost(Path directory, String subjectAlternativeName)
      throws Exception {
    Path store = directory.resolve("key.p12");
    Path pem = directory.resolve("ca.pem");
    keytool(
        "-genkeypair",
        "-alias",
        "a",
        "-keyalg",
        "EC",
        "-dname",
        "CN=test",
        "-validity",
        "2",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD,
        "-ext",
        "san=" + subjectAlternativeName);
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "a",
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD,
        "-file",
        pem.toString());
    return new TestCertificate(
        new PfxOptions().setPath(store.toString()).setPassword(PASSWORD),
        pem,
        pemKey(store, directory.resolve("key.pem")));
  }

  private static Path pemKey(Path store, Path pem) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    byte[] der = keys.getKey("a", PASSWORD.toCharArray()).getEncoded();
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        pem, "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
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
