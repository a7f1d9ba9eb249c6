package dev.ssebridge.bench.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Starts the packaged program, gives it many subscribers, channels and events, and prints what each
 * of them takes: of the heap after a full collection, and of the process as the kernel counts it
 * (its share of pages). Needs a JDK (jcmd) and Linux; stays on loopback.
 *
 * <p>Runs from its source: {@code java
 * src/bench/java/dev/ssebridge/bench/memory/MemoryBenchmark.java target/vertx-sse-bridge.jar 5000}.
 * Arguments: the jar, and how many streams to open.
 */
public final class MemoryBenchmark {
  private static final int MILLIS = 60_000;

  private final Process program;
  private final int port;

  /** What the process takes, in bytes. */
  private record Taken(long heap, long process) {}

  private MemoryBenchmark(Path jar, int streams) throws IOException {
    Path config = Files.createTempFile("memory", ".json");
    String limits =
        "{\"http\": {\"port\": 0, \"drain\": 0}, \"limits\": {\"retained\": \"400MiB\","
            + " \"channelsPerRemote\": %1$d, \"subscribersPerRemote\": %1$d},"
            + " \"routes\": {\"n\": {\"path\": \"/n\", \"address\": \"n\","
            + " \"history\": {\"events\": 10000000, \"bytes\": \"300MiB\", \"age\": \"1h\"}},"
            + " \"t\": {\"path\": \"/t/:t\", \"address\": \"t.{t}\","
            + " \"limits\": {\"channels\": %1$d}}},"
            + " \"publish\": {\"n\": {\"path\": \"/n\", \"address\": \"n\"},"
            + " \"t\": {\"path\": \"/t/:t\", \"address\": \"t.{t}\"}}}";
    Files.writeString(config, limits.formatted(2 * streams + 10));
    program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-jar",
                jar.toString(),
                config.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader lines = program.inputReader(UTF_8);
    int found = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.contains("listening on ")) {
        found = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).strip());
      }
      if (line.contains("ready on ")) {
        break;
      }
    }
    if (found == 0) {
      throw new IOException("expected the program to listen, it has ended");
    }
    port = found;
    Thread drain = new Thread(() -> lines.lines().forEach(line -> {}), "output");
    drain.setDaemon(true);
    drain.start();
  }

  /**
   * Runs it.
   *
   * @throws Exception if the program does not start or does not answer
   */
  public static void main(String[] arguments) throws Exception {
    Path jar = Path.of(arguments[0]).toAbsolutePath();
    int streams = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5000;
    System.out.println("| What | How many | Heap of each | Process, of each |");
    System.out.println("|---|---:|---:|---:|");
    System.out.println(streams(jar, streams, "subscriber, all of one channel", i -> "/n"));
    System.out.println(
        streams(jar, streams, "subscriber with a channel of its own", i -> "/t/" + i));
    System.out.println(channels(jar, streams));
    for (int size : new int[] {100, 1000}) {
      System.out.println(events(jar, size, 100_000));
    }
  }

  private static String streams(Path jar, int count, String what, IntFunction<String> target)
      throws Exception {
    MemoryBenchmark bench = new MemoryBenchmark(jar, count);
    List<Socket> open = new ArrayList<>();
    try {
      // Before the first look: what is made once for all.
      for (int i = 0; i < count / 10; i++) {
        open.add(bench.open(target.apply(i)));
      }
      Taken before = bench.taken();
      for (int i = count / 10; i < count; i++) {
        open.add(bench.open(target.apply(i)));
      }
      return row(what, count - count / 10, before, bench.taken());
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
      bench.close();
    }
  }

  private static String channels(Path jar, int count) throws Exception {
    MemoryBenchmark bench = new MemoryBenchmark(jar, count);
    try (Socket socket = bench.connect()) {
      for (int i = 0; i < count / 10; i++) {
        bench.post(socket, "/t/" + i, "text/plain", "x");
      }
      Taken before = bench.taken();
      for (int i = count / 10; i < count; i++) {
        bench.post(socket, "/t/" + i, "text/plain", "x");
      }
      return row(
          "channel without subscribers, one event in it",
          count - count / 10,
          before,
          bench.taken());
    } finally {
      bench.close();
    }
  }

  private static String events(Path jar, int size, int count) throws Exception {
    MemoryBenchmark bench = new MemoryBenchmark(jar, 100);
    try (Socket socket = bench.connect()) {
      String line = "\"" + "x".repeat(size - 2) + "\"\n";
      bench.post(socket, "/n", "application/x-ndjson", line.repeat(1000));
      Taken before = bench.taken();
      for (int i = 0; i < count; i += 1000) {
        bench.post(socket, "/n", "application/x-ndjson", line.repeat(1000));
      }
      return row("retained event of " + size + " bytes", count, before, bench.taken());
    } finally {
      bench.close();
    }
  }

  private static String row(String what, int count, Taken before, Taken after) {
    return String.format(
        Locale.ROOT,
        "| %s | %,d | %,d B | %,d B |",
        what,
        count,
        (after.heap() - before.heap()) / count,
        (after.process() - before.process()) / count);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(MILLIS);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private Socket open(String target) throws IOException {
    Socket socket = connect();
    String head =
        "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(UTF_8));
    // The head, and the block with the position.
    readUntil(socket.getInputStream(), "\nid: ");
    return socket;
  }

  private void post(Socket socket, String target, String type, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(target, type, bytes.length);
    socket.getOutputStream().write(head.getBytes(UTF_8));
    socket.getOutputStream().write(bytes);
    InputStream in = socket.getInputStream();
    String answer = readUntil(in, "\r\n\r\n");
    if (!answer.startsWith("HTTP/1.1 202")) {
      throw new IOException("expected 202, got " + answer);
    }
    int at = answer.toLowerCase(Locale.ROOT).indexOf("content-length: ");
    if (at >= 0) {
      in.readNBytes(Integer.parseInt(answer.substring(at + 16, answer.indexOf('\r', at)).strip()));
    }
  }

  private static String readUntil(InputStream in, String end) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(end) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("expected more, got " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }

  /** After full collections: a histogram of live objects takes one. */
  private Taken taken() throws Exception {
    long heap = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      TimeUnit.SECONDS.sleep(2); // what ends by timers
      String histogram = jcmd("GC.class_histogram");
      String total = histogram.lines().filter(line -> line.startsWith("Total")).findFirst().get();
      heap = Math.min(heap, Long.parseLong(total.trim().split("\\s+", -1)[2]));
    }
    String pages =
        Files.readString(Path.of("/proc/" + program.pid() + "/smaps_rollup"))
            .lines()
            .filter(line -> line.startsWith("Pss:"))
            .findFirst()
            .get();
    return new Taken(heap, 1024 * Long.parseLong(pages.trim().split("\\s+", -1)[1]));
  }

  private String jcmd(String what) throws Exception {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(program.pid()),
                what)
            .redirectErrorStream(true)
            .start();
    String said = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
    if (jcmd.waitFor() != 0) {
      throw new IOException(said);
    }
    return said;
  }

  private void close() {
    program.toHandle().destroy(); // Process.destroy() would close its output under who reads it
    try {
      if (!program.waitFor(20, TimeUnit.SECONDS)) {
        program.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
