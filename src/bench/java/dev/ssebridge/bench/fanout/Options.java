package dev.ssebridge.bench.fanout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What to run.
 *
 * @param work the workloads, one after the other
 * @param peers the servers, interleaved in every round
 * @param rounds how often each
 * @param warmUp seconds of traffic before each measurement
 * @param minutes after which no further round is begun
 */
record Options(List<Workload> work, List<Peer> peers, int rounds, double warmUp, int minutes) {
  private static final int MAX_ROUNDS = 100;
  private static final int MAX_MINUTES = 600;

  static final String HELP =
      """
      Measures what a delivery costs: this bridge, the SockJS bridge of Vert.x Web and a plain handler,
      each in a JVM of its own on loopback, on the same workloads in the same run.

        --work w1,...     what to run (default w1,w1s,w2,w4)
      %s
        --peers auto,...  the servers (default all)
      %s
        --rounds N        rounds, interleaved over the servers; the figures are medians (default 3)
        --warmup S        seconds of traffic before each measurement (default 5)
        --minutes M       begin no further round after this long (default 30)
        --help            this text

      Linux is needed for memory and noise, taskset to keep server and generator apart. A round in which
      a reading subscriber misses a message, gets one twice or out of order is NO RESULT, and so is then
      the server's whole row. Limits: 20,000 descriptors a process are enough.
      """
          .formatted(
              lines(Workload.values(), Workload::option, Workload::title),
              lines(Peer.values(), Peer::option, Peer::title));

  static Options parse(String[] arguments) {
    Options options =
        new Options(
            List.of(Workload.W1, Workload.W1S, Workload.W2, Workload.W4),
            List.of(Peer.values()),
            3,
            5,
            30);
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + ": expected a value, got none");
      }
      options = options.with(arguments[i], arguments[i + 1]);
    }
    return options;
  }

  private Options with(String name, String value) {
    return switch (name) {
      case "--work" ->
          new Options(list(name, value, Workload.values()), peers, rounds, warmUp, minutes);
      case "--peers" ->
          new Options(work, list(name, value, Peer.values()), rounds, warmUp, minutes);
      case "--rounds" -> new Options(work, peers, number(name, value, MAX_ROUNDS), warmUp, minutes);
      case "--warmup" -> new Options(work, peers, rounds, number(name, value, 60), minutes);
      case "--minutes" ->
          new Options(work, peers, rounds, warmUp, number(name, value, MAX_MINUTES));
      default -> throw new IllegalArgumentException(name + ": unknown option; see --help");
    };
  }

  private static <E extends Enum<E>> List<E> list(String name, String value, E[] known) {
    List<E> found = new ArrayList<>();
    for (String word : value.split(",", -1)) {
      found.add(
          Arrays.stream(known)
              .filter(e -> e.name().equals(word.toUpperCase(Locale.ROOT)))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "%s: expected some of %s, got \"%s\""
                              .formatted(name, Arrays.toString(known), word))));
    }
    return found;
  }

  private static int number(String name, String value, int max) {
    try {
      int number = Integer.parseInt(value);
      if (number >= 1 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "%s: expected 1..%d, got \"%s\"".formatted(name, max, value));
  }

  private static <E> String lines(E[] all, Function<E, String> option, Function<E, String> title) {
    return Arrays.stream(all)
        .map(e -> "      %-8s %s".formatted(option.apply(e), title.apply(e)))
        .collect(Collectors.joining("\n"));
  }
}
