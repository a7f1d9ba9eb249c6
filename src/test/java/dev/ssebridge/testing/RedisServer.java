package dev.ssebridge.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Redis of the machine, with a directory of its own, on a port that it can come back to. Where it
 * is not installed the test is skipped, or fails with {@code CI=true}.
 */
public final class RedisServer implements AutoCloseable {
  private static final String PACKAGE = "redis-server";
  private static final String CA = "--tls-ca-cert-file";
  private static final String PASSWORD = "--requirepass";

  /** What a replica, and whoever looks on, needs as well to come near one. */
  private static final List<String> SECURITY =
      List.of(
          CA, PASSWORD, "--tls-port", "--tls-auth-clients", "--tls-cert-file", "--tls-key-file");

  private static final String[] IN_MEMORY = {"--save", "", "--appendonly", "no"};

  private final Path directory;
  private final int port;
  private final String program;
  private final List<String> options;
  private final List<String> access = new ArrayList<>();
  private @Nullable Process process;

  private RedisServer(
      String program, Path directory, int port, List<String> options, List<String> secured) {
    this.program = program;
    this.directory = directory;
    this.port = port;
    this.options = options;
    value(secured, CA).ifPresent(ca -> access.addAll(List.of("--tls", "--cacert", ca)));
    value(secured, PASSWORD)
        .ifPresent(password -> access.addAll(List.of("-a", password, "--no-auth-warning")));
  }

  private static Optional<String> value(List<String> options, String of) {
    int at = options.indexOf(of);
    return at < 0 ? Optional.empty() : Optional.of(options.get(at + 1));
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
          new RedisServer("redis-server", Files.createTempDirectory("redis"), port, all, all);
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
            CA,
            certificate.pem().toString()));
    all.addAll(List.of(options));
    return startAt(Installed.portToComeBackTo(), all);
  }

  /** Starts a replica of another one, which is as well protected. */
  public static RedisServer replicaOf(RedisServer master, String... options) {
    List<String> all = new ArrayList<>(List.of(IN_MEMORY));
    all.addAll(
        List.of("--replicaof", "127.0.0.1 " + master.port(), "--repl-diskless-sync-delay", "0"));
    all.addAll(master.protection());
    all.addAll(List.of(options));
    return startAt(Installed.portToComeBackTo(), all);
  }

  /** TLS and password, if it has them. */
  private List<String> protection() {
    List<String> all = new ArrayList<>();
    for (String each : SECURITY) {
      value(options, each).ifPresent(value -> all.addAll(List.of(each, value)));
    }
    value(options, CA).ifPresent(tls -> all.addAll(List.of("--tls-replication", "yes")));
    value(options, PASSWORD).ifPresent(secret -> all.addAll(List.of("--masterauth", secret)));
    return all;
  }

  /**
   * Starts a Sentinel that watches one under the name "bridge", with TLS and a password where that
   * has them; its word is enough.
   */
  public static RedisServer sentinelOf(RedisServer master) {
    Installed.require("redis-sentinel", "redis-sentinel");
    try {
      Path directory = Files.createTempDirectory("sentinel");
      int port = Installed.portToComeBackTo();
      boolean tls = value(master.options, CA).isPresent();
      StringBuilder text = new StringBuilder("bind 127.0.0.1\n");
      text.append(tls ? "port 0\ntls-port " : "port ").append(port).append('\n');
      List<String> protection = master.protection();
      List<String> secured = new ArrayList<>();
      for (int i = 0; i < protection.size(); i += 2) {
        String key = protection.get(i);
        if (!key.equals("--tls-port") && !key.equals("--masterauth")) {
          secured.addAll(List.of(key, protection.get(i + 1)));
          text.append(key.substring(2) + ' ' + protection.get(i + 1) + '\n');
        }
      }
      text.append("sentinel monitor bridge 127.0.0.1 " + master.port() + " 1\n");
      value(master.options, PASSWORD)
          .ifPresent(secret -> text.append("sentinel auth-pass bridge " + secret + "\n"));
      text.append("sentinel down-after-milliseconds bridge 500\n");
      text.append("sentinel failover-timeout bridge 2000\n");
      Files.writeString(directory.resolve("sentinel.conf"), text);
      RedisServer sentinel =
          new RedisServer("redis-sentinel", directory, port, List.of("sentinel.conf"), secured);
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
      nodes.add(ofCluster());
    }
    int[][] ranges = {{0, 5460}, {5461, 10922}, {10923, 16383}};
    for (int i = 0; i < 3; i++) {
      RedisServer node = nodes.get(i);
      node.call("CLUSTER", "ADDSLOTSRANGE", "" + ranges[i][0], "" + ranges[i][1]);
      node.call("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
    }
    for (RedisServer node : nodes.subList(1, 3)) {
      node.meet(nodes.get(0));
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

  private static RedisServer ofCluster() {
    return start(
        "--cluster-enabled",
        "yes",
        "--cluster-node-timeout",
        "2000",
        "--cluster-announce-ip",
        "127.0.0.1",
        "--cluster-port",
        "" + Installed.portToComeBackTo());
  }

  private void meet(RedisServer other) {
    String bus = other.call("CONFIG", "GET", "cluster-port").split("\n", -1)[1].trim();
    call("CLUSTER", "MEET", "127.0.0.1", "" + other.port(), bus);
  }

  /** Starts a replica of one of the masters of a cluster, and returns once it could take over. */
  public static RedisServer replicaInCluster(RedisServer master) {
    RedisServer replica = ofCluster();
    String id = master.call("CLUSTER", "MYID");
    replica.meet(master);
    Deadline.await(
        () -> replica.call("CLUSTER", "REPLICATE", id).equals("OK"),
        () -> "the replica to know its master: " + replica.call("CLUSTER", "NODES"));
    Deadline.await(
        () ->
            replica.call("INFO", "replication").contains("master_link_status:up")
                && master.call("CLUSTER", "REPLICAS", id).contains(":" + replica.port()),
        () -> "the replica to have all: " + replica.call("CLUSTER", "NODES"));
    return replica;
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
    return (access.contains("--tls") ? "rediss" : "redis") + "://127.0.0.1:" + port;
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
    command.addAll(access);
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
