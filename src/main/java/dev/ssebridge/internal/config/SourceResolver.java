package dev.ssebridge.internal.config;

import dev.ssebridge.client.ResolverOptions;
import dev.ssebridge.internal.text.UnfitValueException;
import dev.ssebridge.internal.url.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who tells the address of the host of a stream.
 *
 * @param servers are asked one after the other
 * @param timeout how long each may take
 */
public record SourceResolver(List<Server> servers, Duration timeout) {
  private static final int DNS = 53;
  private static final Pattern SERVER =
      Pattern.compile(
          "(\\[[0-9A-Fa-f:.]+]|[0-9.]+)(?::([0-9]{1,5}))?|([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)");

  /** A name server. */
  public record Server(String host, int port) {}

  /** That of a stream, or null for the resolver of Vert.x. */
  public static @Nullable SourceResolver of(ResolverOptions options) {
    return options.getServers().isEmpty()
        ? null
        : new SourceResolver(
            options.getServers().stream().map(SourceResolver::parse).toList(),
            options.getTimeout());
  }

  /** Refuses what is no address of a name server. */
  public static void parseServer(String text) {
    parse(text);
  }

  private static Server parse(String text) {
    Matcher parts = SERVER.matcher(text);
    if (parts.matches()) {
      String host = parts.group(3) == null ? parts.group(1) : parts.group(3);
      host = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
      int port = parts.group(2) == null ? DNS : Integer.parseInt(parts.group(2));
      if (Cidr.addressOf(host) != null && port > 0 && port <= 65535) {
        return new Server(host, port);
      }
    }
    throw UnfitValueException.expected(
        "the IP address of a name server, with its port where that is not 53", text);
  }
}
