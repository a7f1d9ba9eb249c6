package dev.ssebridge.internal.app;

import dev.ssebridge.internal.tool.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The program: without the name of a command it runs the bridge. */
@Command(
    name = "vertx-sse-bridge",
    description = {
      "Bridges the Vert.x event bus and Server-Sent Events.",
      "Without a command it is \"run\"; without a file it runs the demo: http://127.0.0.1:8080/"
    },
    versionProvider = BridgeCommand.Version.class,
    subcommandsRepeatable = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:done",
      " 1:it could not start, or what was asked for could not be done",
      " 2:wrong usage or configuration"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar vertx-sse-bridge.jar",
      "  java -jar vertx-sse-bridge.jar bridge.json --set http.port=9000",
      "  java -jar vertx-sse-bridge.jar check bridge.json --effective",
      "  java -jar vertx-sse-bridge.jar tail http://127.0.0.1:8080/events",
      "",
      "COMMAND --help says more of a command."
    })
final class BridgeCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private RunChoice choice = new RunChoice();

  @Option(
      names = "--check",
      paramLabel = "FILE",
      description = "The same as the command check: says what is wrong, and starts nothing.")
  private @Nullable Path check;

  BridgeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (check == null) {
      requireNoCommand();
      return RunCommand.run(terminal, choice);
    }
    if (!choice.config().files().isEmpty()) {
      throw new WrongUsageException("expected either --check or a file to run, got both");
    }
    return new ConfigCheck(terminal, false, false)
        .check(choice.config().reader(List.of(check), terminal.environment()));
  }

  /** What is mistyped comes here as the name of a file. */
  private void requireNoCommand() {
    List<Path> files = choice.config().files();
    if (spec == null || files.isEmpty()) {
      return;
    }
    MistypedCommand.of(files.get(0).toString(), spec.subcommands().keySet())
        .ifPresent(
            told -> {
              throw new WrongUsageException(told);
            });
  }

  /** The version that the manifest of the jar tells. */
  static final class Version implements picocli.CommandLine.IVersionProvider {
    /** Called by picocli. */
    Version() {}

    @Override
    public String[] getVersion() {
      return new String[] {"vertx-sse-bridge " + number()};
    }

    /** As it is called in a sentence. */
    static String number() {
      String version = BridgeCommand.class.getPackage().getImplementationVersion();
      return version == null ? "(not packaged)" : version;
    }
  }
}
