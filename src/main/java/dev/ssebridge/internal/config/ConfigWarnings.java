package dev.ssebridge.internal.config;

import dev.ssebridge.ConfigException.Problem;
import dev.ssebridge.client.DeliveryMode;
import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.address.PathTemplate;
import dev.ssebridge.internal.text.Suggestion;
import dev.ssebridge.internal.tls.Certificates;
import dev.ssebridge.internal.url.HostNames;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a configuration says that is no mistake by itself, but is seldom what was meant. Each with
 * its place as a JSON pointer.
 */
public final class ConfigWarnings {
  private static final int MOST_COMPARED = 1000;

  private final List<Problem> warnings = new ArrayList<>();

  private ConfigWarnings() {}

  private void add(String place, String message) {
    warnings.add(new Problem(null, place, message));
  }

  /** All of them. Blocks while it looks into files. */
  public static List<Problem> of(BridgeConfig config) {
    List<Problem> all = new ArrayList<>();
    if (config.sources().isEmpty() || !config.routes().isEmpty()) {
      all.addAll(ofServed(config));
    }
    all.addAll(ofSources(config));
    all.addAll(ofProgram(config));
    return all;
  }

  /**
   * Those of the program alone: an application may have consumers of its own for any address.
   * Blocks while it looks into files.
   */
  public static List<Problem> ofProgram(BridgeConfig config) {
    ConfigWarnings found = new ConfigWarnings();
    found.requireServed(config);
    found.requireLine(config);
    found.checkFiles(config, Instant.now());
    if (config.auth() != null) {
      config.auth().providers().forEach(found::check);
    }
    return List.copyOf(found.warnings);
  }

  /** Those of what is served: of routes and of paths to publish to. */
  public static List<Problem> ofServed(BridgeConfig config) {
    ConfigWarnings found = new ConfigWarnings();
    if (config.routes().isEmpty() && config.publish().isEmpty()) {
      found.add("/routes", "there are none, and no paths to publish to; nothing is served");
    }
    found.requireAuth(config);
    config.routes().forEach(found::check);
    config.publish().forEach(found::check);
    Map<String, PathTemplate> paths = new LinkedHashMap<>();
    config.routes().forEach((name, route) -> paths.put(name, route.path()));
    found.requireReached("/routes/", paths);
    paths.clear();
    config.publish().forEach((name, publish) -> paths.put(name, publish.path()));
    found.requireReached("/publish/", paths);
    return List.copyOf(found.warnings);
  }

  /**
   * Those of a route that is added while others are served, which all stand before it.
   *
   * @param config with it
   */
  public static List<Problem> ofAdded(String name, BridgeConfig config) {
    ConfigWarnings found = new ConfigWarnings();
    Map<String, PathTemplate> before = new LinkedHashMap<>();
    config.routes().entrySet().stream()
        .limit(MOST_COMPARED)
        .forEach(each -> before.put(each.getKey(), each.getValue().path()));
    before.remove(name);
    RouteConfig added = Objects.requireNonNull(config.routes().get(name));
    found.check(name, added);
    found.requireReached("/routes/", name, added.path(), before);
    return List.copyOf(found.warnings);
  }

  private void requireAuth(BridgeConfig config) {
    if (config.isOpenToAnybody()) {
      add(
          "/http/host",
          "there is no \"auth\", so everybody who reaches "
              + config.http().host()
              + " may read and publish; say who may (security.md), or \"auth\": \"none\" if that is"
              + " meant");
    }
  }

  /** Those of the sources. */
  public static List<Problem> ofSources(BridgeConfig config) {
    ConfigWarnings found = new ConfigWarnings();
    config.sources().forEach(found::check);
    return List.copyOf(found.warnings);
  }

  private void checkFiles(BridgeConfig config, Instant now) {
    TlsConfig tls = config.http().tls();
    if (tls != null) {
      HostNames hosts = config.http().hosts();
      Set<String> names = hosts == null || hosts.permitsAny() ? Set.of() : hosts.names();
      Certificates.serverWarnings(tls.cert(), names, now)
          .forEach(warning -> add("/http/tls/cert", warning));
      tls.certificates()
          .forEach(
              (name, files) ->
                  Certificates.serverWarnings(files.cert(), names, now)
                      .forEach(
                          warning ->
                              add(
                                  "/http/tls/certificates/" + ConfigObject.escape(name) + "/cert",
                                  warning)));
    }
    config
        .sources()
        .forEach(
            (name, source) -> {
              String ca = source.request().way().ca();
              if (ca != null) {
                Certificates.trustWarnings(ca, now)
                    .forEach(warning -> add("/sources/" + name + "/ca", warning));
              }
            });
  }

