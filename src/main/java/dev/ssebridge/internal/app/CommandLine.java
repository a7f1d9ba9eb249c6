package dev.ssebridge.internal.app;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the program was asked to do. */
sealed interface CommandLine {
  String USAGE =
      """
      usage: java -jar vertx-sse-bridge.jar [options] [path/to/bridge.json]

      Bridges the Vert.x event bus and Server-Sent Events. Without a file it runs the
      demo: http://127.0.0.1:8080/

        --check <file>     say what is wrong with a configuration, and start nothing
        --instances <n>    event loops that serve HTTP (default: one per processor)
        --help             this text
        --version          which version this is

      Exit codes: 0 done, 1 it could not start, 2 wrong usage or configuration.
      """;

  /** Start, with the configuration of this file, or the built-in one. */
  record Run(@Nullable Path file, int instances) implements CommandLine {}

  /** Read the configuration and start nothing. */
  record Check(Path file) implements CommandLine {}

  /** Print the usage. */
  record Help() implements CommandLine {}

  /** Print the version. */
  record Version() implements CommandLine {}

  /** The arguments make no sense. */
  record Wrong(String problem) implements CommandLine {}

  /** Takes the arguments of the program apart. */
  static CommandLine parse(List<String> arguments, int processors) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      return new Help();
    }
    if (arguments.contains("--version")) {
      return new Version();
    }
    try {
      return new Reader(arguments, processors).read();
    } catch (InvalidPathException wrong) {
      return new Wrong("expected a file, got \"" + wrong.getInput() + "\"");
    }
  }

  /** Reads the arguments from left to right. */
  final class Reader {
    private static final int MOST_INSTANCES = 1024;

    private final List<String> arguments;
    private final List<Path> files = new ArrayList<>();
    private int instances;
    private @Nullable Path check;

    private Reader(List<String> arguments, int processors) {
      this.arguments = arguments;
      this.instances = processors;
    }

    private CommandLine read() {
      for (int i = 0; i < arguments.size(); i++) {
        String argument = arguments.get(i);
        String value = i + 1 < arguments.size() ? arguments.get(i + 1) : "";
        if (argument.equals("--check")) {
          if (value.isEmpty()) {
            return new Wrong("--check: expected a file after it, got nothing");
          }
          check = Path.of(value);
          i++;
        } else if (argument.equals("--instances")) {
          instances = instances(value);
          if (instances == 0) {
            return new Wrong(
                "--instances: expected 1.." + MOST_INSTANCES + ", got \"" + value + "\"");
          }
          i++;
        } else if (argument.startsWith("-")) {
          return new Wrong("unknown option " + argument);
        } else {
          files.add(Path.of(argument));
        }
      }
      return complete();
    }

    private CommandLine complete() {
      if (check != null) {
        return files.isEmpty()
            ? new Check(check)
            : new Wrong("expected either --check or a file to run, got both");
      }
      if (files.size() > 1) {
        return new Wrong("expected one configuration, got " + files.size() + ": " + files);
      }
      return new Run(files.isEmpty() ? null : files.get(0), instances);
    }

    private static int instances(String text) {
      int number = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
      return number <= MOST_INSTANCES ? number : 0;
    }
  }
}
