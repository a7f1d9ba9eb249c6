package dev.ssebridge.testing;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The program in a process of its own, or an application that embeds the bridge and publishes on
 * its event bus, on a port that it comes back to: to be killed, frozen and started again.
 */
public final class BridgeProcess implements AutoCloseable {
  private final Path config;
  private final Path log;
  private final int port = Installed.portToComeBackTo();
  private final Path directory;
  private final String name;
  private final int perSecond;
  private final List<BusRun> runs = new CopyOnWriteArrayList<>();
  private Process process;

  private BridgeProcess(Path directory, String name, JsonObject options, int perSecond)
      throws IOException {
    this.directory = directory;
    this.name = name;
    this.perSecond = perSecond;
    JsonObject all = options.copy();
    JsonObject http = all.getJsonObject("http", new JsonObject());
    all.put("http", http.copy().put("host", "127.0.0.1").put("port", port));
    config = Files.writeString(directory.resolve(name + ".json"), all.encodePrettily());
    log = directory.resolve(name + ".log");
    process = run();
  }

  /** Starts it; {@link #awaitServing} waits until it serves. */
  public static BridgeProcess start(Path directory, String name, JsonObject options) {
    return publishing(directory, name, options, 0);
  }

  /**
   * Starts an application that embeds it and publishes so many messages a second on the address
   * "news" of its event bus; with 0 the program alone.
   */
  public static BridgeProcess publishing(
      Path directory, String name, JsonObject options, int perSecond) {
    try {
      return new BridgeProcess(directory, name, options, perSecond);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process run() throws IOException {
    // With the options that let it begin soonest.
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                classPath()));
    if (perSecond == 0) {
      command.addAll(List.of("dev.ssebridge.internal.app.Main", "run", config.toString()));
    } else {
      String run = name + "r" + runs.size();
      Path count = directory.resolve(run + ".count");
      command.addAll(
          List.of(
              EmbeddingApplication.class.getName(),
              config.toString(),
              run,
              count.toString(),
              "" + perSecond));
      runs.add(new BusRun(run, count));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
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

  /** The runs of the application, and what each has published. */
  public List<BusRun> runs() {
    return runs;
  }

  /** The application publishes no more. */
  public void quiet() {
    try {
      process.getOutputStream().write('q');
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    runs.stream().skip(Math.max(0, runs.size() - 1)).forEach(BusRun::killed);
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

  /** The same of each of them. */
  public static String lastOfLogs(List<BridgeProcess> all) {
    StringBuilder text = new StringBuilder();
    all.forEach(each -> text.append("\n---\n").append(each.lastOfLog()));
    return text.toString();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
