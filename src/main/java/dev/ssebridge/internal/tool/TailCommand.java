package dev.ssebridge.internal.tool;

import dev.ssebridge.client.EventSource;
import dev.ssebridge.internal.config.SourceRequest;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tail URL}: an event stream on the terminal, with reconnects, resume and gaps told. */
@Command(
    name = "tail",
    sortOptions = false,
    abbreviateSynopsis = true,
    header = "Follow an event stream.",
    description = {
      "",
      "Events go to the standard output, one a line. When the stream is open, is lost, comes back,"
          + " and what was missed, is said on the standard error stream. Where a connection ends"
          + " or breaks, another one goes on after the last event.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ${COMMAND-FULL-NAME} http://127.0.0.1:8080/topics/weather",
      "  ${COMMAND-FULL-NAME} --last 10 --pretty http://127.0.0.1:8080/topics/weather",
      "  ${COMMAND-FULL-NAME} --since 5m --type alert,storm --json URL | jq -r .data",
      "  ${COMMAND-FULL-NAME} --until 1 --until 30s -q URL || echo 'nothing came'",
      "  ${COMMAND-FULL-NAME} --bearer env:TOKEN --post prompt.json --until-data '[DONE]' URL"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:It ended as asked: --until, --no-reconnect, the end of what was posted, or nobody reads"
          + " its output any longer",
      "1:There was no stream, or the server ended it for good (204, 4xx), or it broke where there"
          + " is no other try",
      "2:Wrong usage",
      "3:Events were missed, with --strict-gaps"
    })
public final class TailCommand implements Callable<Integer> {
  /** Exit code: events were missed. */
  static final int MISSED = 3;

  private static final int LARGEST_BODY = 64 * 1024 * 1024;

  private final Terminal terminal;

  @Parameters(
      paramLabel = "URL",
      description = "The stream; without a scheme it is http. Its own query is kept.")
  private String url = "";

  @ArgGroup(heading = "%nWhere to begin, on a bridge; else with the next event:%n")
  private TailStart start = new TailStart();

  @ArgGroup(heading = "%nHow events are written; else one a line, with its type if it has one:%n")
  private Form form = new Form();

  @ArgGroup(validate = false, heading = "%nWhat is written:%n")
  private Choice choice = new Choice();

  @ArgGroup(validate = false, heading = "%nThe connection:%n")
  private HttpAccess access = new HttpAccess();

  @ArgGroup(validate = false, heading = "%nThe request:%n")
  private Post post = new Post();

  @ArgGroup(validate = false, heading = "%nWhen a connection fails or ends:%n")
  private Again again = new Again();

  @Option(
      names = {"-q", "--quiet"},
      description = "Say nothing but why it failed.")
  private boolean quiet;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the option
  private boolean help;

  private @Nullable CommandSpec spec;

  /** A command that reads and writes there. */
  public TailCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Takes the model of the options: an argument that begins with @ is no file of arguments. */
  @Spec
  public void setSpec(CommandSpec model) {
    spec = model;
    model.parser().expandAtFiles(false);
  }

  /** One of these. */
  private static final class Form {
    @Option(names = "--pretty", description = "With type, id and time, JSON set out over lines.")
    private boolean pretty;

    @Option(
        names = "--json",
        description = "One JSON object a line: time, id, type, data, and what else there is.")
    private boolean json;

    @Option(names = "--raw", description = "The data alone, to the letter; not for a terminal.")
    private boolean raw;

    TailView view() {
      return pretty ? TailView.PRETTY : json ? TailView.JSON : raw ? TailView.RAW : TailView.LINE;
    }
  }

  private static final class Choice {
    @Option(
        names = {"-t", "--type"},
        paramLabel = "TYPE",
        split = ",",
        description =
            "Only events of these types; @|bold message|@ are those that name none. Gaps and"
                + " outages are written, too, where they are named: sse.gap, sse.source.")
    private List<String> types = new ArrayList<>();

    @Option(names = "--timestamps", description = "Begin each line with the time it came.")
    private boolean timestamps;

    @Option(
        names = {"-u", "--until"},
        paramLabel = "N|DURATION",
        description = "End after N events were written, or after this time; or both.")
    private List<String> until = new ArrayList<>();

    @Option(
        names = "--until-data",
        paramLabel = "TEXT",
        description = "End with the event that has this data, which is not written.")
    private @Nullable String untilData;

