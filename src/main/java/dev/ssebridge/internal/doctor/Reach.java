package dev.ssebridge.internal.doctor;

import dev.ssebridge.internal.doctor.Patience.UnansweredException;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Looks a host up and connects to each of its addresses, as a client that comes first would. */
final class Reach {
  /** A name with more is not tried further. */
  private static final int MOST_ADDRESSES = 8;

  private static final String NAME = "name";
  private static final String CONNECT = "connect";

  private final Vertx vertx;
  private final Duration timeout;
  private final LongSupplier nanos;
  private final Report report;

  Reach(Vertx vertx, Visit visit, LongSupplier nanos, Report report) {
    this.vertx = vertx;
    this.timeout = visit.timeout();
    this.nanos = nanos;
    this.report = report;
  }

  /** The first address that takes a connection, or null, which has been reported then. */
  @Nullable SocketAddress of(URI url) throws InterruptedException {
    String host = Places.host(url);
    int port = Places.port(url);
    List<InetAddress> addresses = lookUp(host);
    if (addresses.isEmpty()) {
      return null;
    }
    NetClient client =
        vertx.createNetClient(new NetClientOptions().setConnectTimeout((int) timeout.toMillis()));
    try {
      List<Future<Long>> tries = new ArrayList<>();
      for (InetAddress address : addresses) {
        tries.add(connect(client, SocketAddress.inetSocketAddress(port, address.getHostAddress())));
      }
      return firstOf(addresses, tries, port);
    } finally {
      client.close().onFailure(gone -> {});
    }
  }

  private List<InetAddress> lookUp(String host) throws InterruptedException {
    try {
      InetAddress[] found =
          Patience.await(
              vertx.executeBlocking(() -> InetAddress.getAllByName(host), false), timeout);
      List<InetAddress> addresses = List.of(found);
      addresses = addresses.subList(0, Math.min(MOST_ADDRESSES, addresses.size()));
      if (!isAddress(host, addresses)) {
        String all = String.join(", ", addresses.stream().map(Reach::text).toList());
        report.ok(NAME, Text.of(host) + " is " + all);
      }
      return addresses;
    } catch (UnansweredException e) {
      boolean unknown = e.getCause() instanceof UnknownHostException;
      report.wrong(
          NAME,
          Text.of(host) + ": " + (unknown ? "no such host" : e.words()),
          "look for a typo, and whether the DNS, or /etc/hosts, of this machine has the name");
      return List.of();
    }
  }

  private Future<Long> connect(NetClient client, SocketAddress address) {
    long begun = nanos.getAsLong();
    return client
        .connect(address)
        .map(
            socket -> {
              long took = nanos.getAsLong() - begun;
              socket.close().onFailure(gone -> {});
              return took;
            });
  }

  private @Nullable SocketAddress firstOf(
      List<InetAddress> addresses, List<Future<Long>> tries, int port) throws InterruptedException {
    InetAddress first = null;
    List<Finding> failures = new ArrayList<>();
    long until = nanos.getAsLong() + timeout.toNanos();
    for (int i = 0; i < tries.size(); i++) {
      String place = text(addresses.get(i)) + " port " + port;
      try {
        long left = Math.max(0, until - nanos.getAsLong());
        long took = Patience.await(tries.get(i), Duration.ofNanos(left));
        report.ok(CONNECT, place + " in " + Text.ofTime(took));
        first = first == null ? addresses.get(i) : first;
      } catch (UnansweredException e) {
        failures.add(new Finding(Finding.Verdict.WRONG, CONNECT, place + ": " + e.words(), null));
      }
    }
    for (Finding failure : failures) {
      if (first == null) {
        report.wrong(
            CONNECT,
            failure.says(),
            "look whether the server runs and listens on this address and port (http.host,"
                + " http.port), and whether a firewall is between");
      } else {
        report.note(
            CONNECT,
            failure.says(),
            "a client that tries this address first waits for nothing: listen on it (http.host), or"
                + " take it out of the name");
      }
    }
    return first == null ? null : SocketAddress.inetSocketAddress(port, first.getHostAddress());
  }

  private static boolean isAddress(String host, List<InetAddress> addresses) {
    return addresses.size() == 1
        && (host.indexOf(':') >= 0 || host.equals(addresses.get(0).getHostAddress()));
  }

  private static String text(InetAddress address) {
    String text = NetUtil.toAddressString(address);
    return text.indexOf(':') >= 0 ? "[" + text + "]" : text;
  }
}
