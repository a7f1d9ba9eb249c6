package dev.ssebridge.internal.subscribe;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.ssebridge.internal.auth.AuthFailure;
import dev.ssebridge.internal.auth.ClaimValues;
import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.PathParameters;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From a request to the values of the parameters in the addresses of a route. */
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

  /** These, and the claims of who asks. */
  Map<String, String> values(Map<String, String> parameters, @Nullable Identity who)
      throws AuthFailure {
    return ClaimValues.beside(parameters, claims, who, route.config().limits().parameter());
  }
}
