package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Http2Answers;
import dev.ssebridge.testing.Http2Fields;
import dev.ssebridge.testing.Http2Frames;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.TlsStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever clients do to their own connections, the program logs no line of it. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
@Tag("slow")
class CausedByPeersTest {
  private static final int CLIENTS = 3;
  private static final int CONNECTIONS = 5;
  private static final int REQUESTS = 1000;
  private static final int MESSAGES = 60;
  private static final int SIZE = 64 * 1024;
  private static final String POST =
      "POST /n HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nm";
  private static final String GET = "GET /n HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @TempDir Path directory;

  @Test
  void whoDoesNotReadCausesNoLineWhenTheProgramEnds() throws Exception {
    TestCertificate certificate = TestCertificate.forHost("dns:localhost");
    String config =
        "{'http':{'port':0,'drain':0,"
            + certificate.asTls()
            + "},'routes':{'n':{'path':'/n','address':'n'}},"
            + "'publish':{'n':{'path':'/n','address':'n'}}}";
    Path file = Files.writeString(directory.resolve("b.json"), config.replace('\'', '"'));
    List<Socket> clients = new ArrayList<>();
    try (FatJar program =
        FatJar.runClasses(directory, "--print-address", "--instances", "1", file.toString())) {
      int port = URI.create(program.awaitOutput()).getPort();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(connect(port, GET));
        assertThat(clients.get(i).getInputStream().read()).isEqualTo('H');
      }
      publish(port);

      program.terminate();
      assertThat(program.awaitExit()).isIn(0, 143);
      List<String> lines = program.errors();
      assertThat(lines).noneMatch(line -> line.contains("io.netty"));
      assertThat(lines.get(lines.size() - 1)).endsWith("; stopped");
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  @Test
  void malformedRequestsOfHttp2CauseNoLine() throws Exception {
    String config = "{'http':{'port':0,'drain':0},'routes':{'n':{'path':'/n','address':'n'}}}";
    Path file = Files.writeString(directory.resolve("b.json"), config.replace('\'', '"'));
    try (FatJar program =
        FatJar.runClasses(directory, "--print-address", "--instances", "1", file.toString())) {
      int port = URI.create(program.awaitOutput()).getPort();
      for (int i = 0; i < CONNECTIONS; i++) {
        sendMalformed(port);
      }
      try (Http2Answers answers = Http2Answers.connect(port)) {
        assertThat(answers.ask("GET", "/none", "localhost").status()).isEqualTo(404);
      }

      program.terminate();
      assertThat(program.awaitExit()).isIn(0, 143);
      assertThat(program.errors()).noneMatch(line -> line.contains("io.netty"));
    }
  }

  @Test
  void whoTakesRequestsBackAndResetsConnectionsCausesNoLine() throws Exception {
    String config =
        "{'http':{'port':0,'drain':0},'routes':{'n':{'path':'/n','address':'n'}},"
            + "'publish':{'n':{'path':'/n','address':'n'}}}";
    Path file = Files.writeString(directory.resolve("b.json"), config.replace('\'', '"'));
    try (FatJar program =
        FatJar.runClasses(directory, "--print-address", "--instances", "1", file.toString())) {
      int port = URI.create(program.awaitOutput()).getPort();
      for (int i = 0; i < CONNECTIONS; i++) {
        sendAndReset(port, takenBack());
        sendAndReset(port, POST.repeat(2 * REQUESTS).getBytes(US_ASCII));
        sendAndReset(port, GET.getBytes(US_ASCII));
        sendAndReset(port, GET.replace("/n", "/none").repeat(REQUESTS).getBytes(US_ASCII));
      }
      try (Http2Answers answers = Http2Answers.connect(port)) {
        assertThat(answers.ask("GET", "/none", "localhost").status()).isEqualTo(404);
      }

      program.terminate();
      assertThat(program.awaitExit()).isIn(0, 143);
      assertThat(program.errors()).noneMatch(line -> line.contains("io.netty"));
    }
  }

  private static byte[] takenBack() {
    Http2Frames frames = new Http2Frames();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(frames.preface());
    for (int i = 0; i < REQUESTS; i += 10) {
      all.writeBytes(frames.requests("GET", i % 20 == 0 ? "/n" : "/none", 10));
      all.writeBytes(frames.resets(9));
    }
    return all.toByteArray();
  }

  private static void sendAndReset(int port, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoLinger(true, 0);
      socket.getOutputStream().write(bytes);
      socket.getInputStream().read();
    } catch (SocketException closed) {
      assertThat(closed).hasMessageMatching("(?i).*(reset|broken pipe).*"); // it had enough
    }
  }

  /** Of so many that the connection is closed, with resets that are not sent. */
  private static void sendMalformed(int port) throws IOException {
    Http2Fields fields = Http2Fields.of("GET", "/n").add("host", "another");
    Http2Frames frames = new Http2Frames();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(frames.preface());
    for (int i = 0; i < REQUESTS; i++) {
      all.writeBytes(frames.request(fields, "", null));
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(all.toByteArray());
      socket.getInputStream().readAllBytes();
    } catch (SocketException closed) {
      assertThat(closed).hasMessageMatching("(?i).*(reset|broken pipe).*"); // it had enough
    }
  }

  private static Socket connect(int port, String head)
      throws IOException, GeneralSecurityException {
    Socket socket = TlsStream.connect(port, 4096);
    socket.getOutputStream().write(head.getBytes(US_ASCII));
    return socket;
  }

  private static void publish(int port) throws Exception {
    String one = "POST /n HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + SIZE + "\r\n\r\n";
    String last =
        "POST /n HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1\r\n\r\nm";
    try (Socket publisher = connect(port, "")) {
      for (int i = 0; i < MESSAGES; i++) {
        publisher.getOutputStream().write((one + "x".repeat(SIZE)).getBytes(US_ASCII));
      }
      publisher.getOutputStream().write(last.getBytes(US_ASCII));
      String answers = new String(publisher.getInputStream().readAllBytes(), US_ASCII);
      assertThat(answers.split("HTTP/1.1 202 ", -1)).hasSize(MESSAGES + 2);
    }
  }
}
