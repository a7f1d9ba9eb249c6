package dev.ssebridge.internal.config;

import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.url.HostNames;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds sources that follow a route of this very bridge which they feed: a circle without end. */
final class Loops {
  private static final Pattern AUTHORITY = Pattern.compile("(\\[[^\\]]*\\]|[^:]*)(?::(\\d*))?");

  private final BridgeConfig config;

  Loops(BridgeConfig config) {
    this.config = config;
  }

  void requireNone(Problems problems) {
    config
        .sources()
        .forEach(
            (name, source) -> {
              String route = isOwn(source) ? fed(name, source) : null;
              if (route != null) {
                problems.add(
                    "/sources/" + name + "/url",
                    "expected the URL of another server, got the one of /routes/"
                        + route
                        + " of this bridge, which this source feeds through \""
                        + source.address()
                        + "\": its events would come again without end; follow another route, or"
                        + " take another address");
              }
            });
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

  /** The route that answers, if what this source brings may be its own events. */
  private @Nullable String fed(String name, SourceConfig source) {
    String path = source.url().getRawPath().isEmpty() ? "/" : source.url().getRawPath();
    for (var route : config.routes().entrySet()) {
      List<String> values = route.getValue().path().parametersOf(path);
      if (values != null) {
        return feeds(name, source, route.getValue(), values) ? route.getKey() : null;
      }
    }
    return null;
  }

  private static boolean feeds(
      String name, SourceConfig source, RouteConfig route, List<String> values) {
    Map<String, String> known = new HashMap<>();
    for (int i = 0; i < values.size(); i++) {
      known.put(route.path().parameters().get(i), values.get(i));
    }
    for (AddressTemplate address : route.addresses()) {
      if (!route.gone()
          && known.keySet().containsAll(address.parameters())
          && source.address().mayProduce(address.resolve(known), Map.of("source", name))) {
        return true;
      }
    }
    return false;
  }
}
