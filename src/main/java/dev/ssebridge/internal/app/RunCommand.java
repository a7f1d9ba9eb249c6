package dev.ssebridge.internal.app;

import dev.ssebridge.ConfigException;
import dev.ssebridge.LogOptions;
import dev.ssebridge.internal.config.ConfigReader;
import dev.ssebridge.internal.tool.Terminal;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Starts the bridge. */
@Command(
    name = "run",
    description = {
      "Starts the bridge with a configuration, or the demo without one; SIGTERM and SIGINT stop it,",
      "SIGHUP has it read its configuration again.",
      "Keys can be set by variables, too: SSE_BRIDGE__HTTP__PORT=9000 sets http.port."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  vertx-sse-bridge run bridge.yaml",
      "  vertx-sse-bridge run base.json site.json --set http.port=9000",
      "  SSE_BRIDGE__HTTP__HOST=0.0.0.0 vertx-sse-bridge run"
    })
final class RunCommand implements Callable<Integer> {
  /** No exit code: the bridge is running. */
  static final int RUNNING = -1;

  private static final Logger LOG = Logger.getLogger(RunCommand.class.getName());

  private final Terminal terminal;

  @Mixin private RunChoice choice = new RunChoice();

  RunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return run(terminal, choice);
  }

  /** The exit code, or {@link #RUNNING}. */
  static int run(Terminal terminal, RunChoice choice) {
    int instances = choice.instances();
    ReloadRequests reloads = new ReloadRequests();
    boolean isHeard = Hangup.runs(reloads::request);
    ConfigReader reader = choice.config().reader(terminal.environment());
    Reading reading;
    try {
      reading = Reading.of(reader, new HashSet<>());
    } catch (ConfigException wrong) {
      wrong.problems().forEach(terminal.err()::println);
      return Terminal.WRONG;
    }
    LogOptions log = reading.config().options().getLog();
    if (!ProgramLog.apply(reading.config().config().log())
        && !log.equals(new LogOptions().setAccess(log.isAccess()))) {
      LOG.warning(
          "log.format and log.level have no effect, as system properties of java.util.logging say"
              + " how is logged; take one of the two out");
    }
    if (!isHeard) {
      LOG.warning(
          "SIGHUP does not reload here: the process ignores it, as under nohup, or has no signals;"
              + " \"reload\": \"watch\" reads the files again when they change");
    }
    // Before the start: a signal that comes while it begins to serve stops it in order, too.
    CompletableFuture<@Nullable Program> started = new CompletableFuture<>();
    ProgramLog.keep();
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started.join()), "stop"));
    } catch (IllegalStateException stopping) {
      ProgramLog.stop();
      return Terminal.FAILED; // the signal was quicker, and nothing has begun
    }
    try {
      Program program =
          Program.start(reading, instances, named -> Reading.of(reader, named), reloads);
      started.complete(program);
      if (choice.printsAddress()) {
        terminal.out().println(program.address());
        terminal.out().flush();
      }
      return RUNNING;
    } catch (StartException failed) {
      ProgramLog.flush();
      terminal.err().println(HiddenTexts.without(String.valueOf(failed.getMessage())));
      return Terminal.FAILED;
    } finally {
      started.complete(null); // where it is not complete, nothing was started
    }
  }

  private static void stop(@Nullable Program program) {
    if (program != null) {
      program.stop();
    }
    ProgramLog.stop();
  }
}
