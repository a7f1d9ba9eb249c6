package dev.ssebridge.testing;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The program in a process of its own, on a port that it comes back to: to be killed, frozen and
 * started again.
 */
public final class BridgeProcess implements AutoCloseable {
  private final Path config;
  private final Path log;
  private final int port = Installed.portToComeBackTo();
  private Process process;

  private BridgeProcess(Path directory, String name, JsonObject options) throws IOException {
    JsonObject all = options.copy();
    JsonObject http = all.getJsonObject("http", new JsonObject());
    all.put("http", http.copy().put("host", "127.0.0.1").put("port", port));
    config = Files.writeString(directory.resolve(name + ".json"), all.encodePrettily());
    log = directory.resolve(name + ".log");
    process = run();
  }

  /** Starts it; {@link #awaitServing} waits until it serves. */
  public static BridgeProcess start(Path directory, String name, JsonObject options) {
    try {
      return new BridgeProcess(directory, name, options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process run() throws IOException {
    // With the options that let it begin soonest.
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                classPath(),
                "dev.ssebridge.internal.app.Main",
                "run",
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder.start();
  }

  private static String classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(path.split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Where it serves, now or later. */
  public int port() {
    return port;
  }

  /** Starts it after it has ended. */
  public void startAgain() {
    try {
      process = run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns once it listens. */
  public BridgeProcess awaitServing() {
    Process started = process;
    Deadline.await(
        Deadline.PATIENCE.multipliedBy(3),
        () -> !started.isAlive() || Installed.listens(port),
        () -> "a bridge that listens: " + log());
    if (!started.isAlive()) {
      throw new AssertionError("the bridge has ended: " + log());
    }
    return this;
  }

  /** Ends it at once, with SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Tells it to end, with SIGTERM, and returns once it has. */
  public void terminate() {
    process.toHandle().destroy();
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("the bridge does not end: " + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
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
    try {
      new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** What it has said, all runs one after the other. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last lines of that. */
  public String lastOfLog() {
    List<String> lines = log().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 25), lines.size()));
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
