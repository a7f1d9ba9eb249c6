package dev.ssebridge.internal.client;

import dev.ssebridge.client.ResolverOptions;
import dev.ssebridge.internal.config.SourceResolver;
import dev.ssebridge.internal.url.Cidr;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClient;
import io.vertx.core.dns.DnsClientOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Iterator;

/** Asks the name servers of a source for the address of a host, one after the other. */
final class HostLookup {
  private HostLookup() {}

  /** The same request, to the address that the name servers tell, if there are any. */
  static Future<RequestOptions> reach(Vertx vertx, ResolverOptions options, RequestOptions head) {
    SourceResolver resolver = SourceResolver.of(options);
    return resolver == null
        ? Future.succeededFuture(head)
        : of(vertx, resolver, head.getHost())
            .map(
                address ->
                    head.setServer(SocketAddress.inetSocketAddress(head.getPort(), address)));
  }

  /**
   * The address to connect to of this host. On the context of the caller.
   *
   * @return fails if none of the servers knows the host, with what the last of them said
   */
  private static Future<String> of(Vertx vertx, SourceResolver resolver, String name) {
    String host = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
    return Cidr.addressOf(host) != null
        ? Future.succeededFuture(host)
        : ask(vertx, resolver, resolver.servers().iterator(), host);
  }

  private static Future<String> ask(
      Vertx vertx, SourceResolver resolver, Iterator<SourceResolver.Server> servers, String host) {
    SourceResolver.Server server = servers.next();
    DnsClient client =
        vertx.createDnsClient(
            new DnsClientOptions()
                .setHost(server.host())
                .setPort(server.port())
                .setQueryTimeout(resolver.timeout().toMillis()));
    return client
        .lookup(host)
        .eventually(client::close)
        .compose(
            found ->
                found == null
                    ? Future.failedFuture(new UnknownHostException("no address"))
                    : Future.succeededFuture(found))
        .recover(
            failed ->
                servers.hasNext()
                    ? ask(vertx, resolver, servers, host)
                    : Future.failedFuture(
                        new UnknownHostException(
                            host
                                + ": the name server "
                                + server.host()
                                + " says: "
                                + failed.getMessage())));
  }
}
