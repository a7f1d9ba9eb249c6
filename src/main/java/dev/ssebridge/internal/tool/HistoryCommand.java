package dev.ssebridge.internal.tool;

import dev.ssebridge.internal.store.file.HistoryFiles;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.spi.GapReason;
import dev.ssebridge.spi.StoredEvent;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code history}: looks into the directory of a store of history, and makes it smaller. */
@Command(
    name = "history",
    description = "Looks into the files of a history: those of a store of type \"file\".",
    footerHeading = "%nExamples:%n",
    footer = {
      "  vertx-sse-bridge history dump /var/lib/sse --channel 'news news'",
      "  vertx-sse-bridge history verify /var/lib/sse",
      "  vertx-sse-bridge history compact /var/lib/sse"
    })
public final class HistoryCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private @Nullable CommandSpec spec;

  /** On this terminal. */
  public HistoryCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** With the commands below it. */
  public CommandLine withCommands() {
    return new CommandLine(this)
        .addSubcommand(new Dump(terminal))
        .addSubcommand(new Verify(terminal))
        .addSubcommand(new Compact(terminal));
  }

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("called by nobody who parsed arguments");
    }
    throw new ParameterException(
        spec.commandLine(), "expected one of dump, verify and compact, got nothing");
  }

  private static int failed(Terminal terminal, Path directory, IOException failure) {
    String why =
        failure instanceof NoSuchFileException
            ? "expected a directory of a store, found nothing"
            : failure instanceof NotDirectoryException
                ? "expected a directory of a store, found a file"
                : String.valueOf(failure.getMessage());
    terminal.err().println(PrintableText.ofAll(directory + ": " + why));
    return Terminal.FAILED;
  }

  /** The events. */
  @Command(
      name = "dump",
      description = {
        "Prints every event that is kept as a line of JSON, channel by channel, in order.",
        "A bridge may be at work there: what it writes meanwhile may be missing."
      },
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:all was printed", "1:it could not be read", "2:wrong usage"},
      footerHeading = "%nExample:%n",
      footer = "  vertx-sse-bridge history dump /var/lib/sse | jq -r .frame")
  private static final class Dump implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "DIRECTORY", description = "Of the store.")
    private Path directory = Path.of("");

    @Option(
        names = "--channel",
        paramLabel = "NAME",
        description = {
          "Only this channel; any number of times. Its name is that of the",
          "route, a space, and the addresses: 'news news'."
        })
    private List<String> channels = new ArrayList<>();

    Dump(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try {
        HistoryFiles.dump(
            directory,
            name -> channels.isEmpty() || channels.contains(name),
            (channel, epoch, sequence, event) ->
                terminal.out().println(line(channel, epoch, sequence, event)));
      } catch (IOException e) {
        return failed(terminal, directory, e);
      }
      // A pipe that is closed is no fault.
      return terminal.out().checkError() ? Terminal.FAILED : Terminal.DONE;
    }

    private static String line(String channel, String epoch, long sequence, StoredEvent event) {
      JsonObject line =
          new JsonObject()
              .put("channel", channel)
              .put("epoch", epoch)
              .put("sequence", sequence)
              .put("time", Instant.ofEpochMilli(event.time()).toString());
      GapReason reason = event.reason();
      if (reason != null) {
        return line.put("lost", event.lost()).put("reason", reason.word()).encode();
      }
      put(line, "key", event.key());
      put(line, "label", event.label());
      put(line, "messageId", event.messageId());
      return line.put("frame", new String(event.frame(), StandardCharsets.UTF_8)).encode();
    }

    private static void put(JsonObject line, String name, @Nullable String value) {
      if (value != null) {
        line.put(name, value);
      }
    }
  }

  /** Whether all can be read. */
  @Command(
      name = "verify",
      description = {
        "Reads all segments from end to end, and says where one is damaged. It changes nothing."
      },
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:nothing is damaged", "1:something is, or cannot be read", "2:wrong usage"},
      footerHeading = "%nExample:%n",
      footer = "  vertx-sse-bridge history verify /var/lib/sse")
  private static final class Verify implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "DIRECTORY", description = "Of the store.")
    private Path directory = Path.of("");

    Verify(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try {
        boolean damaged = false;
        for (HistoryFiles.Content content : HistoryFiles.verify(directory)) {
          terminal.out().println(PrintableText.ofAll(line(content)));
          for (var damage : content.damages()) {
            damaged = true;
            terminal
                .out()
                .println(
                    PrintableText.ofAll(
                        "  " + damage.what() + ": bytes " + damage.from() + " to " + damage.to()));
          }
        }
        return damaged ? Terminal.FAILED : Terminal.DONE;
      } catch (IOException e) {
        return failed(terminal, directory, e);
      }
    }

    private static String line(HistoryFiles.Content content) {
      return content.segment().getFileName()
          + ": "
          + content.bytes()
          + " bytes, "
          + content.events()
          + " events of "
          + content.channels()
          + " channels"
          + (content.notWhole() == 0
              ? ""
              : ", the last "
                  + content.notWhole()
                  + " bytes were not written whole: the next start cuts them off")
          + (content.damages().isEmpty() ? "" : ", DAMAGED");
    }
  }

  /** Less of the disk. */
  @Command(
      name = "compact",
      description = {
        "Writes all events that are kept into new segments, and deletes the old ones. No bridge may"
            + " be at work there."
      },
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:done",
        "1:a bridge is at work there, or something cannot be read or written; nothing is lost",
        "2:wrong usage"
      },
      footerHeading = "%nExample:%n",
      footer = "  vertx-sse-bridge history compact /var/lib/sse")
  private static final class Compact implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "DIRECTORY", description = "Of the store.")
    private Path directory = Path.of("");

    Compact(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try {
        HistoryFiles.Compacted done = HistoryFiles.compact(directory);
        terminal
            .out()
            .println(done.bytesBefore() + " bytes before, " + done.bytesAfter() + " bytes now");
        if (done.kept() > 0) {
          terminal
              .err()
              .println(
                  done.kept()
                      + " segments are damaged and stay as they are; history verify tells where");
          return Terminal.FAILED;
        }
        return Terminal.DONE;
      } catch (IOException e) {
        return failed(terminal, directory, e);
      }
    }
  }
}
