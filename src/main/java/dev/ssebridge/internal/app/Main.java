package dev.ssebridge.internal.app;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.internal.config.ConfigWarnings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The standalone program: {@code java -jar vertx-sse-bridge.jar [path/to/bridge.json]}. */
public final class Main {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG = 2;
  private static final String BUILT_IN = "conf/bridge.json";

  private final PrintStream out;
  private final PrintStream err;

  Main(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Runs the program. Returns while the bridge goes on; leaves the process where there is nothing
   * to run.
   */
  public static void main(String[] arguments) {
    ProgramLog.start();
    Main main = new Main(System.out, System.err);
    int processors = Runtime.getRuntime().availableProcessors();
    main.run(CommandLine.parse(List.of(arguments), processors)).ifPresent(System::exit);
  }

  /** The exit code, or nothing while a bridge is running. */
  OptionalInt run(CommandLine command) {
    if (command instanceof CommandLine.Run run) {
      return start(run);
    }
    if (command instanceof CommandLine.Check check) {
      ConfigFile file = load(check.file());
      if (file != null) {
        ConfigWarnings.of(file.config())
            .forEach(warning -> out.println(file.name() + ": warning: " + warning));
        out.println(file.name() + ": ok");
      }
      return OptionalInt.of(file == null ? WRONG : DONE);
    }
    if (command instanceof CommandLine.Wrong wrong) {
      err.println(wrong.problem());
      err.print(CommandLine.USAGE);
      return OptionalInt.of(WRONG);
    }
    out.print(
        command instanceof CommandLine.Help
            ? CommandLine.USAGE
            : version() + System.lineSeparator());
    return OptionalInt.of(DONE);
  }

  private OptionalInt start(CommandLine.Run run) {
    ConfigFile file = load(run.file());
    if (file == null) {
      return OptionalInt.of(WRONG);
    }
    try {
      Program program = Program.start(file, run.instances());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(program), "stop"));
      return OptionalInt.empty();
    } catch (StartException failed) {
      err.println(failed.getMessage());
      return OptionalInt.of(FAILED);
    }
  }

  private static void stop(Program program) {
    program.stop();
    ProgramLog.stop();
  }

  /** Null if something is wrong, which has been printed then. */
  private @Nullable ConfigFile load(@Nullable Path path) {
    try {
      return path == null ? builtIn() : ConfigFile.read(path);
    } catch (ConfigException wrong) {
      wrong.problems().forEach(err::println);
      return null;
    }
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return "vertx-sse-bridge " + (version == null ? "(not packaged)" : version);
  }

  private static ConfigFile builtIn() {
    try (InputStream in = Main.class.getResourceAsStream("/" + BUILT_IN)) {
      if (in == null) {
        throw new FileNotFoundException("expected " + BUILT_IN + " on the class path");
      }
      return ConfigFile.parse(
          "built-in " + BUILT_IN,
          new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
