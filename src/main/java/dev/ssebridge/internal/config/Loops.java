package dev.ssebridge.internal.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.url.HostNames;
import java.net.URLDecoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds sources whose events come back to them: one that follows a route of this very bridge which
 * it feeds, and several that feed each other so. Such a circle has no end.
 */
final class Loops {
  private static final Pattern AUTHORITY = Pattern.compile("(\\[[^\\]]*\\]|[^:]*)(?::(\\d*))?");

  private final BridgeConfig config;

  /** What the sources read of this bridge, by their names. */
  private final Map<String, Followed> followed = new LinkedHashMap<>();

  /** Who reads an address of the event bus through this bridge. */
  private final Map<String, Set<String>> readers = new HashMap<>();

  /**
   * What a source reads of this bridge.
   *
   * @param route the name of the route
   * @param addresses that feed it
   */
  private record Followed(String route, List<String> addresses) {}

  private Loops(BridgeConfig config) {
    this.config = config;
    config
        .sources()
        .forEach(
            (name, source) -> {
              Followed route = isOwn(source) ? followed(source) : null;
              if (route != null) {
                followed.put(name, route);
                route
                    .addresses()
                    .forEach(
                        address ->
                            readers.computeIfAbsent(address, a -> new LinkedHashSet<>()).add(name));
              }
            });
  }

  /** Notes each, at one of its sources. */
  static void requireNone(BridgeConfig config, Problems problems) {
    Loops loops = new Loops(config);
    Set<String> told = new HashSet<>();
    for (String name : loops.followed.keySet()) {
      Set<String> fed = loops.fedBy(name);
      if (fed.contains(name)) {
        problems.add("/sources/" + name + "/url", loops.ofOne(name));
      }
      List<String> circle = told.contains(name) ? List.of() : loops.circle(name, fed);
      if (!circle.isEmpty()) {
        told.addAll(circle);
        problems.add("/sources/" + name + "/url", loops.ofSeveral(circle));
      }
    }
  }

  private String ofOne(String name) {
    return "expected the URL of another server, got the one of /routes/"
        + route(name)
        + " of this bridge, which this source feeds through \""
        + source(name).address()
        + "\": its events would come again without end; follow another route, or"
        + " take another address";
  }

  private String ofSeveral(List<String> circle) {
    StringBuilder text =
        new StringBuilder("expected sources that do not feed each other in a circle, got one of ")
            .append(circle.size())
            .append(": ");
    for (int i = 0; i < circle.size(); i++) {
      String name = circle.get(i);
      text.append(i == 0 ? "\"" : ", which \"")
          .append(name)
          .append(i == 0 ? "\" feeds /routes/" : "\" follows; it feeds /routes/")
          .append(route(circle.get((i + 1) % circle.size())))
          .append(" through \"")
          .append(source(name).address())
          .append('"');
    }
    return text.append(", which \"")
        .append(circle.get(0))
        .append(
            "\" follows: their events would come again without end; let one of them follow another"
                + " route, or take another address")
        .toString();
  }

  private SourceConfig source(String name) {
    return Objects.requireNonNull(config.sources().get(name));
  }

  private String route(String name) {
    return Objects.requireNonNull(followed.get(name)).route();
  }

  /** The shortest way from a source through others back to it; empty if there is none. */
  private List<String> circle(String name, Set<String> fed) {
    Map<String, String> from = new HashMap<>();
    Deque<String> next = new ArrayDeque<>();
    for (String first : fed) {
      if (!first.equals(name)) {
        from.put(first, name);
        next.add(first);
      }
    }
    while (!next.isEmpty()) {
      String at = next.remove();
      for (String other : fedBy(at)) {
        if (other.equals(name)) {
          return way(name, at, from);
        }
        if (from.putIfAbsent(other, at) == null) {
          next.add(other);
        }
      }
    }
    return List.of();
  }

  private static List<String> way(String first, String last, Map<String, String> from) {
    Deque<String> way = new ArrayDeque<>();
    for (String at = last; at != null && !at.equals(first); at = from.get(at)) {
      way.addFirst(at);
    }
    way.addFirst(first);
    return List.copyOf(way);
  }

  /** Who reads what this source brings, or may. */
  private Set<String> fedBy(String name) {
    AddressTemplate address = source(name).address();
    Map<String, String> known = Map.of("source", name);
    if (known.keySet().containsAll(address.parameters())) {
      return readers.getOrDefault(address.resolve(known), Set.of());
    }
    Set<String> fed = new LinkedHashSet<>();
    readers.forEach(
        (read, names) -> {
          if (address.mayProduce(read, known)) {
            fed.addAll(names);
          }
        });
    return fed;
  }

  /** Whether the URL leads to this server, as far as the configuration tells. */
  private boolean isOwn(SourceConfig source) {
    Matcher parts = AUTHORITY.matcher(String.valueOf(source.url().getRawAuthority()));
    if (!parts.matches()) {
      return false;
    }
    String host = parts.group(1).toLowerCase(Locale.ROOT);
    String digits = parts.group(2);
    boolean isUsual = digits == null || digits.isEmpty();
    int usual = "https".equalsIgnoreCase(source.url().getScheme()) ? 443 : 80;
    int port = isUsual ? usual : Integer.parseInt(digits);
    HttpConfig http = config.http();
    HostNames names = http.hosts();
    if (names != null
        && !names.permitsAny()
        && names.permits(host)
        && !HostNames.isLoopback(host)) {
      return isUsual || port == http.port(); // with a proxy in front, its usual port
    }
    return port == http.port() && isHere(host, http.host());
  }

  private static boolean isHere(String host, String listens) {
    boolean isNear = HostNames.isLoopback(host) || HostNames.isWildcard(host);
    return host.equalsIgnoreCase(listens)
        || host.equals("[" + listens.toLowerCase(Locale.ROOT) + "]")
        || (isNear && (HostNames.isLoopback(listens) || HostNames.isWildcard(listens)));
  }

  /** The route that answers, and what feeds it; null if there is none. */
  private @Nullable Followed followed(SourceConfig source) {
    String path = source.url().getRawPath().isEmpty() ? "/" : source.url().getRawPath();
    for (var route : config.routes().entrySet()) {
      List<String> values = route.getValue().path().parametersOf(path);
      if (values != null) {
        List<String> addresses = addresses(route.getValue(), values);
        Set<String> picked = picked(source.url().getRawQuery());
        addresses.removeIf(address -> !picked.isEmpty() && !picked.contains(address));
        return new Followed(route.getKey(), addresses);
      }
    }
    return null;
  }

  /** The addresses that a query picks among those of the route; empty for all of them. */
  private static Set<String> picked(@Nullable String query) {
    Set<String> picked = new HashSet<>();
    for (String pair : query == null ? new String[0] : query.split("&")) {
      if (pair.startsWith("address=")) {
        try {
          picked.add(URLDecoder.decode(pair.substring("address=".length()), UTF_8));
        } catch (IllegalArgumentException malformed) {
          picked.add(pair); // no address that there is; the bridge will refuse the request
        }
      }
    }
    return picked;
  }

  private static List<String> addresses(RouteConfig route, List<String> values) {
    Map<String, String> known = new HashMap<>();
    for (int i = 0; i < values.size(); i++) {
      known.put(route.path().parameters().get(i), values.get(i));
    }
    List<String> addresses = new ArrayList<>();
    for (AddressTemplate address : route.addresses()) {
      if (!route.gone() && known.keySet().containsAll(address.parameters())) {
        addresses.add(address.resolve(known));
      }
    }
    return addresses;
  }
}