    @Option(names = "--strict-gaps", description = "End with exit code 3 if events were missed.")
    private boolean strictGaps;
  }

  private static final class Post {
    @Option(
        names = "--post",
        paramLabel = "FILE",
        description = "Post this file (@|bold -|@: the standard input), once, and read the answer.")
    private @Nullable String file;

    @Option(
        names = "--content-type",
        paramLabel = "TYPE",
        description = "Of what is posted; application/json unless set.")
    private @Nullable String contentType;
  }

  private static final class Again {
    @Option(names = "--no-reconnect", description = "Ask once.")
    private boolean never;

    @Option(
        names = "--max-attempts",
        paramLabel = "N",
        description =
            "End after N failures in a row, 0: never. Unless set it ends if the first try fails,"
                + " and never later.")
    private @Nullable Integer maxAttempts;

    @Option(
        names = "--idle-timeout",
        paramLabel = "DURATION",
        converter = DurationConverter.class,
        description = "Take a stream for dead that brings nothing for so long.")
    private @Nullable Duration idle;
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      TailUntil until = TailUntil.of(choice.until);
      TailRun.Wish wish =
          new TailRun.Wish(
              form.view(),
              choice.timestamps,
              terminal.colours(),
              Set.copyOf(choice.types),
              until.events(),
              until.time(),
              choice.strictGaps);
      return follow(request(), access.client(), wish);
    } catch (UsageException wrong) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), String.valueOf(wrong.getMessage()));
    } catch (IOException failed) {
      terminal.err().println("tail: the events could not be written: " + failed.getMessage());
      return Terminal.FAILED;
    }
  }

  private int follow(TailRequest request, HttpClientOptions options, TailRun.Wish wish)
      throws InterruptedException, IOException {
    TailRun run =
        new TailRun(wish, new TailOutput(terminal.out()), new TailReport(terminal.err(), quiet));
    try (ToolVertx own = ToolVertx.start()) {
      WatchedClient client = WatchedClient.of(own.vertx(), options);
      EventSource source = request.open(own.vertx(), client, terminal.environment());
      try (TailFeed feed = new TailFeed(source, client)) {
        StopHook hook = StopHook.install(feed::leave);
        ReaderWatch reader = watchReader(feed);
        try {
          return run.follow(feed);
        } finally {
          hook.close();
          if (reader != null) {
            reader.close();
          }
        }
      }
    }
  }

  private @Nullable ReaderWatch watchReader(TailFeed feed) {
    return terminal.out().equals(System.out) ? ReaderWatch.start(feed::unread) : null;
  }

  private TailRequest request() throws UsageException {
    Map<String, String> headers = access.headers(terminal.environment());
    String inHeader = headers.remove("last-event-id");
    String id = start.id();
    if (inHeader != null && !id.isEmpty()) {
      throw new UsageException("--id: expected either the option or a header, got both");
    }
    id = inHeader == null ? id : inHeader;
    try {
      SourceRequest.requireEventId(id);
    } catch (UnfitValueException wrong) {
      throw new UsageException("--id: " + wrong.getMessage());
    }
    Buffer body = post.file == null ? null : Buffer.buffer(body(post.file));
    if (body != null) {
      String type = post.contentType == null ? "application/json" : post.contentType;
      headers.putIfAbsent("Content-Type", type);
    } else if (post.contentType != null) {
      throw new UsageException("--content-type: expected --post beside it");
    }
    boolean once = body != null || again.never;
    if (again.maxAttempts != null && (once || again.maxAttempts < 0)) {
      throw new UsageException(
          once
              ? "--max-attempts: what is posted, and with --no-reconnect, is asked for once"
              : "--max-attempts: expected 0 or more, got " + again.maxAttempts);
    }
    return new TailRequest(
        start.of(HttpAccess.url(url)),
        id,
        headers,
        body,
        once,
        again.maxAttempts,
        choice.untilData,
        again.idle,
        access);
  }

  private byte[] body(String file) throws UsageException {
    try (InputStream in = file.equals("-") ? terminal.in() : Files.newInputStream(Path.of(file))) {
      byte[] body = in.readNBytes(LARGEST_BODY + 1);
      if (body.length <= LARGEST_BODY) {
        return body;
      }
    } catch (IOException | InvalidPathException unreadable) {
      throw new UsageException(
          "--post: expected a readable file, got \"" + PrintableText.of(file) + "\"");
    }
    throw new UsageException("--post: expected at most 64 MiB, got more");
  }
}
