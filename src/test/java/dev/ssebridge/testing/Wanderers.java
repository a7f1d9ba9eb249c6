package dev.ssebridge.testing;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Readers and publishers of some nodes, and the ledger of what they saw. */
public final class Wanderers implements AutoCloseable {
  private static final Duration PATIENCE = Deadline.PATIENCE.multipliedBy(4);

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final HttpClient client = WanderingReader.client(vertx);
  private final HistoryLedger ledger = new HistoryLedger();
  private final List<WanderingReader> readers = new ArrayList<>();
  private final List<RepeatingPublisher> publishers = new ArrayList<>();
  private final List<Integer> ports;
  private final Random random;
  private final List<BridgeProcess> applications = new ArrayList<>();
  private List<WanderingReader> away = List.of();

  /** Those of the nodes on these ports. */
  public Wanderers(List<Integer> ports, Random random) {
    this.ports = ports;
    this.random = random;
  }

  /** So many more readers, who stay for so many milliseconds in the mean, or for ever with 0. */
  public Wanderers readers(int count, int patience) {
    for (int i = 0; i < count; i++) {
      HistoryLedger.Account account = ledger.account("reader " + readers.size());
      WanderingReader reader =
          new WanderingReader(vertx, client, ports, "/n", random, patience, account);
      readers.add(reader);
      reader.start();
    }
    return this;
  }

  /** So many more publishers, who make such a pause between two messages, in milliseconds. */
  public Wanderers publishers(int count, int pause) {
    for (int i = 0; i < count; i++) {
      RepeatingPublisher publisher = publisher("p" + publishers.size(), ports, pause);
      publishers.add(publisher);
      publisher.start();
    }
    return this;
  }

  /** Applications that publish on their event bus. */
  public Wanderers applications(List<BridgeProcess> more) {
    applications.addAll(more);
    ledger.applications(more);
    return this;
  }

  /** The first of the readers stay away, so many of them, until {@link #comeBack}. */
  public void leave(int count) {
    away = readers.subList(0, count);
    away.forEach(WanderingReader::rest);
  }

  /** Those who have left resume. */
  public void comeBack() {
    away.forEach(WanderingReader::start);
    away = List.of();
  }

  private RepeatingPublisher publisher(String name, List<Integer> to, int pause) {
    return new RepeatingPublisher(vertx, client, to, "/p", random, name, pause, ledger);
  }

  /** Where a test can make more of its own. */
  public Vertx vertx() {
    return vertx;
  }

  /** What they have seen. */
  public HistoryLedger ledger() {
    return ledger;
  }

  /** Returns once so many more messages are accepted. */
  public void awaitMore(int count, Supplier<String> state) {
    int before = ledger.acknowledged();
    Deadline.await(
        PATIENCE,
        () -> ledger.acknowledged() >= before + count,
        () -> count + " more that are accepted: " + ledger.answers() + "\n" + state.get());
  }

  /** Returns once a message is accepted by this node. */
  public void awaitTaken(int port, Supplier<String> state) {
    RepeatingPublisher one = publisher("alone", List.of(port), 1);
    one.publish("probe" + random.nextInt(Integer.MAX_VALUE) + "-1");
    Deadline.await(
        PATIENCE,
        one::isDone,
        () -> "a message that is accepted: " + ledger.answers() + "\n" + state.get());
  }

  /** Returns once all have what is published now, and checks what they have until then. */
  public void settle(int leastEpochs, int mostEpochs, Supplier<String> state) {
    publishToAll("settled" + random.nextInt(Integer.MAX_VALUE) + "-1", state);
    ledger.checkSoFar(leastEpochs, mostEpochs);
  }

  private void publishToAll(String message, Supplier<String> state) {
    RepeatingPublisher one = publisher("one", ports, 1);
    one.publish(message);
    Deadline.await(
        PATIENCE,
        () -> one.isDone() && ledger.haveAll(message),
        () -> "all readers to have " + ledger.without(message) + "\n" + state.get());
  }

  /** Publishes one last message, returns once all have it, and gives the ledger. */
  public HistoryLedger end(Supplier<String> state) {
    publishers.forEach(RepeatingPublisher::stop);
    Deadline.await(
        PATIENCE,
        () -> publishers.stream().allMatch(RepeatingPublisher::isDone),
        () -> "answers to all: " + ledger.answers() + "\n" + state.get());
    applications.forEach(BridgeProcess::quiet);
    for (BridgeProcess application : applications) {
      BusRun run = application.runs().get(application.runs().size() - 1);
      Deadline.await(PATIENCE, run::isQuiet, () -> run + " to be quiet\n" + state.get());
      String message = run.text(run.published());
      Deadline.await(
          PATIENCE,
          () -> ledger.haveAll(message),
          () -> "all readers to have " + ledger.without(message) + "\n" + state.get());
    }
    publishToAll("last-1", state);
    readers.forEach(WanderingReader::stop);
    return ledger;
  }

  @Override
  public void close() {
    BridgeFixture.get(vertx.close());
  }
}
