package dev.ssebridge.internal.publish;

import dev.ssebridge.format.SseTypes;
import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.auth.Access;
import dev.ssebridge.internal.auth.AuthFailure;
import dev.ssebridge.internal.auth.ClaimValues;
import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.auth.PublishPermit;
import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.RouteChannels;
import dev.ssebridge.internal.bus.RouteChannels.Placement;
import dev.ssebridge.internal.bus.RouteChannels.Purpose;
import dev.ssebridge.internal.bus.RouteChannels.Wish;
import dev.ssebridge.internal.config.PublishConfig;
import dev.ssebridge.internal.eventstream.ReservedTypes;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.PathParameters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the bodies for a path go, and what they may be; made once. Any thread.
 *
 * @param config path, address and limits
 * @param reviewers who decides about its messages
 * @param counters what has happened there
 * @param fed what the routes are that may be fed; they may change
 */
public record PublishTarget(
    PublishConfig config, Reviewers reviewers, PublishCounters counters, Supplier<Fed> fed) {
  private static final int MAX_PARAMETER = 4096;

  /**
   * What publishing has to know of all routes.
   *
   * @param reserved types of events that only the bridge itself sends
   * @param typedByAddress whether the events of some route have the type of their address
   * @param feeds the routes that have channels on demand, of one address each
   */
  public record Fed(ReservedTypes reserved, boolean typedByAddress, List<Feed> feeds) {}

  /** A route that may have a channel of an address. */
  public interface Feed {

    /** As in the configuration. */
    String name();

    /** Its channels. */
    RouteChannels channels();

    /** What the parameters of its only address are in this one; {@code null} if it is another. */
    @Nullable Map<String, String> match(String address);

    /** Characters that each of them may have. */
    int mostOfParameter();

    /** Whether none of them has more. */
    default boolean isFitting(Map<String, String> values) {
      int most = mostOfParameter();
      return values.values().stream().allMatch(value -> value.length() <= most);
    }
  }

  /**
   * Where a message goes.
   *
   * @param address on the event bus
   * @param parameters of the path, by name
   * @param fed the routes that have, or may have, a channel of this address
   * @param who publishes; {@code null} where nobody has to show who he is
   * @param shown when he has shown it
   * @param permit what he may
   */
  record Destination(
      String address,
      Map<String, String> parameters,
      List<Feed> fed,
      @Nullable Identity who,
      Instant shown,
      PublishPermit permit) {}

  /**
   * Where the bodies for a path go.
   *
   * @param request whose path has the values of its parameters
   * @param who publishes; {@code null} where nobody has to show who he is
   * @param shown when he has shown it
   * @param asked says what he may
   * @throws AuthFailure if he may not publish there
   * @throws BadRequestException if one of them does not fit
   */
  Destination destination(
      BridgeRequest request, @Nullable Identity who, Instant shown, PublishAccess asked)
      throws AuthFailure, BadRequestException {
    Map<String, String> parameters =
        PathParameters.of(
            request::pathParameter,
            request::parentParameter,
            config.path(),
            config.address().requested(),
            MAX_PARAMETER,
            request.request().path());
    Access access = asked.access();
    AddressTemplate template = config.address();
    Map<String, String> values =
        ClaimValues.beside(parameters, template.claims(), who, MAX_PARAMETER);
    String address = PathParameters.address(template, config.path(), values);
    PublishPermit permit =
        who == null || access == null || template.isOfClaims()
            ? PublishPermit.ALL
            : access.mayPublish(who, address);
    if (permit == null) {
      throw new AuthFailure(AuthFailure.Kind.FORBIDDEN, "who asks may not publish there");
    }
    asked.onPermitted(who);
    if (fed.get().typedByAddress()) {
      requireFree(address);
    }
    return new Destination(address, parameters, fedBy(address), who, shown, permit);
  }

  private List<Feed> fedBy(String address) throws BadRequestException {
    List<Feed> fed = new ArrayList<>();
    Feed unfit = null;
    for (Feed route : this.fed.get().feeds()) {
      Map<String, String> values = route.match(address);
      if (values != null) {
        if (route.isFitting(values)) {
          fed.add(route);
        } else {
          unfit = route;
        }
      }
    }
    if (fed.isEmpty() && unfit != null) {
      throw new BadRequestException(
          400,
          "path "
              + config.path()
              + ": expected at most "
              + unfit.mostOfParameter()
              + " characters for each parameter (limits.parameter of route "
              + unfit.name()
              + "), got more");
    }
    return fed;
  }

  /**
   * What is published before the first subscriber comes is history for those who come later, so the
   * channel is opened, if the route may have one more, and held until the body is in it. Otherwise
   * it is published all the same, as what matters to others must not give way for it.
   */
  static List<BoundChannel> hold(Destination destination, String remote) {
    List<BoundChannel> held = new ArrayList<>();
    List<String> addresses = List.of(destination.address());
    Wish wish = new Wish(Purpose.PUBLISH, Placement.HERE, remote);
    for (Feed route : destination.fed()) {
      BoundChannel bound = route.channels().acquire(addresses, wish);
      if (bound != null) {
        held.add(bound);
      }
    }
    return held;
  }

  /**
   * A type for events.
   *
   * @return {@code null} for none
   * @throws BadRequestException if it cannot be one, or only the bridge itself may send it
   */
  @Nullable String requireType(@Nullable String type) throws BadRequestException {
    if (type == null || type.isEmpty()) {
      return null;
    }
    if (type.indexOf('\n') >= 0 || type.indexOf('\r') >= 0 || type.indexOf(0) >= 0) {
      throw new BadRequestException(
          400, "event type: expected one line without CR, LF and NUL, got one with");
    }
    requireFree(type);
    return type;
  }

  /**
   * @throws BadRequestException if only the bridge itself may send this type
   */
  void requireFree(@Nullable String type) throws BadRequestException {
    if (type != null && fed.get().reserved().contains(type)) {
      throw new BadRequestException(
          400,
          "event type: expected one of your own, got one that only the bridge itself sends ("
              + SseTypes.PREFIX
              + "*, and the gapType of a route)");
    }
  }
}
