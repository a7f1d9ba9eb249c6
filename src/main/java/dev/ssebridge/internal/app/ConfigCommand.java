package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.ConfigSchema;
import dev.ssebridge.internal.config.KeyList;
import dev.ssebridge.internal.tool.Terminal;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What can be configured. */
@Command(
    name = "config",
    description = "Prints what can be configured, and configurations to start from.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  vertx-sse-bridge config init --for topics > bridge.yaml",
      "  vertx-sse-bridge config keys heartbeat",
      "  vertx-sse-bridge config schema > bridge.schema.json"
    })
final class ConfigCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private @Nullable CommandSpec spec;

  ConfigCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  CommandLine withCommands() {
    return new CommandLine(this)
        .addSubcommand(new Schema(terminal))
        .addSubcommand(new KeysOf(terminal))
        .addSubcommand(new Full(terminal))
        .addSubcommand(new Init(terminal));
  }

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("called by nobody who parsed arguments");
    }
    throw new ParameterException(
        spec.commandLine(), "expected one of schema, keys, full and init, got nothing");
  }

  /** The schema. */
  @Command(
      name = "schema",
      description = "Prints the JSON Schema (2020-12) of a configuration, for editors.",
      footerHeading = "%nExample:%n",
      footer = {
        "  vertx-sse-bridge config schema > bridge.schema.json",
        "  In a YAML file: # yaml-language-server: $schema=bridge.schema.json"
      })
  private record Schema(Terminal terminal) implements Callable<Integer> {
    @Override
    public Integer call() {
      terminal.out().println(ConfigSchema.ofProgram().encodePrettily());
      return Terminal.DONE;
    }
  }

  /** The keys. */
  @Command(
      name = "keys",
      description = {
        "Lists every key with its default, its variable and its meaning; with a WORD only those"
            + " whose name or meaning has it."
      },
      footerHeading = "%nExample:%n",
      footer = "  vertx-sse-bridge config keys retry")
  private static final class KeysOf implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "WORD", arity = "0..1", description = "Part of a name or a meaning.")
    private String word = "";

    KeysOf(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      var lines = KeyList.lines(word);
      lines.forEach(terminal.out()::println);
      if (lines.isEmpty()) {
        terminal.err().println("expected part of a key or of its meaning, found none with it");
        return Terminal.FAILED;
      }
      return Terminal.DONE;
    }
  }

  /** All keys at their defaults. */
  @Command(
      name = "full",
      description = "Prints a configuration with every key at its default.",
      footerHeading = "%nExample:%n",
      footer = "  vertx-sse-bridge config full > bridge.json")
  private record Full(Terminal terminal) implements Callable<Integer> {
    @Override
    public Integer call() {
      terminal.out().print(ConfigChoice.resource("conf/bridge.full.json"));
      return Terminal.DONE;
    }
  }

  /** What a configuration is to be for. */
  enum Purpose {
    /** Others' streams for own browsers. */
    RELAY,
    /** Topics that others publish to. */
    TOPICS,
    /** The demo. */
    DEMO;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A beginning. */
  @Command(
      name = "init",
      description = "Prints a configuration to start from, with comments; asks nothing.",
      footerHeading = "%nExample:%n",
      footer = "  vertx-sse-bridge config init --for relay > bridge.yaml")
  private static final class Init implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
        names = "--for",
        paramLabel = "USE",
        description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Purpose purpose = Purpose.TOPICS;

    Init(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      terminal
          .out()
          .print(ConfigChoice.resource("dev/ssebridge/internal/app/init-" + purpose + ".yaml"));
      return Terminal.DONE;
    }
  }
}
