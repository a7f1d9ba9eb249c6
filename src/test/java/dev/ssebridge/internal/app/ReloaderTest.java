package dev.ssebridge.internal.app;

import static dev.ssebridge.testing.BridgeFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.internal.door.ListeningBridge;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.TlsStream;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A reload that can be done in part only. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class ReloaderTest {
  @TempDir Path directory;

  private Reading read() {
    Instant begun = Instant.now();
    return new Reading(ConfigFile.read(directory.resolve("b.json")), begun);
  }

  private void use(TestCertificate certificate) throws Exception {
    Files.copy(
        certificate.pem(), directory.resolve("cert.pem"), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(
        certificate.pemKey(), directory.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String nameAt(int port) throws Exception {
    try (SSLSocket socket = TlsStream.connect(port, 1 << 16)) {
      socket.startHandshake();
      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return String.valueOf(shown.getSubjectAlternativeNames());
    }
  }

  @Test
  void aCertificateThatSomeInstancesHaveTakenIsToldAsThat(Vertx vertx) throws Exception {
    use(TestCertificate.forHost("dns:a.test"));
    JsonObject tls =
        new JsonObject()
            .put("cert", directory.resolve("cert.pem").toString())
            .put("key", directory.resolve("key.pem").toString());
    JsonObject http = new JsonObject().put("port", 0).put("drain", 0).put("tls", tls);
    JsonObject route = new JsonObject().put("path", "/n").put("address", "n");
    JsonObject routes = new JsonObject().put("n", route);
    Files.writeString(
        directory.resolve("b.json"),
        new JsonObject().put("http", http).put("routes", routes).encode());
    Reading first = read();
    ListeningBridge listening = ListeningBridge.of(vertx, first.config().config());
    ListeningBridge other = ListeningBridge.of(vertx, first.config().config());
    get(listening.listen());
    Reloader reloader =
        new Reloader(
            List.of(listening, other),
            List.of(),
            FilesAtStart.of(first),
            named -> read(),
            () -> null,
            options -> Future.succeededFuture());
    try (LogRecorder log = LogRecorder.of(Program.class)) {
      use(TestCertificate.forHost("dns:b.test"));
      reloader.reload();
      assertThat(log.messages())
          .contains(
              "not changed: the certificate is the new one on 1 of 2 instances and the one before"
                  + " on the others, until the next reload: the server speaks no TLS");
      assertThat(nameAt(listening.actualPort())).contains("b.test");

      get(other.listen());
      reloader.reload();
      assertThat(log.messages()).contains("configuration read again: certificate changed");
      assertThat(nameAt(other.actualPort())).contains("b.test");
    } finally {
      get(listening.close());
      get(other.close());
    }
  }
}
