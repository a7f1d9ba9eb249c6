package dev.ssebridge.internal.socket;

import static dev.ssebridge.testing.BridgeFixture.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.HttpOptions;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.SseBridgeServer;
import dev.ssebridge.SseBridgeVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server on a Unix domain socket, with the transport of the system and with that of the JVM. */
@Timeout(60)
class UnixSocketTest {
  @TempDir Path directory;

  private Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    get(vertx.close());
  }

  private void on(String transport) {
    Transport wanted = transport.equals("nio") ? Transport.NIO : Transport.nativeTransport();
    get(vertx.close());
    vertx = Vertx.builder().withTransport(wanted == null ? Transport.NIO : wanted).build();
  }

  private Path path() {
    return directory.resolve("bridge.sock");
  }

  private SseBridgeOptions options() {
    SseBridgeOptions options =
        new SseBridgeOptions()
            .setHttp(new HttpOptions().setUnixSocket(path().toString()).setDrain(Duration.ZERO))
            .addRoute("n", new RouteOptions("/n", "n"));
    options.getLimits().setSubscribersPerRemote(1);
    return options;
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(path()));
  }

  private static void send(SocketChannel channel, String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
  }

  private static String readUntil(SocketChannel channel, String mark) throws IOException {
    InputStream in = Channels.newInputStream(channel);
    StringBuilder read = new StringBuilder();
    while (read.indexOf(mark) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new AssertionError("the end before " + mark + ": " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }

  private static String request(String host, String... headers) {
    StringBuilder request = new StringBuilder("GET /n HTTP/1.1\r\nHost: ").append(host);
    for (String header : headers) {
      request.append("\r\n").append(header);
    }
    return request.append("\r\nAccept: text/event-stream\r\n\r\n").toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "native"})
  void itServesAnyHostThereAndTakesTheFileAwayAtTheEnd(String transport) throws Exception {
    on(transport);
    SseBridgeOptions options = options();
    options.getHttp().setUnixSocketMode("0640");
    SseBridgeServer server = get(SseBridgeServer.create(vertx, options).listen());
    assertThat(server.actualPort()).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
        .isEqualTo("rw-r-----");
    try (SocketChannel stream = connect()) {
      send(stream, request("what-the-proxy-says.example"));
      readUntil(stream, "id: ");
      vertx.eventBus().publish("n", "over the socket");
      readUntil(stream, "data: over the socket");
    }
    get(server.close());
    assertThat(path()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "native"})
  void theInstancesOfADeploymentShareIt(String transport) throws Exception {
    on(transport);
    SseBridgeOptions options = options();
    String id =
        get(
            vertx.deployVerticle(
                () -> new SseBridgeVerticle(options), new DeploymentOptions().setInstances(3)));
    for (int i = 0; i < 6; i++) {
      try (SocketChannel asked = connect()) {
        send(asked, "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(readUntil(asked, "\r\n\r\n")).startsWith("HTTP/1.1 204");
      }
    }
    get(vertx.undeploy(id));
    assertThat(path()).doesNotExist();
    // And again: nothing is left that would be in the way.
    get(vertx.deployVerticle(new SseBridgeVerticle(options)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "native"})
  void oneThatWasLeftBehindIsReplaced(String transport) throws Exception {
    on(transport);
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path()));
    }
    assertThat(path()).exists();
    get(SseBridgeServer.create(vertx, options()).listen());
    try (SocketChannel stream = connect()) {
      send(stream, request("localhost"));
      readUntil(stream, "id: ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "directory", "socket", "nowhere"})
  void nothingElseIsTakenAway(String what) throws Exception {
    SseBridgeOptions options = options();
    ServerSocketChannel other = null;
    switch (what) {
      case "file" -> Files.writeString(path(), "precious");
      case "directory" -> Files.createDirectory(path());
      case "socket" -> {
        other = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        other.bind(UnixDomainSocketAddress.of(path()));
      }
      default -> options.getHttp().setUnixSocket(directory.resolve("none/s").toString());
    }
    SseBridgeServer server = SseBridgeServer.create(vertx, options);
    assertThatThrownBy(() -> get(server.listen()))
        .hasMessageContaining(
            switch (what) {
              case "socket" -> "another process listens on this one";
              case "nowhere" -> "";
              default -> "expected no file";
            });
    if (!what.equals("nowhere")) {
      assertThat(path()).exists();
    }
    if (what.equals("file")) {
      assertThat(path()).hasContent("precious");
    }
    if (other != null) {
      other.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "native"})
  void theProxyBehindItSaysWhoTheRemoteIsWhereItIsTrusted(String transport) throws Exception {
    on(transport);
    SseBridgeOptions options = options();
    options.getHttp().setTrustedProxies(List.of("unix:"));
    get(SseBridgeServer.create(vertx, options).listen());
    try (SocketChannel one = connect();
        SocketChannel two = connect();
        SocketChannel again = connect()) {
      send(one, request("h", "X-Forwarded-For: 198.51.100.1"));
      readUntil(one, "id: ");
      send(two, request("h", "X-Forwarded-For: 198.51.100.2"));
      readUntil(two, "id: ");
      send(again, request("h", "X-Forwarded-For: 198.51.100.1"));
      assertThat(readUntil(again, "0\r\n\r\n")).contains("subscribersPerRemote");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "native"})
  void theHeaderOfAProxyOfTcpIsTakenThereToo(String transport) throws Exception {
    on(transport);
    SseBridgeOptions options = options();
    options.getHttp().setTrustedProxies(List.of("unix:")).setProxyProtocol(true);
    get(SseBridgeServer.create(vertx, options).listen());
    try (SocketChannel one = connect();
        SocketChannel two = connect()) {
      send(one, "PROXY TCP4 198.51.100.1 203.0.113.1 1 2\r\n" + request("h"));
      readUntil(one, "id: ");
      send(two, "PROXY TCP4 198.51.100.2 203.0.113.1 1 2\r\n" + request("h"));
      readUntil(two, "id: ");
    }
  }
}
