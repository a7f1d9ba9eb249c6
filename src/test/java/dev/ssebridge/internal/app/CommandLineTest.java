package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {

  @Test
  void withoutArgumentsTheBuiltInConfigurationRunsOnEveryProcessor() {
    assertThat(parse()).isEqualTo(new CommandLine.Run(null, 4));
  }

  @Test
  void aFileAndANumberOfInstancesMayBeGiven() {
    assertThat(parse("b.json")).isEqualTo(new CommandLine.Run(Path.of("b.json"), 4));
    assertThat(parse("--instances", "2", "b.json"))
        .isEqualTo(new CommandLine.Run(Path.of("b.json"), 2));
  }

  @Test
  void helpAndVersionWinOverEverythingElse() {
    assertThat(parse("a", "b", "--help")).isEqualTo(new CommandLine.Help());
    assertThat(parse("-h")).isEqualTo(new CommandLine.Help());
    assertThat(parse("--version", "--nonsense")).isEqualTo(new CommandLine.Version());
  }

  @Test
  void aFileCanBeCheckedWithoutBeingRun() {
    assertThat(parse("--check", "b.json")).isEqualTo(new CommandLine.Check(Path.of("b.json")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a b             | expected one configuration, got 2: [a, b]
          --check         | --check: expected a file after it, got nothing
          --check a b     | expected either --check or a file to run, got both
          --instances     | --instances: expected 1..1024, got ""
          --instances 0   | --instances: expected 1..1024, got "0"
          --instances 1025 | --instances: expected 1..1024, got "1025"
          --instances x   | --instances: expected 1..1024, got "x"
          --chekc a       | unknown option --chekc
          """)
  void whatMakesNoSenseIsNamed(String arguments, String problem) {
    assertThat(parse(arguments.split(" "))).isEqualTo(new CommandLine.Wrong(problem));
  }

  @Test
  void theUsageNamesEveryOption() {
    assertThat(CommandLine.USAGE).contains("--check", "--instances", "--help", "--version");
  }

  private static CommandLine parse(String... arguments) {
    return CommandLine.parse(List.of(arguments), 4);
  }
}
