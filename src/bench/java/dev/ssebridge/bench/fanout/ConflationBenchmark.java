package dev.ssebridge.bench.fanout;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What subscribers that are always behind cost the others of their event loop: the latency of 200
 * who read at once, alone, beside 1,000 of a route that conflates, and beside 1,000 that are just
 * as slow on a route that does not. The three take turns. So it tells apart what conflation costs
 * from what as many more sockets cost. Fails where those are not behind, or are not conflated. Runs
 * for about three and a half minutes; stays on loopback. Arguments: rounds, lagging subscribers.
 */
public final class ConflationBenchmark {
  private static final int READERS = 200;
  private static final int MESSAGES_PER_SECOND = 50;
  private static final int MESSAGE_LENGTH = 100;
  private static final double WARM_UP_SECONDS = 10;
  private static final double MEASURED_SECONDS = 8;

  /** In this time those that were there before are gone. */
  private static final long SETTLE_MILLIS = 1_000;

  /** In this time the sockets of those that lag are full, and each has read once. */
  private static final long FILL_MILLIS = Laggards.TURN_MILLIS;

  private static final JsonObject CONFIG =
      new JsonObject(
          """
          {
            "routes": {
              "conflated": {
                "path": "/conflated", "address": "prices", "history": { "events": 20000, "bytes": "32MiB" },
                "slow": { "lag": { "events": 1000 }, "policy": "conflate", "key": "/k" }
              },
              "gaps": {
                "path": "/gaps", "address": "prices", "history": { "events": 20000, "bytes": "32MiB" },
                "slow": { "lag": { "events": 1000 }, "policy": "gap" }
              }
            },
            "publish": { "prices": { "path": "/prices", "address": "prices" } }
          }
          """);

  /** Who else is there. */
  private enum Beside {
    NOBODY("nobody", "", ""),
    CONFLATED("conflated", "conflated", "merged"),
    GAPS("not conflated", "gaps", "missed");

    private final String title;
    private final String route;

    /** What they do not get of what is published counts as this. */
    private final String left;

    Beside(String title, String route, String left) {
      this.title = title;
      this.route = route;
      this.left = left;
    }
  }

  /**
   * What a round measured.
   *
   * @param p50 milliseconds until one of the others has a message
   * @param p99 the same
   * @param cpu the part of a processor that the server used
   * @param left the part of the prices that was merged or missed
   * @param noise processors that something else kept busy
   */
  private record Result(double p50, double p99, double cpu, double left, double noise) {
    Result leaving(double part) {
      return new Result(p50, p99, cpu, part, noise);
    }
  }

  private final ServerProcess server;
  private final int adminPort;
  private final Generator generator;
  private final int lagging;
  private final HttpClient http = HttpClient.newHttpClient();

  private ConflationBenchmark(
      ServerProcess server, int adminPort, Generator generator, int lagging) {
    this.server = server;
    this.adminPort = adminPort;
    this.generator = generator;
    this.lagging = lagging;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int lagging = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1000;
    Machine machine = Machine.pinned();
    int adminPort = ServerProcess.freePort();
    JsonObject config = CONFIG.copy().put("admin", new JsonObject().put("port", adminPort));
    try (ServerProcess server = ServerProcess.start(Peer.AUTO, machine, config);
        Generator generator = new Generator(Peer.AUTO, server.port(), MESSAGE_LENGTH, READERS)) {
      generator.connect(READERS, true);
      System.out.printf(
          "JDK %s, %s. %d lagging subscribers.%n",
          Machine.description(), machine.pinning(), lagging);
      new ConflationBenchmark(server, adminPort, generator, lagging).run(rounds);
    }
    System.exit(0);
  }

  private void run(int rounds) throws IOException, InterruptedException {
    for (Beside beside : Beside.values()) {
      round(beside, WARM_UP_SECONDS);
    }
    Map<Beside, List<Result>> results = new EnumMap<>(Beside.class);
    for (int round = 1; round <= rounds; round++) {
      for (Beside beside : Beside.values()) {
        Result result = round(beside, MEASURED_SECONDS);
        results.computeIfAbsent(beside, b -> new ArrayList<>()).add(result);
        System.err.printf(
            Locale.ROOT,
            "round %d, beside %s: p50 %.2f ms, p99 %.2f ms, server %.2f, left out %.2f, noise %.2f%n",
            round,
            beside.title,
            result.p50,
            result.p99,
            result.cpu,
            result.left,
            result.noise);
      }
    }
    report(results);
  }

