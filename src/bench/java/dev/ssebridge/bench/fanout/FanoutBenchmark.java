package dev.ssebridge.bench.fanout;

import io.netty.util.Version;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures the fan-out of this bridge beside that of others in the same run; {@code --help} says
 * how. Exits with 1 where a row has no figures, with 2 where it was called wrongly.
 */
public final class FanoutBenchmark {
  private final Options options;
  private final Machine machine;
  private final long deadline;
  private boolean complete = true;

  private FanoutBenchmark(Options options, Machine machine) {
    this.options = options;
    this.machine = machine;
    this.deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(options.minutes());
  }

  /** Runs it. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (Arrays.asList(arguments).contains("--help")) {
      System.out.print(Options.HELP);
      return;
    }
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(2);
      return;
    }
    FanoutBenchmark benchmark = new FanoutBenchmark(options, Machine.pinned());
    benchmark.run();
    System.exit(benchmark.complete ? 0 : 1);
  }

  private void run() throws IOException, InterruptedException {
    List<String> rows = new ArrayList<>();
    for (Workload work : options.work()) {
      Map<Peer, List<Outcome>> outcomes = outcomes(work);
      for (Peer peer : options.peers()) {
        List<Outcome> rounds = outcomes.getOrDefault(peer, List.of());
        complete &= !rounds.isEmpty();
        complete &= rounds.stream().allMatch(Outcome.Measured.class::isInstance);
        rows.add(Report.row(work, peer, rounds, options.rounds()));
      }
    }
    System.out.println(Report.heading(conditions()));
    rows.forEach(System.out::println);
  }

  private Map<Peer, List<Outcome>> outcomes(Workload work)
      throws IOException, InterruptedException {
    Map<Peer, List<Outcome>> outcomes = new EnumMap<>(Peer.class);
    for (int round = 1; round <= options.rounds(); round++) {
      for (Peer peer : options.peers()) {
        if (System.nanoTime() > deadline) {
          System.err.println("out of time, see --minutes");
          return outcomes;
        }
        Outcome outcome = Round.run(work, peer, options.warmUp(), machine);
        outcomes.computeIfAbsent(peer, p -> new ArrayList<>()).add(outcome);
        System.err.printf("%s, %s, round %d: %s%n", work.option(), peer.option(), round, outcome);
      }
    }
    return outcomes;
  }

  private String conditions() {
    return "%s, %s. Vert.x %s, Netty %s, JDK %s. Medians of %d rounds, interleaved, after %.0f s of warm-up; servers with %s."
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            machine.pinning(),
            VertxInternal.version(),
            netty(),
            Machine.description(),
            options.rounds(),
            options.warmUp(),
            String.join(" ", Machine.SERVER_FLAGS));
  }

  private static String netty() {
    Version version = Version.identify().get("netty-common");
    return version == null ? "unknown" : version.artifactVersion();
  }
}
