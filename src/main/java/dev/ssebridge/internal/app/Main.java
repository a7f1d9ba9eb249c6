package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.tool.DoctorCommand;
import dev.ssebridge.internal.tool.HistoryCommand;
import dev.ssebridge.internal.tool.PublishCommand;
import dev.ssebridge.internal.tool.TailCommand;
import dev.ssebridge.internal.tool.Terminal;
import java.io.PrintWriter;
import java.util.OptionalInt;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The standalone program: {@code java -jar vertx-sse-bridge.jar [COMMAND] [path/to/bridge.json]}.
 */
public final class Main {
  private final CommandLine commands;

  Main(Terminal terminal) {
    commands = new CommandLine(new BridgeCommand(terminal));
    commands
        .addSubcommand(new RunCommand(terminal))
        .addSubcommand(new CheckCommand(terminal))
        .addSubcommand(new ConfigCommand(terminal).withCommands())
        .addSubcommand(new TailCommand(terminal))
        .addSubcommand(new PublishCommand(terminal))
        .addSubcommand(new DoctorCommand(terminal))
        .addSubcommand(new HistoryCommand(terminal).withCommands())
        .addSubcommand("completion", new CommandLine(new GenerateCompletion()));
    commands
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("--version")
                .versionHelp(true)
                .description("Which version this is.")
                .build());
    forEach(commands, terminal);
    CommandLine completion = commands.getSubcommands().get("completion");
    if (completion != null) {
      completion
          .getCommandSpec()
          .usageMessage()
          .description("Prints the completion of commands and options for bash and zsh.")
          .footerHeading("%nExample:%n")
          .footer("  source <(vertx-sse-bridge completion)");
    }
  }

  /** The same settings for a command and all below it. */
  private static void forEach(CommandLine command, Terminal terminal) {
    command
        .setOut(new PrintWriter(terminal.out(), true, UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, UTF_8))
        .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colours()))
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false) // a text to publish may begin with @
        .setParameterExceptionHandler((wrong, arguments) -> refuse(meant(wrong, arguments)))
        .setExecutionExceptionHandler(
            (failure, at, parsed) -> {
              if (failure instanceof WrongUsageException wrong) {
                return refuse(new ParameterException(at, wrong.getMessage()));
              }
              throw failure;
            });
    if (command.getCommandSpec().findOption("--help") == null) {
      command
          .getCommandSpec()
          .addOption(
              OptionSpec.builder("-h", "--help").usageHelp(true).description("This text.").build());
    }
    command.getSubcommands().values().forEach(each -> forEach(each, terminal));
  }

  /** An option that is unknown may be one of a command whose name is mistyped. */
  private static ParameterException meant(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    return command.getParent() == null && arguments.length > 0
        ? MistypedCommand.of(arguments[0], command.getSubcommands().keySet())
            .map(told -> new ParameterException(command, told))
            .orElse(wrong)
        : wrong;
  }

  /** What is wrong, what was meant perhaps, and where to read on. */
  private static int refuse(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(
        PrintableText.of(
            wrong instanceof UnmatchedArgumentException un
                ? unknown(un)
                : String.valueOf(wrong.getMessage())));
    if (!UnmatchedArgumentException.printSuggestions(wrong, err)) {
      err.println(command.getHelp().fullSynopsis().strip());
    }
    err.println("Try \"" + command.getCommandSpec().qualifiedName() + " --help\".");
    return Terminal.WRONG;
  }

  /** The option without its value, and no text at all: either may be a secret. */
  private static String unknown(UnmatchedArgumentException wrong) {
    return wrong.getUnmatched().stream()
        .filter(argument -> argument.startsWith("-"))
        .map(argument -> "unknown option " + argument.replaceFirst("=.*", ""))
        .findFirst()
        .orElse("expected fewer arguments, got " + wrong.getUnmatched().size() + " too many");
  }

  /**
   * Runs the program. Returns while the bridge goes on; leaves the process where there is nothing
   * to run.
   */
  public static void main(String[] arguments) {
    ProgramLog.start();
    forbidRenegotiation();
    new Main(Terminal.ofProcess()).run(arguments).ifPresent(System::exit);
  }

  /**
   * A client of TLS 1.2 must not have the JVM shake hands again and again, and over HTTP/2 never
   * (RFC 9113, section 9.2.1). BoringSSL does not do it anyway. Before anything uses TLS.
   */
  private static void forbidRenegotiation() {
    String key = "jdk.tls.rejectClientInitiatedRenegotiation";
    if (System.getProperty(key) == null) {
      System.setProperty(key, "true");
    }
  }

  /** The exit code, or nothing while a bridge is running. */
  OptionalInt run(String... arguments) {
    int code = commands.execute(arguments);
    return code == RunCommand.RUNNING ? OptionalInt.empty() : OptionalInt.of(code);
  }
}
