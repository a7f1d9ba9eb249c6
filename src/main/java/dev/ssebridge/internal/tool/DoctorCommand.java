package dev.ssebridge.internal.tool;

import dev.ssebridge.internal.doctor.Doctor;
import dev.ssebridge.internal.doctor.Finding;
import dev.ssebridge.internal.doctor.Finding.Verdict;
import dev.ssebridge.internal.doctor.Report;
import dev.ssebridge.internal.doctor.Visit;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command {@code doctor}: opens a stream, and says what lies between its origin and a reader, a
 * line for each thing that was looked at. Runs on the thread that calls it, and closes all it has
 * opened.
 */
@Command(
    name = "doctor",
    header = "Opens a stream and reports what lies between: TLS, proxies, buffering, resuming.",
    description = {
      "",
      "Each line of the report is OK, note or wrong; what is not OK comes with advice.",
      "The command opens the stream two or three times, and asks for it with HEAD once.",
      "With --publish it also publishes three small events, which all readers of the stream get.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing is wrong (there may be notes)",
      "1:something is wrong",
      "2:wrong usage"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  doctor https://example.org/news",
      "  doctor https://example.org/news --publish https://example.org/news",
      "  doctor https://example.org/me --bearer env:TOKEN --for 90s",
      "  doctor https://example.org/news --origin https://app.example",
      "  doctor https://localhost:8443/news --ca ca.pem --json"
    })
public final class DoctorCommand implements Callable<Integer> {
  private static final int MOST_HEADERS = 50;

  private final Terminal terminal;
  private final Clock clock;

  @Spec @Nullable CommandSpec spec;

  @Parameters(paramLabel = "URL", description = "The stream: http:// or https://")
  private String url = "";

  @Option(
      names = "--publish",
      paramLabel = "URL",
      description = {
        "Where a POST of JSON comes out of the stream, to measure whether events are held back.",
        "Headers and credentials are sent there too if it is of the same origin."
      })
  private @Nullable String publish;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "'NAME: VALUE'",
      description = "A header of the requests. Any number of times.")
  private List<String> headers = List.of();

  @Option(
      names = "--bearer",
      paramLabel = "env:NAME|file:PATH",
      description = "Where the token is that is sent as Authorization: Bearer.")
  private @Nullable String bearer;

  @Option(
      names = "--basic",
      paramLabel = "env:NAME|file:PATH",
      description = "Where user:password is that is sent as Authorization: Basic.")
  private @Nullable String basic;

  @Option(
      names = "--origin",
      paramLabel = "ORIGIN",
      description =
          "Also look whether pages of this origin, such as https://app.example, may read it.")
  private @Nullable String origin;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      defaultValue = "20s",
      description = "How long to listen, such as 90s or 5m. Default: ${DEFAULT-VALUE}.")
  private String listen = "20s";

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "How long anything else may take. Default: ${DEFAULT-VALUE}.")
  private String timeout = "10s";

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "Trust the certificates in this PEM file, instead of those of the Java runtime.")
  private @Nullable Path ca;

  @Option(
      names = {"-k", "--insecure"},
      description =
          "Go on if the certificate is not trusted; what is wrong with it becomes a note.")
  private boolean insecure;

  @Option(names = "--http1", description = "Do not offer HTTP/2.")
  private boolean http1;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  /** A command that reads and writes there. */
  public DoctorCommand(Terminal terminal) {
    this(terminal, Clock.systemUTC());
  }

  DoctorCommand(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    Visit visit = visit();
    Report report = new Report(json ? finding -> {} : this::print);
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    try {
      Doctor.examine(vertx, visit, report, this::say, clock);
    } catch (IOException | GeneralSecurityException e) {
      throw wrong("--ca: expected a PEM file with certificates, got " + ca + ": " + e.getMessage());
    } finally {
      ToolVertx.finish(vertx.close());
    }
    boolean isWrong = report.count(Verdict.WRONG) > 0;
    if (json) {
      terminal.out().println(json(visit, report).encodePrettily());
    } else {
      terminal
          .out()
          .println(
              report.count(Verdict.WRONG)
                  + " wrong, "
                  + report.count(Verdict.NOTE)
                  + (report.count(Verdict.NOTE) == 1 ? " note, " : " notes, ")
                  + report.count(Verdict.OK)
                  + " OK");
    }
    terminal.out().flush();
    return isWrong ? Terminal.FAILED : Terminal.DONE;
  }

  private void say(String progress) {
    terminal.err().println("doctor: " + progress);
    terminal.err().flush();
  }

  private void print(Finding finding) {
    String label =
        switch (finding.verdict()) {
          case OK -> "@|green OK   |@";
          case NOTE -> "@|yellow note |@";
          case WRONG -> "@|bold,red wrong|@";
        };
    String about = String.format(Locale.ROOT, "%-12s", finding.about());
    terminal.out().println(terminal.coloured(label) + "  " + about + "  " + finding.says());
    if (finding.advice() != null && !finding.advice().isEmpty()) {
      terminal.out().println(" ".repeat(21) + "-> " + finding.advice());
    }
    terminal.out().flush();
  }

  private static JsonObject json(Visit visit, Report report) {
    JsonArray findings = new JsonArray();
    for (Finding finding : report.findings()) {
      JsonObject line =
          new JsonObject()
              .put("verdict", finding.verdict().name().toLowerCase(Locale.ROOT))
              .put("about", finding.about())
              .put("says", finding.says());
      if (finding.advice() != null) {
        line.put("advice", finding.advice());
      }
      findings.add(line);
    }
    return new JsonObject()
        .put("url", PrintableText.ofWholeUrl(visit.url().toString()))
        .put("wrong", report.count(Verdict.WRONG))
        .put("notes", report.count(Verdict.NOTE))
        .put("findings", findings)
        .put("measured", report.measured());
  }

  private Visit visit() {
    DoctorInput input = new DoctorInput(terminal.environment(), this::wrong);
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (headers.size() > MOST_HEADERS) {
      throw wrong("--header: expected at most " + MOST_HEADERS + ", got " + headers.size());
    }
    for (String header : headers) {
      input.put(all, header);
    }
    if (bearer != null) {
      input.putBearer(all, bearer);
    }
    if (basic != null) {
      input.putBasic(all, basic);
    }
    return new Visit(
        input.url("URL", url),
        publish == null ? null : input.url("--publish", publish),
        all,
        origin == null ? null : input.origin(origin),
        input.duration("--for", listen),
        input.duration("--timeout", timeout),
        ca,
        insecure,
        http1);
  }

  private ParameterException wrong(String problem) {
    if (spec == null) {
      throw new IllegalStateException(problem);
    }
    return new ParameterException(spec.commandLine(), problem);
  }
}
