package dev.ssebridge.internal.tool;

import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

/** {@code publish URL [TEXT|-]}: events from the terminal, a file, a pipe. */
@Command(
    name = "publish",
    sortOptions = false,
    abbreviateSynopsis = true,
    header = "Publish events.",
    description = {
      "",
      "Posts TEXT, or else the standard input, to a path of a bridge that publishes. What the"
          + " server cannot take now (429, 503) is sent again when it says, and nothing is sent"
          + " twice that may have been taken.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ${COMMAND-FULL-NAME} http://127.0.0.1:8080/topics/weather sunny",
      "  ${COMMAND-FULL-NAME} --json --type reading URL '{\"celsius\": 21}'",
      "  ${COMMAND-FULL-NAME} --ndjson --file readings.ndjson URL",
      "  tail -F /var/log/syslog | ${COMMAND-FULL-NAME} --follow --type log URL",
      "  ${COMMAND-FULL-NAME} --bearer env:TOKEN URL - < report.txt"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Everything was taken",
      "1:Something was refused, or could not be sent, or nobody knows what became of it",
      "2:Wrong usage, or with --json a text that is none; nothing was sent"
    })
public final class PublishCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "URL",
      description = "Where to post to; without a scheme it is http. Its own query is kept.")
  private String url = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TEXT",
      description = "The event; @|bold -|@, or none: the standard input.")
  private @Nullable String text;

  @ArgGroup(validate = false, heading = "%nThe events:%n")
  private Events events = new Events();

  @ArgGroup(validate = false, heading = "%nWhat comes of it:%n")
  private Outcome outcome = new Outcome();

  @ArgGroup(validate = false, heading = "%nThe connection:%n")
  private HttpAccess access = new HttpAccess();

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
  public PublishCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Takes the model of the options: an argument that begins with @ is no file of arguments. */
  @Spec
  public void setSpec(CommandSpec model) {
    spec = model;
    model.parser().expandAtFiles(false);
  }

  private static final class Events {
    @Option(
        names = "--file",
        paramLabel = "FILE",
        description = "Read this file instead of the standard input.")
    private @Nullable String file;

    @Option(names = "--json", description = "It is JSON, which is checked first.")
    private boolean json;

    @Option(
        names = "--ndjson",
        description =
            "Each line is an event in JSON. They are sent in requests of at most 1000 lines.")
    private boolean ndjson;

    @Option(
        names = {"-f", "--follow"},
        description = "Each line is an event, sent in a request of its own as soon as it is there.")
    private boolean follow;

    @Option(
        names = {"-t", "--type"},
        paramLabel = "TYPE",
        description = "The type of the events.")
    private @Nullable String type;

    @Option(
        names = "--id",
        paramLabel = "ID",
        description =
            "The id of the event; a bridge shows it to its publish handlers, and gives its own.")
    private @Nullable String id;

    @Option(
        names = "--content-type",
        paramLabel = "TYPE",
        description = "Instead of text/plain, application/json or application/x-ndjson.")
    private @Nullable String contentType;

    boolean areLines() {
      return ndjson || follow;
    }
  }

  private static final class Outcome {
    @Option(
        names = "--print-id",
        description = "Write the id that the bridge gave the event, or the last line.")
    private boolean printId;

    @Option(
        names = "--keep-going",
        description = "Leave out lines that are refused; else the first of them is the end.")
    private boolean keepGoing;

    @Option(
        names = "--retries",
        paramLabel = "N",
        defaultValue = "5",
        description =
            "How often it is sent again after 429, 503 and 504 of a bridge (${DEFAULT-VALUE}).")
    private int retries = 5;

    @Option(
        names = "--max-wait",
        paramLabel = "DURATION",
        defaultValue = "1m",
        converter = DurationConverter.class,
        description = "How long is waited for that in all (${DEFAULT-VALUE}).")
    private Duration maxWait = Duration.ofMinutes(1);

    @Option(names = "--progress", description = "Say how it goes, also where that is no terminal.")
    private boolean progress;
  }

  @Override
  public Integer call() {
    try {
      requireSense();
      HttpClientOptions options = access.client();
      RequestOptions head = head();
      Buffer single = events.areLines() ? null : single();
      PublishReport report = new PublishReport(terminal.err(), quiet, outcome.progress);
      try (ToolVertx own = ToolVertx.start()) {
        HttpClient client = WatchedClient.of(own.vertx(), options);
        PublishSender sender =
            new PublishSender(
                new PublishClient(client, head, access.responseTimeout()),
                outcome.retries,
                outcome.maxWait,
                report);
        PublishRun run =
            new PublishRun(sender, report, outcome.keepGoing, outcome.printId, terminal.out());
        return publish(run, single);
      }
    } catch (UsageException wrong) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), String.valueOf(wrong.getMessage()));
    }
  }

  private int publish(PublishRun run, @Nullable Buffer single) throws UsageException {
    PublishLines lines =
        single != null
            ? null
            : PublishLines.read(PublishInput.open(events.file, terminal.in()), !events.follow);
    StopHook hook = StopHook.install(Thread.currentThread()::interrupt);
    try {
      if (lines == null) {
        return run.one(Objects.requireNonNull(single));
      }
      return events.follow ? run.follow(lines, events.json || events.ndjson) : run.stream(lines);
    } finally {
      hook.close();
    }
  }

  private void requireSense() throws UsageException {
    boolean given = text != null && !text.equals("-");
    if (given && events.file != null) {
      throw new UsageException("expected either a text or --file, got both");
    }
    if (given && events.areLines()) {
      throw new UsageException(
          (events.follow ? "--follow" : "--ndjson")
              + ": expected lines on the standard input or in --file, got a text");
    }
    if (events.json && events.ndjson && !events.follow) {
      throw new UsageException("expected either --json or --ndjson, got both");
    }
    if (events.id != null && (events.areLines() || events.json || events.contentType != null)) {
      throw new UsageException("--id: expected one event, a text");
    }
    if (outcome.keepGoing && !events.areLines()) {
      throw new UsageException("--keep-going: expected --ndjson or --follow beside it");
    }
    if (outcome.retries < 0) {
      throw new UsageException("--retries: expected 0 or more, got " + outcome.retries);
    }
  }

  private Buffer single() throws UsageException {
    byte[] data =
        text != null && !text.equals("-")
            ? text.getBytes(StandardCharsets.UTF_8)
            : PublishInput.whole(PublishInput.open(events.file, terminal.in()));
    if (events.json) {
      PublishInput.requireJson(data);
    }
    return events.id == null
        ? Buffer.buffer(data)
        : PublishInput.event(events.id, events.type, data);
  }

  private String contentType() {
    if (events.contentType != null) {
      return events.contentType;
    }
    if (events.id != null) {
      return "text/event-stream";
    }
    if (events.ndjson && !events.follow) {
      return "application/x-ndjson";
    }
    return events.json || events.ndjson ? "application/json" : "text/plain; charset=utf-8";
  }

  private RequestOptions head() throws UsageException {
    URI target = HttpAccess.url(url);
    String whole = target.toString();
    String type = events.type;
    if (type != null && events.id == null) {
      if (type.isEmpty() || type.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
        throw new UsageException(
            "--type: expected one line that is not empty, got \"" + PrintableText.of(type) + '"');
      }
      whole = QueryText.with(target, "--type", "event", type, Set.of("event"));
    }
    Map<String, String> headers = access.headers(terminal.environment());
    headers.putIfAbsent("Content-Type", contentType());
    if (outcome.printId) {
      headers.putIfAbsent("Prefer", "return=representation");
    }
    RequestOptions head = new RequestOptions().setMethod(HttpMethod.POST).setAbsoluteURI(whole);
    headers.forEach(
        (name, value) ->
            // As bytes of UTF-8, which Vert.x takes as characters.
            head.putHeader(
                name,
                new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)));
    return head;
  }
}
