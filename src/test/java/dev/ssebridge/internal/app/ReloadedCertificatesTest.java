package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.TlsStream;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each certificate of a server can be another after a reload, and more of them can come. */
@Timeout(60)
@Ways({Way.TLS_OF_JDK, Way.TLS_OF_OPENSSL})
@Tag("slow")
class ReloadedCertificatesTest {
  @TempDir Path directory;

  private final ReloadRequests requests = new ReloadRequests();

  @Test
  void everyPairFollowsItsFilesAndStreamsGoOn() throws Exception {
    TestCertificate usual = TestCertificate.forHost("dns:usual.example");
    TestCertificate shop = TestCertificate.forHost("dns:shop.example");
    TestCertificate newer = TestCertificate.forHost("dns:shop.example,dns:new.example");
    copy(usual, "usual");
    try (LogRecorder log = LogRecorder.of(Program.class)) {
      write("");
      Program program = Program.start(read(), 2, named -> read(), requests);
      try {
        int port = URI.create(program.address()).getPort();
        TlsStream stream = TlsStream.open(port, "/tick", 64 * 1024);
        stream.readUntil(() -> stream.account().lastEventId() != null);
        assertThat(TlsStream.serialAt(port, "shop.example")).isEqualTo(usual.serial());

        copy(shop, "shop");
        write(pair("shop"));
        reload(log, "certificate changed");
        assertThat(TlsStream.serialAt(port, "shop.example")).isEqualTo(shop.serial());
        assertThat(TlsStream.serialAt(port, "usual.example")).isEqualTo(usual.serial());
        assertThat(TlsStream.serialAt(port, "")).isEqualTo(usual.serial());

        copy(newer, "shop");
        reload(log, "certificate changed");
        assertThat(TlsStream.serialAt(port, "shop.example")).isEqualTo(newer.serial());
        assertThat(TlsStream.serialAt(port, "new.example")).isEqualTo(newer.serial());

        Files.copy(
            shop.pemKey(), directory.resolve("shop-key.pem"), StandardCopyOption.REPLACE_EXISTING);
        requests.request();
        Deadline.await(
            () ->
                log.messages().stream()
                    .anyMatch(line -> line.contains("/http/tls/certificates/shop/key: expected")),
            () -> "the reason, got " + log.messages());
        assertThat(TlsStream.serialAt(port, "shop.example")).isEqualTo(newer.serial());

        write("");
        reload(log, "certificate changed");
        assertThat(TlsStream.serialAt(port, "shop.example")).isEqualTo(usual.serial());
        stream.close();
      } finally {
        program.stop();
      }
    }
  }

  private void copy(TestCertificate from, String name) throws IOException {
    Files.copy(from.pem(), directory.resolve(name + ".pem"), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(
        from.pemKey(), directory.resolve(name + "-key.pem"), StandardCopyOption.REPLACE_EXISTING);
  }

  private String pair(String name) {
    Path file = directory.resolve(name);
    return "'certificates':{'shop':{'cert':'" + file + ".pem','key':'" + file + "-key.pem'}},";
  }

  private void write(String certificates) throws IOException {
    Path usual = directory.resolve("usual");
    String text =
        "{'http':{'port':0,'drain':0,'hosts':['*'],'tls':{'engine':'"
            + Way.current().engine().name().toLowerCase(Locale.ROOT)
            + "',"
            + certificates
            + "'cert':'"
            + usual
            + ".pem','key':'"
            + usual
            + "-key.pem'}},'limits':{'retained':'16MiB'},'demo':{'address':'tick','every':'20ms'},"
            + "'routes':{'tick':{'path':'/tick','address':'tick'}}}";
    Files.writeString(
        directory.resolve("b.json"), new JsonObject(text.replace('\'', '"')).encode());
  }

  private Reading read() {
    Instant begun = Instant.now();
    return new Reading(ConfigFile.read(directory.resolve("b.json")), begun);
  }

  private void reload(LogRecorder log, String line) {
    long before = count(log, line);
    requests.request();
    Deadline.await(() -> count(log, line) > before, () -> line + ", got " + log.messages());
  }

  private static long count(LogRecorder log, String line) {
    return log.messages().stream().filter(each -> each.contains(line)).count();
  }
}
