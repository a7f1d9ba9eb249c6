package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A run of the program, packaged or not, in a process of its own. Closing it ends the process. */
final class FatJar implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final String LISTENING = "listening on ";
  private static final String END = "(end of the output)";

  private final Process process;
  private final CompletableFuture<String> firstLine = new CompletableFuture<>();
  private final CompletableFuture<String> output;
  private final LinkedBlockingQueue<String> errorLines = new LinkedBlockingQueue<>();
  private final List<String> errors = new ArrayList<>();

  private FatJar(Process process) {
    this.process = process;
    this.output = new CompletableFuture<>();
    inBackground("output", this::readOutput);
  }

  private static void inBackground(String name, Runnable task) {
    Thread reader = new Thread(task, name);
    reader.setDaemon(true);
    reader.start();
  }

  /** Reads its error stream, from now on. */
  FatJar reading() {
    inBackground("error stream", this::readErrors);
    return this;
  }

  /** Starts it in this directory. */
  static FatJar run(Path directory, String... arguments) throws IOException {
    return run(List.of(), directory, arguments);
  }

  /** Starts it with options for the JVM. */
  static FatJar run(List<String> options, Path directory, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of("-jar", System.getProperty("fat.jar")));
    return start(all, directory, arguments);
  }

  /** Starts the larger one, which can be a node of a cluster. */
  static FatJar runCluster(Path directory, String... arguments) throws IOException {
    return start(List.of("-jar", System.getProperty("cluster.jar")), directory, arguments);
  }

  /** Starts the same program from the class path, where there is no jar yet. */
  static FatJar runClasses(Path directory, String... arguments) throws IOException {
    return runClasses(List.of("-XX:+ExitOnOutOfMemoryError"), directory, arguments);
  }

  /** The same with options for the JVM. */
  static FatJar runClasses(List<String> options, Path directory, String... arguments)
      throws IOException {
    return start(classes(options), directory, arguments);
  }

  /** The same, whose error stream nobody reads before {@link #reading}. */
  static FatJar runUnread(Path directory, String... arguments) throws IOException {
    return startUnread(classes(List.of()), directory, arguments);
  }

  private static List<String> classes(List<String> options) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return all;
  }

  /** Starts another program. */
  static FatJar runMain(Class<?> main, String classPath, Path directory) throws IOException {
    return start(List.of("-cp", classPath, main.getName()), directory);
  }

  private static FatJar start(List<String> what, Path directory, String... arguments)
      throws IOException {
    return startUnread(what, directory, arguments).reading();
  }

  private static FatJar startUnread(List<String> what, Path directory, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.addAll(what);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    Map<String, String> environment = builder.environment();
    environment.remove("JAVA_TOOL_OPTIONS"); // the JVM would tell of it on the error stream
    return new FatJar(builder.start());
  }

  /** Waits for the first line of its standard output. */
  String awaitOutput() throws Exception {
    return firstLine.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Waits until it listens, and says where: {@code http://127.0.0.1:8080}. */
  String awaitListening() throws InterruptedException {
    while (true) {
      String line = errorLines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line == null || line.equals(END)) {
        throw new AssertionError("not listening: " + errors);
      }
      errors.add(line);
      int at = line.indexOf(LISTENING);
      if (at >= 0) {
        return line.substring(at + LISTENING.length()).strip();
      }
    }
  }

  /** Waits for a line of the error stream with this in it. */
  String awaitLine(String part) throws InterruptedException {
    while (true) {
      String line = errorLines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line == null || line.equals(END)) {
        throw new AssertionError("in vain waited for \"" + part + "\": " + errors);
      }
      errors.add(line);
      if (line.contains(part)) {
        return line;
      }
    }
  }

  /** The same, where the line may have been waited past already. */
  void awaitLineEver(String part) throws InterruptedException {
    if (errors.stream().noneMatch(line -> line.contains(part))) {
      awaitLine(part);
    }
  }

  /** Sends SIGHUP. */
  void hangUp() throws IOException, InterruptedException {
    send("HUP");
  }

  /** Has it stand still, as a machine that sleeps. */
  void freeze() throws IOException, InterruptedException {
    send("STOP");
  }

  /** Has it go on. */
  void thaw() throws IOException, InterruptedException {
    send("CONT");
  }

  /** Ends it without a word, as a machine that loses its power. */
  void kill() throws IOException, InterruptedException {
    send("KILL");
  }

  private void send(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
  }

  /** Whether the process goes on. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.toHandle().destroy(); // Process.destroy() would close its error stream as well
  }

  /** Waits for the end of the process. */
  int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running: " + errors);
    }
    return process.exitValue();
  }

  /** All lines of the error stream; to be asked for after the end. */
  List<String> errors() throws InterruptedException {
    while (errors.isEmpty() || !errors.get(errors.size() - 1).equals(END)) {
      String line = errorLines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      errors.add(line == null ? END : line);
    }
    return errors.subList(0, errors.size() - 1);
  }

  /** The standard output; to be asked for after the end. */
  String output() {
    return output.join();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  private void readOutput() {
    List<String> lines = process.inputReader(UTF_8).lines().peek(firstLine::complete).toList();
    firstLine.completeExceptionally(new AssertionError("no output"));
    output.complete(String.join("\n", lines));
  }

  private void readErrors() {
    new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))
        .lines()
        .forEach(errorLines::add);
    errorLines.add(END);
  }
}
