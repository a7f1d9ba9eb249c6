package dev.ssebridge.internal.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.testing.Deadline;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** A command on a thread of its own, with streams that a test can look at. */
final class RunningCommand {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Thread thread;
  private volatile @Nullable Integer code;

  private RunningCommand(Function<Terminal, Object> command, Setting setting, String... arguments) {
    OutputStream sink = setting.sink == null ? out : setting.sink;
    Terminal terminal =
        new Terminal(
            setting.in,
            new PrintStream(sink, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            setting.environment,
            setting.colours);
    thread =
        new Thread(
            () ->
                code =
                    new CommandLine(command.apply(terminal))
                        .setOut(new PrintWriter(out, true, UTF_8))
                        .setErr(new PrintWriter(err, true, UTF_8))
                        .execute(arguments),
            "command");
    thread.setDaemon(true);
    thread.start();
  }

  /** What a command finds. */
  static final class Setting {
    private InputStream in = new ByteArrayInputStream(new byte[0]);
    private @Nullable OutputStream sink;
    private Map<String, String> environment = Map.of();
    private Ansi colours = Ansi.OFF;

    Setting in(InputStream value) {
      in = value;
      return this;
    }

    Setting in(String text) {
      return in(new ByteArrayInputStream(text.getBytes(UTF_8)));
    }

    Setting sink(OutputStream value) {
      sink = value;
      return this;
    }

    Setting environment(Map<String, String> value) {
      environment = value;
      return this;
    }

    Setting colours() {
      colours = Ansi.ON;
      return this;
    }

    RunningCommand tail(String... arguments) {
      return new RunningCommand(TailCommand::new, this, arguments);
    }

    RunningCommand publish(String... arguments) {
      return new RunningCommand(PublishCommand::new, this, arguments);
    }
  }

  static RunningCommand tail(String... arguments) {
    return new Setting().tail(arguments);
  }

  static RunningCommand publish(String... arguments) {
    return new Setting().publish(arguments);
  }

  /** What was written so far. */
  String out() {
    return out.toString(UTF_8);
  }

  List<String> lines() {
    return out().lines().toList();
  }

  /** What was said so far. */
  String err() {
    return err.toString(UTF_8);
  }

  /** Waits until something was said. */
  RunningCommand awaitErr(String part) {
    return await(command -> command.err().contains(part), "\"" + part + "\" to be said");
  }

  /** Waits until something was written. */
  RunningCommand awaitOut(String part) {
    return await(command -> command.out().contains(part), "\"" + part + "\" to be written");
  }

  RunningCommand await(Predicate<RunningCommand> condition, String what) {
    Deadline.await(
        () -> condition.test(this) || code != null,
        () -> what + "; out: " + out() + "; err: " + err());
    if (!condition.test(this)) {
      throw new AssertionError("ended before " + what + "; out: " + out() + "; err: " + err());
    }
    return this;
  }

  boolean isRunning() {
    return code == null;
  }

  /** Waits for its end. */
  int exit() {
    Deadline.await(() -> code != null, () -> "the end; out: " + out() + "; err: " + err());
    Integer known = code;
    if (known == null) {
      throw new AssertionError("no exit code");
    }
    return known;
  }
}
