package dev.ssebridge.internal.config;

import dev.ssebridge.HttpOptions;
import dev.ssebridge.LimitsOptions;
import dev.ssebridge.SseBridgeOptions;

/** What a configuration is for. What is set and not used would be missed in silence. */
enum Use {
  /** The program, which uses all of it. */
  PROGRAM,
  /** A bridge on the router of an application. */
  BRIDGE,
  /** A bridge with a server of its own. */
  SERVER,
  /** Sources; routes and paths to publish to are looked at, so that none takes their events. */
  CLIENT;

  private static final String SERVERS =
      "not used by a SseBridge, which has no server; set it on the server that the router is for,"
          + " or use SseBridgeServer or SseBridgeVerticle";

  private static final String FOLLOWED =
      "not used here, SseClientVerticle follows sources; give it this block";

  private static final String OF_THE_PROGRAM = "not used here, only the program has a demo";

  private static final String OF_THE_BRIDGE =
      "not used by SseClientVerticle; give this block to the bridge";

  /** Notes what is set and not used. */
  void requireUsed(SseBridgeOptions options, Place at) {
    if (this == PROGRAM) {
      return;
    }
    require(options.getDemo() == null, at, "demo", OF_THE_PROGRAM);
    if (this == CLIENT) {
      require(options.getHttp().equals(new HttpOptions()), at, "http", OF_THE_BRIDGE);
      require(options.getLimits().equals(new LimitsOptions()), at, "limits", OF_THE_BRIDGE);
      return;
    }
    require(options.getSources().isEmpty(), at, "sources", FOLLOWED);
    if (this == BRIDGE) {
      HttpOptions usual = new HttpOptions();
      HttpOptions http = options.getHttp();
      Place in = at.at("http");
      require(http.getHost().equals(usual.getHost()), in, "host", SERVERS);
      require(http.getPort() == usual.getPort(), in, "port", SERVERS);
      require(http.getTls() == null, in, "tls", SERVERS);
      require(
          http.getRequestTimeout().equals(usual.getRequestTimeout()),
          in,
          "requestTimeout",
          SERVERS);
      require(
          options.getLimits().getConnectionsPerRemote() == null,
          at.at("limits"),
          "connectionsPerRemote",
          SERVERS);
    }
  }

  private static void require(boolean isUnset, Place at, String key, String problem) {
    if (!isUnset) {
      at.problem(key, problem);
    }
  }
}
