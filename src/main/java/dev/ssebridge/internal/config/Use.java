package dev.ssebridge.internal.config;

import dev.ssebridge.AdminOptions;
import dev.ssebridge.HttpOptions;
import dev.ssebridge.LimitsOptions;
import dev.ssebridge.LogOptions;
import dev.ssebridge.ReloadMode;
import dev.ssebridge.RuntimeOptions;
import dev.ssebridge.SseBridgeOptions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /** What a bridge on the server of an application uses of {@code http}. */
  private static final Set<String> OF_A_BRIDGE =
      Set.of("cors", "hosts", "drain", "drainRetry", "stalled", "trustedProxies", "writer");

  private static final String FOLLOWED =
      "not used here, SseClientVerticle follows sources; give it this block";

  private static final String OF_THE_PROGRAM = "not used here, only the program has a demo";

  private static final String OF_AN_OWN_PORT =
      "not used here, only the program has an admin port; an application mounts the admin interface"
          + " on a router of its own, by SseBridge.mountAdmin(Router)";

  private static final String OF_AN_APPLICATION =
      "not used here, an application makes its Vert.x itself; set it in its VertxOptions";

  private static final String CLUSTERED_BY_AN_APPLICATION =
      "not used here, an application makes its Vert.x itself; give its VertxBuilder a cluster"
          + " manager and have it build a clustered one";

  private static final String READ_BY_THE_PROGRAM =
      "not used here, only the program reads its configuration again; an application has addRoute"
          + " and removeRoute";

  private static final String LOGGED_BY_THE_PROGRAM =
      "has no effect here, an application sets up its log itself; take it out";

  private static final String OF_THE_BRIDGE =
      "not used by SseClientVerticle; give this block to the bridge";

  /** Notes what is set and not used. */
  void requireUsed(SseBridgeOptions options, Place at) {
    if (this == PROGRAM) {
      return;
    }
    require(options.getDemo() == null, at, "demo", OF_THE_PROGRAM);
    require(options.getCluster() == null, at, "cluster", CLUSTERED_BY_AN_APPLICATION);
    requireNoAdminPort(options.getAdmin(), at);
    require(options.getVertx().equals(new RuntimeOptions()), at, "vertx", OF_AN_APPLICATION);
    require(options.getReload() == ReloadMode.SIGNAL, at, "reload", READ_BY_THE_PROGRAM);
    LogOptions log = options.getLog();
    LogOptions usual = new LogOptions();
    Place ofLog = at.at("log");
    require(log.getFormat() == usual.getFormat(), ofLog, "format", LOGGED_BY_THE_PROGRAM);
    require(log.getLevel() == usual.getLevel(), ofLog, "level", LOGGED_BY_THE_PROGRAM);
    if (this == CLIENT) {
      require(!log.isAccess(), ofLog, "access", OF_THE_BRIDGE);
      require(options.getHttp().equals(new HttpOptions()), at, "http", OF_THE_BRIDGE);
      require(options.getLimits().equals(new LimitsOptions()), at, "limits", OF_THE_BRIDGE);
      return;
    }
    require(options.getSources().isEmpty(), at, "sources", FOLLOWED);
    if (this == BRIDGE) {
      Place in = at.at("http");
      for (String set : options.getHttp().toJson().fieldNames()) {
        require(OF_A_BRIDGE.contains(set), in, set, SERVERS);
      }
      require(
          options.getLimits().getConnectionsPerRemote() == null,
          at.at("limits"),
          "connectionsPerRemote",
          SERVERS);
    }
  }

  private void requireNoAdminPort(@Nullable AdminOptions admin, Place at) {
    if (admin == null) {
      return;
    }
    require(this != CLIENT, at, "admin", OF_THE_BRIDGE);
    AdminOptions usual = new AdminOptions();
    Place in = at.at("admin");
    require(admin.getHost().equals(usual.getHost()), in, "host", OF_AN_OWN_PORT);
    require(admin.getPort() == usual.getPort(), in, "port", OF_AN_OWN_PORT);
    List<String> auth = admin.getAuth();
    require(
        auth == null || !auth.contains(AuthChoice.NONE),
        in,
        "auth",
        "expected names of providers, got \"none\", which is for a port that programs of the machine"
            + " alone can reach");
  }

  private static void require(boolean isUnset, Place at, String key, String problem) {
    if (!isUnset) {
      at.problem(key, problem);
    }
  }
}
