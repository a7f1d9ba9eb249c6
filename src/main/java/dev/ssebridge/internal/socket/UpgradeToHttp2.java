package dev.ssebridge.internal.socket;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;

/**
 * The upgrade of a request of HTTP/1.1 to HTTP/2, which RFC 9113, section 3.1, has taken out of
 * use, and which a server may ignore (RFC 9110, section 7.8): the request is served as it came. A
 * proxy that passes it on would let its client past all rules of the proxy, and Vert.x would make a
 * request of HTTP/2 of it that has lost what the rules of HTTP/1.1 look at.
 */
final class UpgradeToHttp2 {
  private UpgradeToHttp2() {}

  /** Leaves other upgrades in place: a handler of the application may know them. */
  static void ignore(HttpHeaders headers) {
    if (!headers.contains(HttpHeaderNames.UPGRADE)) {
      return;
    }
    List<String> others = new ArrayList<>();
    boolean there = false;
    for (String line : headers.getAll(HttpHeaderNames.UPGRADE)) {
      for (String each : line.split(",", -1)) {
        String protocol = each.trim();
        boolean ours = protocol.equalsIgnoreCase("h2c");
        there |= ours;
        if (!ours && !protocol.isEmpty()) {
          others.add(protocol);
        }
      }
    }
    if (there) {
      headers.remove(HttpHeaderNames.UPGRADE);
    }
    if (there && !others.isEmpty()) {
      headers.set(HttpHeaderNames.UPGRADE, String.join(", ", others));
    }
  }
}
