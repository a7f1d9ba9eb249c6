package dev.ssebridge.bench.start;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Starts the packaged program in several ways, one after the other in every round, and prints a
 * table of medians: from the start of the process to the first answer on its port, and how many
 * messages it then takes over HTTP, one after the other, and delivers to a stream, in one second.
 *
 * <p>Arguments: the jar, the number of rounds, and the {@code java} of each JDK to try. Stays on
 * loopback.
 */
public final class StartBenchmark {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int PATIENCE_MILLIS = 60_000;

  private StartBenchmark() {}

  /** One start: milliseconds until it answers, and events delivered in the first second. */
  private record Run(long millis, int events) {}

  /**
   * Runs it.
   *
   * @throws Exception if a process does not start
   */
  public static void main(String[] arguments) throws Exception {
    Path jar = Path.of(arguments[0]).toAbsolutePath();
    int rounds = Integer.parseInt(arguments[1]);
    Path directory = Files.createTempDirectory("start");
    Map<String, List<String>> ways = new LinkedHashMap<>();
    for (String java : List.of(arguments).subList(2, arguments.length)) {
      addWays(java, jar, directory, ways);
    }
    Map<String, List<Run>> runs = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (Map.Entry<String, List<String>> way : ways.entrySet()) {
        runs.computeIfAbsent(way.getKey(), w -> new ArrayList<>()).add(run(way.getValue(), jar));
      }
    }
    print(runs);
  }

  private static void addWays(String java, Path jar, Path directory, Map<String, List<String>> ways)
      throws Exception {
    int version = version(java);
    String name = "JDK " + version + ", ";
    ways.put(name + "plain", List.of(java));
    Path archive = directory.resolve("classes-" + version + ".jsa");
    run(List.of(java, "-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds=off"), jar);
    ways.put(
        name + "archive of classes",
        List.of(java, "-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off"));
    if (version >= 25) {
      Path cache = directory.resolve("cache-" + version + ".aot");
      run(List.of(java, "-XX:AOTCacheOutput=" + cache, "-Xlog:aot=off"), jar);
      ways.put(name + "AOT cache with profiles", List.of(java, "-XX:AOTCache=" + cache));
    }
  }

  private static int version(String java) throws Exception {
    Process process = new ProcessBuilder(java, "-version").redirectErrorStream(true).start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), ISO_8859_1))) {
      return Integer.parseInt(out.readLine().replaceAll(".*\"([0-9]+).*", "$1"));
    }
  }

  private static Run run(List<String> java, Path jar) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path config = Files.createTempFile("start", ".json");
    Files.writeString(
        config,
        "{\"http\":{\"port\":"
            + port
            + ",\"drain\":0},\"routes\":{\"n\":{\"path\":\"/n\",\"address\":\"n\"}},"
            + "\"publish\":{\"n\":{\"path\":\"/n\",\"address\":\"n\"}}}");
    List<String> command = new ArrayList<>(java);
    command.addAll(List.of("-Xmx256m", "-jar", jar.toString(), config.toString()));
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      awaitAnswer(port);
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      return new Run(millis, firstSecond(port));
    } finally {
      process.destroy();
      process.waitFor();
      Files.delete(config);
    }
  }

  private static void awaitAnswer(int port) throws Exception {
    for (long tries = 0; tries < PATIENCE_MILLIS / 2; tries++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        send(socket, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        if (socket.getInputStream().read() >= 0) {
          return;
        }
      } catch (IOException notYet) {
        Thread.sleep(2);
      }
    }
    throw new IllegalStateException("no answer on port " + port);
  }

  private static int firstSecond(int port) throws Exception {
    AtomicInteger events = new AtomicInteger();
    try (Socket stream = new Socket(InetAddress.getLoopbackAddress(), port);
        Socket publisher = new Socket(InetAddress.getLoopbackAddress(), port)) {
      publisher.setTcpNoDelay(true);
      send(stream, "GET /n HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
      Thread reader = new Thread(() -> count(stream, events), "reader");
      reader.start();
      BufferedReader answers =
          new BufferedReader(new InputStreamReader(publisher.getInputStream(), ISO_8859_1));
      long end = System.nanoTime() + SECOND;
      while (System.nanoTime() < end) {
        send(
            publisher,
            "POST /n HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                + "Content-Length: 5\r\n\r\nhello");
        String line = answers.readLine();
        while (line != null && !line.isEmpty()) {
          line = answers.readLine();
        }
      }
      int delivered = events.get();
      stream.shutdownInput();
      reader.join();
      return delivered;
    }
  }

  private static void count(Socket stream, AtomicInteger events) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(stream.getInputStream(), ISO_8859_1))) {
      String line = in.readLine();
      while (line != null) {
        if (line.equals("data: hello")) {
          events.incrementAndGet();
        }
        line = in.readLine();
      }
    } catch (IOException closed) {
      // the second is over
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(ISO_8859_1));
    out.flush();
  }

  private static void print(Map<String, List<Run>> runs) {
    System.out.println(
        "| Way | Start to the first answer | Ratio | Events in the first second | Ratio |");
    System.out.println("|---|---|---|---|---|");
    double millis = 0;
    double events = 0;
    for (Map.Entry<String, List<Run>> way : runs.entrySet()) {
      double start = median(way.getValue().stream().mapToDouble(Run::millis).toArray());
      double first = median(way.getValue().stream().mapToDouble(Run::events).toArray());
      millis = millis == 0 ? start : millis;
      events = events == 0 ? first : events;
      System.out.printf(
          Locale.ROOT,
          "| %s | %.0f ms | %.2f | %.0f | %.2f |%n",
          way.getKey(),
          start,
          start / millis,
          first,
          first / events);
    }
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