  private Result round(Beside beside, double seconds) throws IOException, InterruptedException {
    try (Laggards laggards = new Laggards(server.port())) {
      if (beside != Beside.NOBODY) {
        laggards.open(lagging, "/" + beside.route);
      }
      laggards.start();
      Thread.sleep(beside == Beside.NOBODY ? SETTLE_MILLIS : FILL_MILLIS);
      long left = left(beside);
      long published = laggards.published();
      Result result = measured(seconds);
      laggards.check();
      long offered = (laggards.published() - published) * lagging;
      return result.leaving(requireBehind(beside, left(beside) - left, offered));
    }
  }

  private Result measured(double seconds) throws IOException {
    generator.tally().restart();
    double busy = Machine.busySeconds();
    double own = Round.ownSeconds();
    double cpu = Round.seconds(server.cpu());
    long start = System.nanoTime();
    generator.run(Pace.rate(seconds, MESSAGES_PER_SECOND));
    double wall = (System.nanoTime() - start) / 1e9;
    cpu = Round.seconds(server.cpu()) - cpu;
    double others = Machine.busySeconds() - busy - cpu - (Round.ownSeconds() - own);
    String fault = generator.fault();
    if (fault != null) {
      throw new IllegalStateException("no result: " + fault);
    }
    return new Result(
        generator.tally().each().percentile(50),
        generator.tally().each().percentile(99),
        cpu / wall,
        0,
        Math.max(0, others / wall));
  }

  /** Who is always behind does not get most of what is published. */
  private static double requireBehind(Beside beside, long left, long offered) {
    if (beside != Beside.NOBODY && left < offered / 2) {
      throw new IllegalStateException(
          "no result: of %,d events for all that lag %,d were %s; expected most of them"
              .formatted(offered, left, beside.left));
    }
    return (double) left / offered;
  }

  private long left(Beside beside) throws IOException, InterruptedException {
    if (beside == Beside.NOBODY) {
      return 0;
    }
    URI uri = URI.create("http://127.0.0.1:" + adminPort + "/metrics");
    String metrics = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    Matcher sample =
        Pattern.compile(
                "(?m)^ssebridge_events_%s_total\\{[^}]*route=\"%s\"[^}]*} ([0-9.E]+)$"
                    .formatted(beside.left, beside.route))
            .matcher(metrics);
    long sum = 0;
    while (sample.find()) {
      sum += (long) Double.parseDouble(sample.group(1));
    }
    return sum;
  }

  private void report(Map<Beside, List<Result>> results) {
    System.out.println(
        "| Beside them | p50 | p99 | p99 to that alone, pair by pair | Server | Left out | Noise |"
            + "\n|---|---:|---:|---:|---:|---:|---:|");
    List<Result> alone = results.getOrDefault(Beside.NOBODY, List.of());
    for (Beside beside : Beside.values()) {
      List<Result> here = results.getOrDefault(beside, List.of());
      System.out.printf(
          Locale.ROOT,
          "| %s | %.2f ms | %.2f ms | %.2f | %.2f | %.2f | %.2f |%n",
          beside.title,
          Figures.median(here, Result::p50),
          Figures.median(here, Result::p99),
          ratio(here, alone),
          Figures.median(here, Result::cpu),
          Figures.median(here, Result::left),
          Figures.median(here, Result::noise));
    }
    System.out.printf(
        Locale.ROOT,
        "p99 conflated to not conflated: %.2f%n",
        ratio(
            results.getOrDefault(Beside.CONFLATED, List.of()),
            results.getOrDefault(Beside.GAPS, List.of())));
  }

  private static double ratio(List<Result> some, List<Result> others) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      ratios.add(some.get(i).p99 / others.get(i).p99);
    }
    return Figures.median(ratios, ratio -> ratio);
  }
}
