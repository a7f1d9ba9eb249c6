package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A program of the machine that a test needs. */
public final class Installed {
  private final Path binary;

  private Installed(Path binary) {
    this.binary = binary;
  }

  /**
   * Where it is not installed the test is skipped; where everything must be, with {@code CI=true},
   * it fails.
   *
   * @param name of the program
   * @param debianPackage that it comes with
   */
  public static Installed require(String name, String debianPackage) {
    Path found = find(name);
    String missing = name + " is missing (Debian package " + debianPackage + ")";
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      if (found == null) {
        throw new AssertionError(missing);
      }
    } else {
      assumeTrue(found != null, missing + "; with CI=true this test fails");
    }
    return new Installed(Path.of(String.valueOf(found)));
  }

  private static @Nullable Path find(String name) {
    List<String> directories = new ArrayList<>(List.of(System.getenv("PATH").split(":", -1)));
    directories.addAll(List.of("/usr/sbin", "/usr/bin"));
    for (String directory : directories) {
      Path candidate = Path.of(directory, name);
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  /**
   * How a run of it has ended.
   *
   * @param status of its exit
   * @param output on both streams
   */
  public record Result(int status, String output) {}

  /** Runs it in this directory, to its end. */
  public Result run(Path directory, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(binary.toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("output", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " does not end: " + Files.readString(output));
      }
      return new Result(process.exitValue(), Files.readString(output, UTF_8));
    } finally {
      Files.delete(output);
    }
  }

  /** Starts it in this directory, and waits until it listens at these ports. */
  public Running start(Path directory, List<Integer> ports, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(binary.toString()));
    command.addAll(List.of(arguments));
    Path log = directory.resolve(binary.getFileName() + ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Running running = new Running(process, log);
    try {
      Deadline.await(
          () -> !process.isAlive() || ports.stream().allMatch(Installed::listens),
          () -> "that it listens: " + running.log());
      if (!process.isAlive()) {
        throw new AssertionError("it has ended: " + running.log());
      }
    } catch (AssertionError failed) {
      running.close();
      throw failed;
    }
    return running;
  }

  /** A run of it that goes on until it is closed. */
  public static final class Running implements AutoCloseable {
    private final Process process;
    private final Path log;

    private Running(Process process, Path log) {
      this.process = process;
      this.log = log;
    }

    /** What it has said until now. */
    public String log() {
      try {
        return Files.readString(log);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      List<ProcessHandle> children = process.descendants().toList();
      process.destroy();
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
      }
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }

  /** Whether anything listens there. */
  public static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /**
   * A port that is free, and that no client is given meanwhile: below those that the kernel gives
   * to connections, so that a server can come back to it.
   */
  public static int portToComeBackTo() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // another one
      }
    }
  }

  /** So many of them, none twice. */
  public static List<Integer> portsToComeBackTo(int count) {
    return Stream.generate(Installed::portToComeBackTo).distinct().limit(count).toList();
  }
}
