package dev.ssebridge.internal.subscribe;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.ssebridge.internal.auth.AuthFailure;
import dev.ssebridge.internal.auth.ClaimValues;
import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.bus.EventValues;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.PathParameters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From a request to the addresses of a route, and to those of their events that it may have. */
final class RouteAddresses {
  private final StreamRoute route;
  private final Set<String> needed;
  private final Set<String> claims;

  RouteAddresses(StreamRoute route) {
    this.route = route;
    this.needed =
        route.config().addresses().stream()
            .flatMap(address -> address.requested().stream())
            .collect(toUnmodifiableSet());
    this.claims =
        route.config().addresses().stream()
            .flatMap(address -> address.claims().stream())
            .collect(toUnmodifiableSet());
  }

  /** The parameters of the path. */
  Map<String, String> parameters(BridgeRequest request) throws BadRequestException {
    return PathParameters.of(
        request::pathParameter,
        request::parentParameter,
        route.config().path(),
        needed,
        route.config().limits().parameter(),
        request.request().path());
  }

  /** These, and the claims of the one who asks. */
  Map<String, String> values(Map<String, String> parameters, @Nullable Identity who)
      throws AuthFailure {
    return ClaimValues.beside(parameters, claims, who, route.config().limits().parameter());
  }

  /**
   * The label of the events that are for the one who asks; {@code null} where all are for all.
   *
   * @throws AuthFailure if he lacks one of the claims that say so
   */
  @Nullable String labelFor(@Nullable Identity who) throws AuthFailure {
    Collection<String> needed = route.config().only().values();
    if (needed.isEmpty()) {
      return null;
    }
    List<@Nullable Object> own = new ArrayList<>();
    needed.forEach(claim -> own.add(who == null ? null : who.claims().getValue(claim)));
    String label = EventValues.labelOf(own);
    if (label == null) {
      throw new AuthFailure(
          AuthFailure.Kind.FORBIDDEN,
          "expected each of the claims "
              + String.join(", ", needed)
              + " to be text of at most "
              + EventValues.LONGEST
              + " characters, a number or a boolean");
    }
    return label;
  }

  /** A subset of the route's addresses; all of them where the request names none. */
  List<String> picked(List<String> wanted, List<String> addresses) throws BadRequestException {
    if (wanted.isEmpty()) {
      return addresses;
    }
    Set<String> distinct = new LinkedHashSet<>(wanted);
    int most = route.config().limits().addresses();
    if (distinct.size() > most) {
      throw new BadRequestException(
          400,
          "query: address: expected at most "
              + most
              + " (limits.addresses), got "
              + distinct.size());
    }
    for (String address : distinct) {
      if (!addresses.contains(address)) {
        throw new BadRequestException(
            403, "query: address: this route does not permit \"" + address + "\"");
      }
    }
    return distinct.size() == addresses.size()
        ? addresses
        : addresses.stream().filter(distinct::contains).toList();
  }
}
