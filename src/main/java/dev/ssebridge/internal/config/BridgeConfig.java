package dev.ssebridge.internal.config;

import dev.ssebridge.ConfigException;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.client.DeliveryMode;
import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.address.PathTemplate;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration of a bridge. Immutable; two are equal if they say the same, however they
 * were written.
 *
 * @param http the HTTP server
 * @param limits limits of the bridge as a whole
 * @param auth who may subscribe and publish; null for everybody
 * @param routes the paths to subscribe to, by name, in the order of the document
 * @param publish the paths to publish to, by name
 * @param sources the remote streams that are followed, by name
 * @param stores where histories can be kept, by name
 * @param cluster the one that the program joins; null for none
 * @param federation how bridges that follow each other avoid circles
 * @param control the addresses that take commands
 * @param log what the log says, and how
 * @param vertx the Vert.x of the program
 * @param demo the demo, or null without one
 */
public record BridgeConfig(
    HttpConfig http,
    LimitsConfig limits,
    @Nullable AuthConfig auth,
    Map<String, RouteConfig> routes,
    Map<String, PublishConfig> publish,
    Map<String, SourceConfig> sources,
    Map<String, StoreConfig> stores,
    @Nullable ClusterConfig cluster,
    FederationConfig federation,
    ControlConfig control,
    LogConfig log,
    RuntimeConfig vertx,
    @Nullable DemoConfig demo,
    @Nullable AdminConfig admin) {

  /**
   * Reads a configuration.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public static BridgeConfig read(JsonObject json) {
    Problems problems = new Problems((String) null);
    BridgeConfig config = read(json, problems);
    problems.throwIfAny();
    return config;
  }

  /**
   * Reads a configuration file. Blocks while it does.
   *
   * @throws ConfigException if it cannot be read, is not JSON, or anything in it is wrong or refers
   *     to what is not there
   */
  public static BridgeConfig read(Path file) {
    return ConfigFile.read(file).config();
  }

  static BridgeConfig read(JsonObject json, Problems problems) {
    return of(options(json, problems), problems);
  }

  /**
   * What the JSON says, as options.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public static SseBridgeOptions readOptions(JsonObject json) {
    return readOptions(json, Substitution.NONE);
  }

  /**
   * The same with what is outside put in.
   *
   * @param variables the value of one; null where it is not set
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public static SseBridgeOptions readOptions(
      JsonObject json, Function<String, @Nullable String> variables) {
    return readOptions(json, new Substitution(variables));
  }

  private static SseBridgeOptions readOptions(JsonObject json, Substitution substitution) {
    Origins origins = new Origins(null);
    Problems problems = new Problems(origins, true); // who is given them may be more strict
    JsonObject whole = substitution.in(json, origins, problems);
    SseBridgeOptions options = options(whole, problems);
    of(options, problems);
    problems.throwIfAny();
    return options;
  }

  static SseBridgeOptions options(JsonObject json, Problems problems) {
    return Keys.declaredBy(SseBridgeOptions.class).read(ConfigObject.root(json, problems));
  }

  /**
   * What options say, checked as a whole.
   *
   * @throws ConfigException if anything in them is wrong; it names every problem
   */
  public static BridgeConfig of(SseBridgeOptions options) {
    return of(options, Use.PROGRAM);
  }

  /**
   * The same of one that was checked, some of which is as it was before. What of that has no effect
   * any more, or not yet, is no problem.
   */
  public static BridgeConfig ofReachable(SseBridgeOptions options) {
    Problems problems = new Problems((String) null, true);
    BridgeConfig config = of(options, problems);
    StoreNames.check(config, Set.of(), problems);
    StoreNames.requireCluster(config, problems);
    problems.throwIfAny();
    return config;
  }

  /** The same for a bridge on the router of an application. */
  public static BridgeConfig ofBridge(SseBridgeOptions options) {
    return of(options, Use.BRIDGE);
  }

  /** The same for a bridge with a server of its own. */
  public static BridgeConfig ofServer(SseBridgeOptions options) {
    return of(options, Use.SERVER);
  }

  /** The same for one that follows sources. */
  public static BridgeConfig ofClient(SseBridgeOptions options) {
    return of(options, Use.CLIENT);
  }

  private static BridgeConfig of(SseBridgeOptions options, Use use) {
    Problems problems = new Problems((String) null, use == Use.BRIDGE || use == Use.CLIENT);
    use.requireUsed(options, Place.root(problems));
    BridgeConfig config = parts(options, problems);
    if (use == Use.PROGRAM) {
      StoreNames.check(config, Set.of(), problems);
      StoreNames.requireCluster(config, problems);
    }
    problems.throwIfAny();
    return config;
  }

  static BridgeConfig of(SseBridgeOptions options, Problems problems) {
    BridgeConfig config = parts(options, problems);
    if (!problems.isEmbedded()) {
      StoreNames.check(config, Set.of(), problems);
      StoreNames.requireCluster(config, problems);
    }
    return config;
  }

  private static BridgeConfig parts(SseBridgeOptions options, Problems problems) {
    Place at = Place.root(problems);
    BridgeConfig config =
        new BridgeConfig(
            HttpConfig.of(options.getHttp(), at.at("http")),
            LimitsConfig.of(options.getLimits(), at.at("limits")),
            AuthConfig.of(options.getAuth(), at.at("auth")),
            each(options.getRoutes(), at.at("routes"), RouteConfig::of),
            each(options.getPublish(), at.at("publish"), PublishConfig::of),
            each(options.getSources(), at.at("sources"), SourceConfig::of),
            stores(options, at.at("stores")),
            ClusterConfig.of(options.getCluster()),
            FederationConfig.of(options.getFederation()),
            ControlConfig.of(options.getControl(), at.at("control")),
            LogConfig.of(options.getLog()),
            RuntimeConfig.of(options.getVertx()),
            DemoConfig.of(options.getDemo()),
            AdminConfig.of(options.getAdmin(), at.at("admin")));
    config.requireConsistent(problems);
    return config;
  }

  /** Notes what is wrong with its parts beside each other. */
  private void requireConsistent(Problems problems) {
    requireDistinctPaths("routes", routes, RouteConfig::path, problems);
    requireDistinctPaths("publish", publish, PublishConfig::path, problems);
    requireDistinctFiles(this, problems);
    requireForeignAddresses(problems);
    requireNoTicketPath(problems);
    requireCertificates(problems);
    StoreNames.requireDirectories(stores, problems);
    if (limits.publishRate().perSubject() != null && !isAuthRequired()) {
      problems.add(
          "/limits/publishRate/perSubject",
          "has no effect here, expected \"auth\" in the configuration, so that it is known who"
              + " publishes; or leave it out");
    }
    requireProviders("routes", routes, RouteConfig::auth, problems);
    requireProviders("publish", publish, PublishConfig::auth, problems);
    requireAdmin(problems);
    routes.forEach(
        (name, route) -> {
          String place = ConfigObject.pointer("routes", name);
          route
              .addressesAt(place)
              .forEach(
                  (at, address) -> requireVerified(at, address.claims(), route.auth(), problems));
          requireVerified(place + "/only", route.only().values(), route.auth(), problems);
        });
    publish.forEach(
        (name, rule) ->
            requireVerified(
                ConfigObject.pointer("publish", name) + "/address",
                rule.address().claims(),
                rule.auth(),
                problems));
  }

  /** An application's own server may ask for certificates, of which nothing is known here. */
  private void requireCertificates(Problems problems) {
    if (auth == null || !auth.isRequired() || problems.isEmbedded() || asksForCertificates()) {
      return;
    }
    if (auth.providers().values().stream()
        .anyMatch(AuthProviderConfig.Certificate.class::isInstance)) {
      problems.add(
          "/auth/certificate",
          "has no effect here, expected \"clientCa\" in \"http.tls\", so that clients are asked for"
              + " certificates");
    }
  }

  private boolean asksForCertificates() {
    return http.tls() != null && http.tls().clientCa() != null;
  }

  /** Tickets of a route are asked for below its path. */
  private void requireNoTicketPath(Problems problems) {
    if (auth == null || auth.tickets() == null) {
      return;
    }
    Map<String, String> owners = new HashMap<>();
    routes.forEach((name, route) -> owners.put(route.path().under("ticket").shape(), name));
    publish.forEach(
        (name, rule) -> {
          String route = owners.get(rule.path().shape());
          if (route != null) {
            problems.add(
                ConfigObject.pointer("publish", name) + "/path",
                "expected another path than that of the tickets of "
                    + ConfigObject.pointer("routes", route));
          }
        });
  }

  /** Whether everybody of the network may read or publish, and nothing says that it is meant. */
  boolean isOpenToAnybody() {
    boolean serves = !routes.isEmpty() || !publish.isEmpty();
    return serves && http.isOpenToOthers() && !asksForCertificates() && auth == null;
  }

  /** Whether users have to show who they are. */
  public boolean isAuthRequired() {
    return auth != null && auth.isRequired();
  }

  private void requireVerified(
      String place, Collection<String> claims, AuthChoice choice, Problems problems) {
    if (!claims.isEmpty() && (choice.isNone() || !isAuthRequired())) {
      problems.add(
          place,
          "expected a path that asks who somebody is, as {claim:..} is what a verified token says;"
              + (choice.isNone() ? " take away its \"auth\": \"none\"" : " add \"auth\""));
    }
  }

  private <T> void requireProviders(
      String block, Map<String, T> named, Function<T, AuthChoice> choice, Problems problems) {
    named.forEach(
        (name, each) ->
            requireProviders(
                ConfigObject.pointer(block, name) + "/auth", choice.apply(each), problems));
  }

  private void requireProviders(String place, AuthChoice choice, Problems problems) {
    Set<String> known = auth == null ? Set.of() : auth.names();
    for (String provider : choice.names()) {
      if (!known.contains(provider) && (auth == null || !known.isEmpty())) {
        problems.add(
            place,
            "expected \"none\", or a name of those in /auth ("
                + (known.isEmpty() ? "there are none" : String.join(", ", known))
                + "), got "
                + UnfitValueException.show(provider));
      }
    }
  }

  private void requireAdmin(Problems problems) {
    if (admin == null) {
      if (!http.drainDelay().isZero() && !problems.isEmbedded()) {
        problems.add(
            "/http/drainDelay",
            "has no effect here, expected \"admin\" in the configuration, which tells for so long"
                + " that the bridge is not ready; or leave it out");
      }
      return;
    }
    requireProviders("/admin/auth", admin.auth(), problems);
    if (admin.auth().isNone() && admin.isOpenToOthers()) {
      problems.add(
          "/admin/auth",
          "expected \"none\" only where \"host\" is a loopback address, so that programs of this"
              + " machine alone can connect");
    }
    boolean isRequired = isAuthRequired() && !admin.auth().isNone();
    admin
        .authorities()
        .forEach(
            (grant, authority) -> {
              if (!isRequired) {
                problems.add(
                    "/admin/" + grant.name().toLowerCase(Locale.ROOT) + "Authority",
                    "has no effect here, expected \"auth\" in the configuration, so that it is"
                        + " known who asks; or leave it out");
              }
            });
  }

  /**
   * The same as the admin port serves it: without TLS, for no page of another origin, and by
   * whatever name its address is reached.
   *
   * @throws IllegalStateException if there is none
   */
  public BridgeConfig onAdminPort() {
    if (admin == null) {
      throw new IllegalStateException("no admin port");
    }
    return with(http.onAdminPort(admin.host(), admin.port()), routes, admin);
  }

  /**
   * This one with any free port for the admin port.
   *
   * @throws IllegalStateException if there is none
   */
  public BridgeConfig onFreeAdminPort() {
    if (admin == null) {
      throw new IllegalStateException("no admin port");
    }
    return with(http, routes, admin.onFreePort());
  }

  /**
   * This one with other routes.
   *
   * @param present those that there are
   * @param name of one more
   * @param isEmbedded whether the path may be on a router that is mounted on another path
   * @throws ConfigException if anything is wrong with it, or if its name or path is taken
   */
  public BridgeConfig withRoute(
      Map<String, RouteConfig> present, String name, RouteOptions options, boolean isEmbedded) {
    Problems problems = new Problems((String) null, isEmbedded);
    Place at = Place.root(problems).at("routes");
    if (present.containsKey(name)) {
      at.problem(name, "expected a name that no route has");
    }
    at.check(name, () -> ConfigObject.requireName(name));
    problems.throwIfAny();
    Map<String, RouteConfig> all = new LinkedHashMap<>(present);
    all.put(name, RouteConfig.of(options, at.at(name)));
    BridgeConfig whole = with(http, Collections.unmodifiableMap(all), admin);
    whole.requireConsistent(problems);
    problems.throwIfAny();
    return whole;
  }

  /** This one without a route. */
  public BridgeConfig withoutRoute(String name) {
    Map<String, RouteConfig> rest = new LinkedHashMap<>(routes);
    rest.remove(name);
    return with(http, Collections.unmodifiableMap(rest), admin);
  }

  /** This one on another address. */
  public BridgeConfig at(String host, int port) {
    return with(http.at(host, port), routes, admin);
  }

  private BridgeConfig with(
      HttpConfig server, Map<String, RouteConfig> served, @Nullable AdminConfig port) {
    return new BridgeConfig(
        server,
        limits,
        auth,
        served,
        publish,
        sources,
        stores,
        cluster,
        federation,
        control,
        log,
        vertx,
        demo,
        port);
  }

  private static Map<String, StoreConfig> stores(SseBridgeOptions options, Place at) {
    Map<String, StoreConfig> made = new LinkedHashMap<>();
    options
        .getStores()
        .forEach(
            (name, each) ->
                made.put(name, StoreConfig.of(name, each, at.at(ConfigObject.escape(name)))));
    return Collections.unmodifiableMap(made);
  }

  private static <O, C> Map<String, C> each(
      Map<String, O> options, Place at, BiFunction<O, Place, C> maker) {
    Map<String, C> made = new LinkedHashMap<>();
    options.forEach(
        (name, each) -> made.put(name, maker.apply(each, at.at(ConfigObject.escape(name)))));
    return Collections.unmodifiableMap(made);
  }

  /** The addresses that mean something to the bridge itself. */
  public OwnAddresses ownAddresses() {
    return OwnAddresses.of(control, auth, sources);
  }

  private void requireForeignAddresses(Problems problems) {
    addressProblems(ownAddresses(), sources).forEach(problems::add);
    if (demo != null && demo.address().equals(control.sources())) {
      problems.add("/demo/address", "expected another address than that of control.sources");
    } else if (demo != null && OwnAddresses.isOfTheBus(demo.address())) {
      problems.add("/demo/address", OwnAddresses.refusalOfTheBus(demo.address()));
    } else if (demo != null && ownAddresses().contains(demo.address())) {
      problems.add("/demo/address", "expected another address than that of dead letters");
    }
    String revocations = auth == null ? null : auth.revocations();
    if (revocations != null && OwnAddresses.isOfTheBus(revocations)) {
      problems.add("/auth/revocations", OwnAddresses.refusalOfTheBus(revocations));
    } else if (revocations != null && revocations.equals(control.sources())) {
      problems.add("/auth/revocations", "expected another address than that of control.sources");
    }
    if (control.sources() != null && OwnAddresses.isOfTheBus(control.sources())) {
      problems.add("/control/sources", OwnAddresses.refusalOfTheBus(control.sources()));
    }
  }

  /**
   * What is wrong with addresses beside each other, by place; empty if nothing is. What comes from
   * outside must not reach an address of the bridge's own, nor leave it; and a route must not take
   * what is for one consumer.
   *
   * @param own those of the bridge
   * @param followed all sources, those that came at run time included
   */
  public Map<String, String> addressProblems(OwnAddresses own, Map<String, SourceConfig> followed) {
    Map<String, String> problems = new LinkedHashMap<>();
    followed.forEach(
        (name, source) -> {
          String place = ConfigObject.pointer("sources", name);
          own.refusals(name, source).forEach((key, refusal) -> add(problems, place + key, refusal));
          if (source.delivery().mode() != DeliveryMode.PUBLISH) {
            requireNoRoute(name, source, place + "/address", problems);
          }
        });
    publish.forEach(
        (name, publisher) ->
            addRefusal(
                own,
                publisher.address(),
                ConfigObject.pointer("publish", name) + "/address",
                problems));
    routes.forEach(
        (name, route) ->
            route
                .addressesAt(ConfigObject.pointer("routes", name))
                .forEach((place, address) -> addRefusal(own, address, place, problems)));
    return problems;
  }

  /** A route is a consumer like another, so events would be its in turn; and it never replies. */
  private void requireNoRoute(
      String name, SourceConfig source, String place, Map<String, String> problems) {
    routes.forEach(
        (route, config) -> {
          for (AddressTemplate address : config.addresses()) {
            if (address.mayMeet(source.address(), Map.of("source", name))) {
              add(
                  problems,
                  place,
                  "expected an address that no route has, as each event is for one consumer here,"
                      + " got \""
                      + source.address()
                      + "\", which routes."
                      + route
                      + " may have; use \"deliver\": \"publish\", or rename one of the two");
            }
          }
        });
  }

  private static void addRefusal(
      OwnAddresses own, AddressTemplate address, String place, Map<String, String> problems) {
    String refusal = own.refusal(address);
    if (refusal != null) {
      add(problems, place, refusal);
    }
  }

  /** A second problem of one place does not hide the first. */
  private static void add(Map<String, String> problems, String place, String problem) {
    problems.merge(place, problem, (first, second) -> first + "; " + second);
  }

  /**
   * Requires that every route's history is in a store that there is: {@code memory}, one of the
   * configuration, or one that the application brings.
   *
   * @param brought names of those that the application brings
   * @throws ConfigException if one is not there, with all of these
   */
  public void requireStores(Set<String> brought) {
    Problems problems = new Problems((String) null, true);
    StoreNames.check(this, brought, problems);
    problems.throwIfAny();
  }

  private static void requireDistinctFiles(BridgeConfig config, Problems problems) {
    Map<Path, String> owners = new HashMap<>();
    if (config.control.persist() != null) {
      owners.put(real(config.control.persist()), "/control/persist");
    }
    config.sources.forEach(
        (name, source) -> {
          String file = source.cursor().file();
          String place = ConfigObject.pointer("sources", name) + "/cursor";
          String first = file == null ? null : owners.putIfAbsent(real(file), place);
          if (first != null) {
            problems.add(place, "expected a file of its own, got the one of " + first);
          }
        });
    if (config.sources.size() > config.control.maxSources()) {
      problems.add(
          "/control/maxSources",
          "expected at least "
              + config.sources.size()
              + ", the number of \"sources\", got "
              + config.control.maxSources());
    }
  }

  private static Path real(String file) {
    return Path.of(file).toAbsolutePath().normalize();
  }

  private static <T> void requireDistinctPaths(
      String block, Map<String, T> named, Function<T, PathTemplate> path, Problems problems) {
    Map<String, String> owners = new HashMap<>();
    named.forEach(
        (name, config) -> {
          String place = ConfigObject.pointer(block, name) + "/path";
          if (problems.hasAnyAt(place)) {
            return; // another path stands in for it
          }
          PathTemplate own = path.apply(config);
          String first = owners.putIfAbsent(own.shape(), place);
          if (first != null) {
            problems.add(
                place,
                "expected a path of its own, got \""
                    + own
                    + "\", which matches the same requests as "
                    + first);
          }
        });
  }
}
