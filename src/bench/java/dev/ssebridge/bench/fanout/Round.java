package dev.ssebridge.bench.fanout;

import java.io.IOException;
import java.time.Duration;

/** One workload on one server, once. */
final class Round {
  /** Subscribers that are there before idle ones are counted, for what only the first ones cost. */
  private static final int FIRST = 50;

  private final Workload work;
  private final ServerProcess server;
  private final Generator generator;

  private Round(Workload work, ServerProcess server, Generator generator) {
    this.work = work;
    this.server = server;
    this.generator = generator;
  }

  static Outcome run(Workload work, Peer peer, double warmUpSeconds, Machine machine)
      throws IOException, InterruptedException {
    boolean idle = work == Workload.W3;
    int readers = idle ? FIRST : work.readers();
    try (ServerProcess server = ServerProcess.start(peer, machine);
        Generator generator = new Generator(peer, server.port(), work.messageLength(), readers)) {
      Round round = new Round(work, server, generator);
      generator.connect(readers, true);
      generator.run(work.warmUp(warmUpSeconds));
      Figures figures = idle ? round.idle() : round.busy();
      String fault = generator.fault();
      return fault == null ? new Outcome.Measured(figures) : new Outcome.NoResult(fault);
    }
  }

  private Figures busy() throws IOException {
    generator.connect(work.stalled(), false);
    ServerProcess.Memory before = work.measuresMemory() ? server.collect() : null;
    Tally tally = generator.tally();
    tally.restart();
    double busy = Machine.busySeconds();
    double own = ownSeconds();
    double cpu = seconds(server.cpu());
    long start = System.nanoTime();
    generator.run(work.pace());
    double wall = (System.nanoTime() - start) / 1e9;
    cpu = seconds(server.cpu()) - cpu;
    double others = Machine.busySeconds() - busy - cpu - (ownSeconds() - own);
    ServerProcess.Memory after = before == null ? null : server.collect();
    return new Figures(
        tally.deliveries() * 1e9 / (tally.lastDelivery() - start),
        cpu * 1e6 / tally.deliveries(),
        tally.last().percentile(50),
        tally.last().percentile(99),
        tally.each().percentile(99),
        before == null || after == null ? Double.NaN : after.heap() - before.heap(),
        before == null || after == null ? Double.NaN : after.resident() - before.resident(),
        Math.max(0, others / wall));
  }

  private Figures idle() throws IOException {
    ServerProcess.Memory before = server.collect();
    generator.connect(work.readers(), false);
    ServerProcess.Memory after = server.collect();
    return new Figures(
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        after.heap() - before.heap(),
        after.resident() - before.resident(),
        Double.NaN);
  }

  /** Processor time of this process so far. */
  static double ownSeconds() {
    return seconds(ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO));
  }

  static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
