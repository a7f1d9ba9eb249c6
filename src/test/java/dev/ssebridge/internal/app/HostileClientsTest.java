package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The program with a small heap, and clients that mean harm for a minute: it stays, and somebody
 * else publishes and reads meanwhile as if they were not there.
 */
@Tag("heavy")
class HostileClientsTest {
  private static final long SECONDS = Integer.getInteger("hostile.seconds", 60);
  private static final String CONFIG =
      """
      {"http": {"port": 0}, "limits": {"retained": "32MiB"},
       "routes": {"t": {"path": "/topics/:topic", "address": "t.{topic}"}},
       "publish": {"t": {"path": "/topics/:topic", "address": "t.{topic}"}}}
      """;

  @TempDir Path directory;

  private final HttpClient client = HttpCalls.client();
  private final AtomicLong sent = new AtomicLong();
  private volatile int port;
  private volatile boolean over;

  private enum Harm {
    UNREAD_ANSWERS,
    MORE_THAN_CAN_BE_TAKEN,
    NEW_TOPICS
  }

  @ParameterizedTest
  @EnumSource
  void otherClientsDoNotNotice(Harm harm) throws Exception {
    List<Thread> threads = new ArrayList<>();
    String config = Files.writeString(directory.resolve("b.json"), CONFIG).toString();
    try (FatJar program = FatJar.runClasses(directory, config);
        SseProbes probes = new SseProbes()) {
      port = URI.create(program.awaitListening()).getPort();
      SseProbe bystander = probes.get(port, "/topics/calm");
      bystander.awaitOpen();
      for (int i = 0; i < 4; i++) {
        int number = i;
        threads.add(start(() -> harm(harm, number)));
      }
      if (harm == Harm.MORE_THAN_CAN_BE_TAKEN) {
        SseProbe stalled = probes.get(port, "/topics/flood");
        stalled.awaitEvents(1);
        stalled.stopReading(); // also for the sake of this process's heap
      }
      List<Long> micros = publishAndRead(bystander);
      over = true;
      assertThat(bystander.data())
          .isEqualTo(IntStream.range(0, micros.size()).mapToObj(i -> "m" + i).toList());
      program.terminate();
      assertThat(program.awaitExit()).isIn(0, 143);
      assertThat(program.errors()).noneMatch(line -> line.contains("OutOfMemory"));
      assertThat(sent.get()).isPositive();
      micros.sort(null);
      System.out.printf(
          "%s: %d in %d s; a bystander's event is there after %d us (p50), %d us (p99)%n",
          harm, sent.get(), SECONDS, at(micros, 0.5), at(micros, 0.99));
    } finally {
      over = true;
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static long at(List<Long> sorted, double part) {
    return sorted.get((int) (part * (sorted.size() - 1)));
  }

  private List<Long> publishAndRead(SseProbe bystander) throws Exception {
    List<Long> micros = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() < end) {
      String text = "m" + micros.size();
      long begin = System.nanoTime();
      assertThat(post("/topics/calm", text)).isEqualTo(202);
      bystander.awaitData(text);
      micros.add((System.nanoTime() - begin) / 1000);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    return micros;
  }

  private int post(String path, String text) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Deadline.PATIENCE)
                .POST(BodyPublishers.ofString(text))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private static Thread start(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** One connection after another, as the server ends them. */
  private void harm(Harm harm, int number) {
    while (!over) {
      try (Socket socket = new Socket()) {
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(5000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        switch (harm) {
          case UNREAD_ANSWERS -> sendAndReadNothing(socket, number);
          case MORE_THAN_CAN_BE_TAKEN -> sendTooMuch(socket);
          case NEW_TOPICS -> openTopics(socket, number);
        }
      } catch (IOException ended) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    }
  }

  private void sendAndReadNothing(Socket socket, int number) throws IOException {
    String method = List.of("GET", "HEAD", "OPTIONS", "BREW").get(number);
    byte[] some =
        (method + " /x HTTP/1.1\r\nHost: localhost\r\n\r\n").repeat(500).getBytes(ISO_8859_1);
    // Not a write that blocks: the server ends the connection only after its time for that.
    long begin = System.nanoTime();
    while (!over && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(2)) {
      Thread writer = start(() -> write(socket, some));
      join(writer);
      if (writer.isAlive()) {
        break;
      }
      sent.addAndGet(500);
    }
  }

  private static void join(Thread writer) {
    try {
      writer.join(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void write(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException ended) {
      LockSupport.parkNanos(1);
    }
  }

  private void sendTooMuch(Socket socket) throws IOException {
    byte[] body = "1\n".repeat(100_000).getBytes(ISO_8859_1);
    socket
        .getOutputStream()
        .write(
            String.join(
                    "\r\n",
                    "POST /topics/flood HTTP/1.1",
                    "Host: localhost",
                    "Content-Type: application/x-ndjson",
                    "Transfer-Encoding: chunked",
                    "",
                    "")
                .getBytes(ISO_8859_1));
    while (!over) {
      socket
          .getOutputStream()
          .write((Integer.toHexString(body.length) + "\r\n").getBytes(ISO_8859_1));
      socket.getOutputStream().write(body);
      socket.getOutputStream().write("\r\n".getBytes(ISO_8859_1));
      sent.addAndGet(100_000);
    }
  }

  private void openTopics(Socket socket, int number) throws IOException {
    byte[] answer = new byte[64 * 1024];
    while (!over) {
      long begin = System.nanoTime();
      StringBuilder some = new StringBuilder();
      for (int i = 0; i < 10; i++) {
        some.append("POST /topics/n")
            .append(number)
            .append('-')
            .append(sent.incrementAndGet())
            .append(" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nm");
      }
      socket.getOutputStream().write(some.toString().getBytes(ISO_8859_1));
      assertThat(socket.getInputStream().read(answer)).isPositive();
      // Ten of each of four connections in 57 ms are 700 a second.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(57) - (System.nanoTime() - begin));
    }
  }
}
