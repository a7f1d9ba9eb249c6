package dev.ssebridge.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Redis of the machine, with a directory of its own, on a port that it can come back to. Where it
 * is not installed the test is skipped, or fails with {@code CI=true}.
 */
public final class RedisServer implements AutoCloseable {
  private static final String PACKAGE = "redis-server";
  private static final String[] IN_MEMORY = {"--save", "", "--appendonly", "no"};

  private final Path directory;
  private final int port;
  private final String program;
  private final List<String> options;
  private @Nullable Process process;

  private RedisServer(String program, Path directory, int port, List<String> options) {
    this.program = program;
    this.directory = directory;
    this.port = port;
    this.options = options;
  }

  /** Starts one that keeps nothing on disk, with these options besides. */
  public static RedisServer start(String... options) {
    List<String> all = new ArrayList<>(List.of(IN_MEMORY));
    all.addAll(List.of(options));
    return startAt(Installed.portToComeBackTo(), all);
  }

  /** Starts one that logs all commands, so that it comes back with them. */
  public static RedisServer withLog(String... options) {
    List<String> all =
        new ArrayList<>(List.of("--save", "", "--appendonly", "yes", "--appendfsync", "everysec"));
    all.addAll(List.of(options));
    return startAt(Installed.portToComeBackTo(), all);
  }

  private static RedisServer startAt(int port, List<String> options) {
    Installed.require("redis-server", PACKAGE);
    try {
      List<String> all =
          new ArrayList<>(List.of("--bind", "127.0.0.1", "--dir", ".", "--dbfilename", "dump.rdb"));
      boolean tls = options.contains("--tls-port");
      all.addAll(List.of("--port", tls ? "0" : "" + port));
      all.addAll(options);
      if (tls) {
        all.set(all.indexOf("--tls-port") + 1, "" + port);
      }
      RedisServer server =
          new RedisServer("redis-server", Files.createTempDirectory("redis"), port, all);
      server.startAgain();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts one with TLS. */
  public static RedisServer withTls(TestCertificate certificate, String... options) {
    List<String> all = new ArrayList<>(List.of(IN_MEMORY));
    all.addAll(
        List.of(
            "--tls-port",
            "0",
            "--tls-auth-clients",
            "no",
            "--tls-cert-file",
            certificate.pem().toString(),
            "--tls-key-file",
            certificate.pemKey().toString(),
            "--tls-ca-cert-file",
            certificate.pem().toString()));
    all.addAll(List.of(options));
    return startAt(Installed.portToComeBackTo(), all);
  }

  /** Starts a replica of another one. */
  public static RedisServer replicaOf(RedisServer master, String... options) {
    List<String> all = new ArrayList<>(List.of(IN_MEMORY));
    all.addAll(
        List.of("--replicaof", "127.0.0.1 " + master.port(), "--repl-diskless-sync-delay", "0"));
    all.addAll(List.of(options));
    return startAt(Installed.portToComeBackTo(), all);
  }

  /** Starts a Sentinel that watches one under the name "bridge"; its word is enough. */
  public static RedisServer sentinelOf(RedisServer master) {
    Installed.require("redis-sentinel", "redis-sentinel");
    try {
      Path directory = Files.createTempDirectory("sentinel");
      int port = Installed.portToComeBackTo();
      Files.writeString(
          directory.resolve("sentinel.conf"),
          """
          port %d
          bind 127.0.0.1
          sentinel monitor bridge 127.0.0.1 %d 1
          sentinel down-after-milliseconds bridge 500
          sentinel failover-timeout bridge 2000
          """
              .formatted(port, master.port()));
      RedisServer sentinel =
          new RedisServer("redis-sentinel", directory, port, List.of("sentinel.conf"));
      sentinel.startAgain();
      return sentinel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Three masters that are a cluster. */
  public static List<RedisServer> cluster() {
    List<RedisServer> nodes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      nodes.add(
          start(
              "--cluster-enabled",
              "yes",
              "--cluster-node-timeout",
              "2000",
              "--cluster-port",
              "" + Installed.portToComeBackTo()));
    }
    List<String> create = new ArrayList<>(List.of("--cluster", "create"));
    nodes.forEach(node -> create.add("127.0.0.1:" + node.port()));
    create.add("--cluster-yes");
    for (RedisServer node : nodes) {
      node.call("CONFIG", "SET", "cluster-announce-ip", "127.0.0.1");
    }
    int[][] ranges = {{0, 5460}, {5461, 10922}, {10923, 16383}};
    for (int i = 0; i < 3; i++) {
      RedisServer node = nodes.get(i);
      node.call("CLUSTER", "ADDSLOTSRANGE", "" + ranges[i][0], "" + ranges[i][1]);
      node.call("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
    }
    for (RedisServer node : nodes.subList(1, 3)) {
      node.call(
          "CLUSTER",
          "MEET",
          "127.0.0.1",
          "" + nodes.get(0).port(),
          nodes.get(0).call("CONFIG", "GET", "cluster-port").split("\n", -1)[1].trim());
    }
    Deadline.await(
        () ->
            nodes.stream()
                .allMatch(
                    node -> {
                      String info = node.call("CLUSTER", "INFO");
                      return info.contains("cluster_state:ok")
                          && info.contains("cluster_known_nodes:3");
                    }),
        () -> "the cluster to be whole: " + nodes.get(0).call("CLUSTER", "NODES"));
    return nodes;
  }

  /** Starts it after it has ended, with what it has in its directory. */
  public void startAgain() {
    List<String> command = new ArrayList<>(List.of("/usr/bin/" + program));
    command.addAll(options);
    try {
      process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(directory.resolve("log.txt").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Process started = process;
    Deadline.await(
        () -> !started.isAlive() || Installed.listens(port), () -> "Redis to listen: " + log());
    if (!started.isAlive()) {
      throw new AssertionError("Redis has ended: " + log());
    }
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("log.txt"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Its port. */
  public int port() {
    return port;
  }

  /** Its URL. */
  public String url() {
    return (options.contains("--tls-port") ? "rediss" : "redis") + "://127.0.0.1:" + port;
  }

  /** Its directory. */
  public Path directory() {
    return directory;
  }

  /** Asks it with redis-cli, and returns what that prints, raw. */
  public String call(String... arguments) {
    return callWith(new byte[0], arguments);
  }

  private String callWith(byte[] input, String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("/usr/bin/redis-cli", "-h", "127.0.0.1", "-p", "" + port));
    command.addAll(Arrays.asList(arguments));
    try {
      Process call = new ProcessBuilder(command).redirectErrorStream(true).start();
      call.getOutputStream().write(input);
      call.getOutputStream().close();
      String output = new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!call.waitFor(20, TimeUnit.SECONDS)) {
        call.destroyForcibly();
        throw new AssertionError(command + " does not end");
      }
      return output.strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Ends it as a power cut would end the process: it writes nothing more. */
  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      try {
        running.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Lets it do nothing, with its connections open, until {@link #wakeUp}. */
  public void freeze() {
    signal("STOP");
  }

  /** Lets it go on. */
  public void wakeUp() {
    signal("CONT");
  }

  private void signal(String name) {
    Process running = process;
    try {
      if (running != null) {
        new ProcessBuilder("kill", "-" + name, "" + running.pid()).start().waitFor();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    wakeUp();
    kill();
    try (var files = Files.walk(directory)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
