package dev.ssebridge.internal.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What a run of the command {@code doctor} printed.
 *
 * @param exit its exit code
 * @param out its report, as it is
 * @param err what it said beside
 */
record Examined(int exit, String out, String err) {
  private static final Pattern TIME = Pattern.compile("\\b[0-9]+(\\.[0-9]+)? (ms|s)\\b");
  private static final Pattern PORT = Pattern.compile("(port |127\\.0\\.0\\.1:|localhost:)[0-9]+");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  static Examined of(String... arguments) {
    return of(Map.of(), Clock.systemUTC(), arguments);
  }

  static Examined of(Map<String, String> environment, Clock clock, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(out, true, UTF_8);
    PrintStream said = new PrintStream(err, true, UTF_8);
    Terminal terminal =
        new Terminal(new ByteArrayInputStream(new byte[0]), printed, said, environment, Ansi.OFF);
    CommandLine line =
        new CommandLine(new DoctorCommand(terminal, clock))
            .setErr(new PrintWriter(said, true, UTF_8))
            .setOut(new PrintWriter(printed, true, UTF_8));
    // As for every command of the program.
    line.getCommandSpec().addOption(OptionSpec.builder("-h", "--help").usageHelp(true).build());
    int exit = line.execute(arguments);
    return new Examined(exit, out.toString(UTF_8), err.toString(UTF_8));
  }

  /** The lines of the report without advice, with times, ports and dates replaced. */
  List<String> lines() {
    return out.lines()
        .filter(line -> !line.startsWith(" "))
        .map(line -> TIME.matcher(line).replaceAll("T"))
        .map(line -> PORT.matcher(line).replaceAll("$1P"))
        .map(line -> DATE.matcher(line).replaceAll("D"))
        .map(line -> line.replaceAll(" +", " "))
        .toList();
  }

  /** The line about this, with its advice behind it where there is some. */
  String about(String what) {
    List<String> all = out.lines().toList();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).length() > 7 && all.get(i).substring(7).startsWith(what)) {
        boolean advised = i + 1 < all.size() && all.get(i + 1).startsWith(" ");
        return all.get(i).replaceAll(" +", " ") + (advised ? " " + all.get(i + 1).strip() : "");
      }
    }
    throw new AssertionError("expected a line about " + what + ", got:\n" + out + err);
  }
}
