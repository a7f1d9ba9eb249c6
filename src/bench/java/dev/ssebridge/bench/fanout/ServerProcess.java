package dev.ssebridge.bench.fanout;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a JVM of its own, on loopback and a free port. */
final class ServerProcess implements AutoCloseable {
  private static final int START_SECONDS = 30;

  private final Process process;
  private final int port;
  private final Path log;
  private final BufferedReader answers;
  private final Writer commands;

  private ServerProcess(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Starts it; returns when it listens. */
  static ServerProcess start(Peer peer, Machine machine) throws IOException, InterruptedException {
    return start(peer, machine, new JsonObject());
  }

  /**
   * The same.
   *
   * @param more what a bridge has in its configuration beside the route of all benchmarks
   */
  static ServerProcess start(Peer peer, Machine machine, JsonObject more)
      throws IOException, InterruptedException {
    int port = freePort();
    List<String> command = new ArrayList<>(machine.serverPrefix());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Machine.SERVER_FLAGS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(ServerUnderTest.class.getName(), peer.option(), "" + port, more.encode()));
    Path log = Files.createTempFile("fanout-" + peer.option(), ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    ServerProcess server = new ServerProcess(builder.start(), port, log);
    server.awaitListening();
    return server;
  }

  /** One that nobody listens on. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitListening() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (true) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException refused) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          close();
          throw new IOException("the server does not listen:\n" + Files.readString(log), refused);
        }
        Thread.sleep(50);
      }
    }
  }

  int port() {
    return port;
  }

  /** Processor time used so far, user and system. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** What it holds after a collection. */
  Memory collect() throws IOException {
    commands.write("collect\n");
    commands.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the server is gone:\n" + Files.readString(log));
    }
    return new Memory(Long.parseLong(answer), Machine.residentBytes(process.pid()));
  }

  /**
   * @param heap bytes in use
   * @param resident bytes, each shared page by its share; 0 where the system does not tell
   */
  record Memory(long heap, long resident) {}

  /** Ends the process, by force if need be. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Files.deleteIfExists(log);
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException left) {
      System.err.println("cannot delete " + log + ": " + left);
    }
  }
}