  /** What is for one consumer must not be a route's, so that is not looked at. */
  private void requireServed(BridgeConfig config) {
    List<AddressTemplate> served = new ArrayList<>();
    config
        .routes()
        .values()
        .forEach(
            route -> {
              if (!route.gone()) {
                served.addAll(route.addresses());
              }
            });
    ServedAddresses routes = new ServedAddresses(served);
    config
        .publish()
        .forEach(
            (name, publish) ->
                requireServed(
                    routes, "/publish/" + name + "/address", publish.address(), Map.of()));
    config
        .sources()
        .forEach(
            (name, source) -> {
              if (source.delivery().mode() == DeliveryMode.PUBLISH) {
                requireServed(
                    routes,
                    "/sources/" + name + "/address",
                    source.address(),
                    Map.of("source", name));
              }
            });
  }

  private void requireLine(BridgeConfig config) {
    int most = config.http().socket().maxInitialLineLength();
    config
        .routes()
        .forEach(
            (name, route) -> {
              if (PickedLine.longest(route) > most) {
                add("/routes/" + name + "/addresses", PickedLine.tooLong(route, most));
              }
            });
  }

  private void requireServed(
      ServedAddresses routes, String place, AddressTemplate address, Map<String, String> known) {
    if (!routes.mayServe(address, known)) {
      add(
          place,
          "no route serves \""
              + address
              + "\", so no subscriber of this bridge gets what goes there");
    }
  }

  private void check(String name, SourceConfig source) {
    requireNoWildcard("/sources/" + name + "/address", source.address());
    if (source.request().way().trustAll()) {
      add(
          "/sources/" + name + "/trustAll",
          "any certificate is taken for any name, so everybody on the way can"
              + " read and change the stream; name the certificate in \"ca\" instead");
    }
  }

  private void check(String name, AuthProviderConfig provider) {
    if (provider instanceof AuthProviderConfig.Jwt jwt && jwt.jwks() != null) {
      URI place = AuthText.isUrl(jwt.jwks()) ? SourceConfig.parseUrl(jwt.jwks()) : null;
      if (place != null
          && "http".equalsIgnoreCase(place.getScheme())
          && (place.getHost() == null || !HostNames.isLoopback(place.getHost()))) {
        add(
            "/auth/jwt/" + name + "/jwks",
            "the keys come without TLS, so everybody on the way can put his own in their place;"
                + " use https");
      }
    }
  }

  private void check(String name, RouteConfig route) {
    String place = "/routes/" + name;
    Set<String> used = new HashSet<>();
    route.addressesAt(place).forEach(this::requireNoWildcard);
    route.addresses().forEach(address -> used.addAll(address.parameters()));
    requireUsed(place, route.path(), used);
  }

  private void check(String name, PublishConfig publish) {
    String place = "/publish/" + name;
    requireNoWildcard(place + "/address", publish.address());
    requireUsed(place, publish.path(), Set.copyOf(publish.address().parameters()));
  }

  private void requireNoWildcard(String place, AddressTemplate address) {
    if (address.hasStarAsText()) {
      add(
          place,
          "the * in \"" + address + "\" stands for itself, the event bus knows no wildcards");
    }
  }

  private void requireUsed(String place, PathTemplate path, Set<String> used) {
    Set<String> foreign = new HashSet<>(used); // of a path above, or mistyped
    path.parameters().forEach(foreign::remove);
    for (String parameter : path.parameters()) {
      if (!used.contains(parameter)) {
        add(
            place + "/path",
            "the parameter :"
                + parameter
                + " of \""
                + path
                + "\" is in no address, so all its values lead to the same one"
                + Suggestion.nearest(parameter, foreign)
                    .map(meant -> "; did you mean it by {" + meant + "}?")
                    .orElse(""));
      }
    }
  }

  private void requireReached(String block, Map<String, PathTemplate> paths) {
    Map<String, PathTemplate> before = new LinkedHashMap<>();
    paths.forEach(
        (name, path) -> {
          requireReached(block, name, path, before);
          // With very many routes it is not worth the time that the start would take.
          if (before.size() < MOST_COMPARED) {
            before.put(name, path);
          }
        });
  }

  /** Of two paths that both match a request, the first in the configuration is taken. */
  private void requireReached(
      String block, String name, PathTemplate path, Map<String, PathTemplate> before) {
    before.entrySet().stream()
        .filter(other -> other.getValue().covers(path))
        .findFirst()
        .ifPresent(
            other ->
                add(
                    block + name + "/path",
                    "no request reaches \""
                        + path
                        + "\", as \""
                        + other.getValue()
                        + "\" of "
                        + block
                        + other.getKey()
                        + " stands before it and matches as well; put it first"));
  }
}
