package dev.ssebridge;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A certificate of our own, made by the keytool of the JDK that runs the tests. */
record TestCertificate(PfxOptions key, Path pem) {

  /** A self-signed certificate for this host name or address. */
  static TestCertificate forHost(Path directory, String subjectAlternativeName) throws Exception {
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
        "secret",
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
        "secret",
        "-file",
        pem.toString());
    return new TestCertificate(
        new PfxOptions().setPath(store.toString()).setPassword("secret"), pem);
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
