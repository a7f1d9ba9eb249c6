package dev.ssebridge.internal.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ssebridge.ConfigException;
import dev.ssebridge.TlsEngine;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.HttpConfig;
import dev.ssebridge.internal.config.TlsConfig;
import dev.ssebridge.internal.http.ClientCertificate;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What encrypts, and that it does so alike whichever it is. */
@ExtendWith(VertxExtension.class)
@Ways({Way.TLS_OF_JDK, Way.TLS_OF_OPENSSL})
@Tag("slow")
class TlsEngineTest {
  private static final String REST = "'routes':{'n':{'path':'/n','address':'n','maxEvents':1}}}";
  private static final String ALERT = "Received fatal alert: ";

  /** In a row, before an alert has to come. */
  private static final int MOST_RESETS = 100;

  private static String config(String more) throws Exception {
    return "{'http':{" + TestCertificate.forHost("dns:localhost").asTls() + more + "}," + REST;
  }

  private static HttpConfig http(String tls) {
    String text = "{'http':{'tls':{'cert':'c.pem','key':'k.pem'" + tls + "}}}";
    return BridgeConfig.read(BridgeFixture.json(text)).http();
  }

  private static TlsConfig tls(String more) {
    return Objects.requireNonNull(http(more).tls());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|OPENSSL",
        ",'engine':'auto'|OPENSSL",
        ",'ciphers':['TLS_AES_128_GCM_SHA256']|JDK",
        ",'engine':'jdk'|JDK",
        ",'engine':'openssl'|OPENSSL",
      })
  void boringSslIsTakenWhereItIsThereAndNoSuitesAreNamed(@Nullable String more, TlsEngine taken) {
    assertThat(TlsEngines.taken(tls(more == null ? "" : more))).isEqualTo(taken);
    assertThat(ServerOptions.of(http(more == null ? "" : more), new HttpServerOptions(), true))
        .extracting(HttpServerOptions::getSslEngineOptions)
        .isInstanceOf(optionsOf(taken));
  }

  private static Class<? extends SSLEngineOptions> optionsOf(TlsEngine engine) {
    return engine == TlsEngine.JDK ? JdkSSLEngineOptions.class : OpenSSLEngineOptions.class;
  }

  @Test
  void whatAnApplicationGivesCountsUnlessTheConfigurationNamesOne() {
    HttpServerOptions given =
        new HttpServerOptions().setSslEngineOptions(new JdkSSLEngineOptions());
    assertThat(ServerOptions.of(http(""), given, true).getSslEngineOptions())
        .isInstanceOf(JdkSSLEngineOptions.class);
    assertThat(ServerOptions.of(http(",'engine':'openssl'"), given, true).getSslEngineOptions())
        .isInstanceOf(OpenSSLEngineOptions.class);
  }

  @Test
  void suitesCannotBeNamedForBoringSsl() {
    assertThatThrownBy(() -> tls(",'engine':'openssl','ciphers':['TLS_AES_128_GCM_SHA256']"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/http/tls/ciphers: expected none with \"engine\": \"openssl\"");
  }

  @Test
  void itIsToldByItsName() {
    assertThat(TlsEngines.describe(tls(",'engine':'openssl'"))).isEqualTo("BoringSSL");
    assertThat(TlsEngines.describe(tls(",'engine':'jdk'"))).isEqualTo("the JVM");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void whoComesBackShowsNoCertificateAgain(String version, Vertx vertx) throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config(""), 2)) {
      Trust trust = new Trust();
      SSLContext client = SSLContext.getInstance("TLS");
      client.init(null, new TrustManager[] {trust}, null);
      for (int i = 0; i < 10; i++) {
        assertThat(ask(client, bridge.port(), version, "/x")).contains("404");
      }
      assertThat(trust.asked).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void whoComesBackIsStillKnownByHisCertificate(String version, Vertx vertx) throws Exception {
    TestCertificate own = TestCertificate.forHost("dns:client");
    String tls = TestCertificate.forHost("dns:localhost").asTls();
    String config =
        "{'http':{"
            + tls.replace("'tls':{", "'tls':{'clientCa':'" + own.pem() + "',")
            + "},"
            + REST;
    List<String> subjects = new CopyOnWriteArrayList<>();
    try (BridgeFixture bridge =
        BridgeFixture.withHandlers(
            vertx,
            config,
            each ->
                each.subscribeHandler(
                    request -> {
                      X509Certificate shown = ClientCertificate.of(request.request());
                      subjects.add(
                          shown == null
                              ? "nobody"
                              : String.valueOf(ClientCertificate.subjectOf(shown)));
                      request.refuse(409, "seen");
                    }))) {
      Trust trust = new Trust();
      SSLContext client = SSLContext.getInstance("TLS");
      client.init(
          own.key().getKeyManagerFactory(vertx).getKeyManagers(), new TrustManager[] {trust}, null);
      for (int i = 0; i < 3; i++) {
        assertThat(ask(client, bridge.port(), version, "/n")).contains("409");
      }
      assertThat(trust.asked).hasValue(1);
      assertThat(subjects).containsExactly("CN=test", "CN=test", "CN=test");
    }
  }

  /** RFC 8446, section 6.2: what is wrong is with the client, and it is told so. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aCertificateOfAForeignAuthorityIsNoInternalError(String version, Vertx vertx)
      throws Exception {
    TestCertificate own = TestCertificate.forHost("dns:client");
    String tls = TestCertificate.forHost("dns:localhost").asTls();
    String config =
        "{'http':{"
            + tls.replace(
                "'tls':{", "'tls':{'clientAuth':'required','clientCa':'" + own.pem() + "',")
            + "},"
            + REST;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SSLContext client = SSLContext.getInstance("TLS");
      client.init(
          new KeyManager[] {new Foreign(TestCertificate.forHost("dns:foreign"), vertx)},
          new TrustManager[] {new Trust()},
          null);
      // No alert where it crosses what the client says last, and the connection is reset.
      String refusal = "";
      for (int i = 0; i < MOST_RESETS && !refusal.contains(ALERT); i++) {
        refusal = refusal(client, bridge.port(), version);
      }
      assertThat(refusal).contains(ALERT).doesNotContain("internal_error");
    }
  }

  private static String refusal(SSLContext client, int port, String version) throws IOException {
    try (SSLSocket socket = connect(client, port, version)) {
      return String.valueOf(
          catchThrowableOfType(IOException.class, () -> socket.getInputStream().read())
              .getMessage());
    }
  }

  @Test
  void anOldVersionIsRefused(Vertx vertx) throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config(""))) {
      SSLContext client = SSLContext.getInstance("TLS");
      client.init(null, new TrustManager[] {new Trust()}, null);
      assertThatThrownBy(() -> ask(client, bridge.port(), "TLSv1.1", "/x"))
          .isInstanceOf(SSLException.class);
    }
  }

  @Test
  void whatTheJvmHasTurnedOffIsNotSpoken(Vertx vertx) throws Exception {
    List<String> usual =
        Arrays.asList(SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites());
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config(""))) {
      SSLContext client = SSLContext.getInstance("TLS");
      client.init(null, new TrustManager[] {new Trust()}, null);
      try (SSLSocket socket = connect(client, bridge.port(), "TLSv1.2")) {
        socket.startHandshake();
        assertThat(usual).contains(socket.getSession().getCipherSuite());
      }
    }
  }

  private static SSLSocket connect(SSLContext client, int port, String version) throws IOException {
    SSLSocket socket =
        (SSLSocket) client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) Deadline.PATIENCE.toMillis());
    socket.setEnabledProtocols(new String[] {version});
    return socket;
  }

  private static String ask(SSLContext client, int port, String version, String path)
      throws IOException {
    String head = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    try (SSLSocket socket = connect(client, port, version)) {
      socket.getOutputStream().write(("GET " + path + head).getBytes(US_ASCII));
      try (InputStream in = socket.getInputStream()) {
        return new String(in.readAllBytes(), US_ASCII);
      }
    }
  }

  /** Shows a certificate whomever the server trusts. */
  private static final class Foreign extends X509ExtendedKeyManager {
    private final X509KeyManager of;

    Foreign(TestCertificate certificate, Vertx vertx) throws Exception {
      of = (X509KeyManager) certificate.key().getKeyManagerFactory(vertx).getKeyManagers()[0];
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return Objects.requireNonNull(of.getClientAliases("EC", null))[0];
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return of.getCertificateChain(alias);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return of.getPrivateKey(alias);
    }
  }

  /** Counts how often it is shown a certificate: a session that is resumed has none. */
  private static final class Trust implements X509TrustManager {
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      asked.incrementAndGet();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
