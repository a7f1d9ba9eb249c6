package dev.ssebridge.internal.config;

import dev.ssebridge.GapMode;
import dev.ssebridge.ResetMode;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.format.SseTypes;
import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.address.PathTemplate;
import dev.ssebridge.internal.text.UnfitValueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP path to subscribe to, what feeds it, and its policy.
 *
 * @param path the path, maybe with parameters
 * @param addresses the event-bus addresses, at least one, all different
 * @param type the type of every event, {@link #TYPE_ADDRESS}, or null for what the message says
 * @param auth who may subscribe
 * @param only which values an event must have, by JSON pointers: those of these claims
 * @param history what the log of a channel keeps
 * @param heartbeat after how long without a write a comment is sent; 0 for never
 * @param retry the reconnection time told to the client
 * @param minRetry the least reconnection time that a message may set
 * @param maxRetry the longest one
 * @param maxEvents after how many events the response ends, or null for never
 * @param maxAge after how long the response ends, or null for never
 * @param onReset what a client gets whose id is of another log
 * @param gap whether a gap is told
 * @param gapType the type of the event that tells it
 * @param slow what becomes of a subscriber that cannot keep up
 * @param stalled how long a socket may take no byte while data waits
 * @param gone whether the route exists no more, so that clients shall stop for good
 * @param linger how long a channel that nobody needs is kept
 * @param limits limits of this route
 */
public record RouteConfig(
    PathTemplate path,
    List<AddressTemplate> addresses,
    @Nullable String type,
    AuthChoice auth,
    Map<String, String> only,
    HistoryConfig history,
    Duration heartbeat,
    Duration retry,
    Duration minRetry,
    Duration maxRetry,
    @Nullable Long maxEvents,
    @Nullable Duration maxAge,
    ResetMode onReset,
    GapMode gap,
    String gapType,
    SlowConfig slow,
    Duration stalled,
    boolean gone,
    Duration linger,
    RouteLimits limits) {

  /** The {@link #type()} that stands for the address an event came from. */
  public static final String TYPE_ADDRESS = "{address}";

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\w*\\}");

  static RouteConfig of(RouteOptions options, Place at) {
    PathTemplate path = PathTemplate.parse(options.getPath());
    Duration minRetry = options.getMinRetry();
    Duration maxRetry = options.getMaxRetry();
    if (minRetry.compareTo(maxRetry) > 0) {
      at.problem("minRetry", "expected at most maxRetry, " + maxRetry.toMillis() + "ms, got more");
    }
    if (options.getGapType().equals(options.getType())) {
      at.problem("type", "expected another type than gapType, which is for the bridge alone");
    }
    Effects.require(options, at);
    return new RouteConfig(
        path,
        addresses(options, path, at),
        options.getType(),
        AuthChoice.of(options.getAuth(), at),
        only(options),
        HistoryConfig.of(options.getHistory()),
        options.getHeartbeat(),
        options.getRetry(),
        minRetry,
        maxRetry,
        options.getMaxEvents(),
        options.getMaxAge(),
        options.getOnReset(),
        options.getGap(),
        options.getGapType(),
        SlowConfig.of(options.getSlow(), at.at("slow")),
        options.getStalled(),
        options.isGone(),
        options.getLinger(),
        RouteLimits.of(options.getLimits()));
  }

  private static Map<String, String> only(RouteOptions options) {
    Map<String, String> claims = new TreeMap<>();
    Map<String, String> written = options.getOnly();
    if (written != null) {
      written.forEach((pointer, claim) -> claims.put(pointer, AddressTemplate.claimIn(claim)));
    }
    return Collections.unmodifiableMap(claims);
  }

  private static List<AddressTemplate> addresses(
      RouteOptions options, PathTemplate path, Place at) {
    String one = options.getAddress();
    List<String> several = options.getAddresses();
    if (at.isFine("address") && at.isFine("addresses") && (one == null) == several.isEmpty()) {
      at.problem(
          "address",
          one == null
              ? "missing, expected \"address\" or \"addresses\""
              : "expected either \"address\" or \"addresses\", got both");
    }
    List<AddressTemplate> addresses = new ArrayList<>();
    if (several.isEmpty() && one != null) {
      addresses.add(address("address", one, path, at));
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < several.size(); i++) {
      addresses.add(address("addresses/" + i, several.get(i), path, at));
      if (!seen.add(several.get(i))) {
        at.problem(
            "addresses", "expected different addresses, got \"" + several.get(i) + "\" twice");
      }
    }
    return List.copyOf(addresses);
  }

  private static AddressTemplate address(String key, String text, PathTemplate path, Place at) {
    AddressTemplate address = AddressTemplate.parse(text);
    if (at.isFine("path")) {
      at.check(key, () -> requireParameters(path, address, at));
    }
    return address;
  }

  /** Those of its path, or of the one that an application mounts its router on. */
  static void requireParameters(PathTemplate path, AddressTemplate address, Place at) {
    if (!at.isEmbedded()) {
      requireParametersOf(path, address);
    }
  }

  /**
   * Its addresses, by where they are written: more than one are in a list.
   *
   * @param place the JSON pointer of the route
   */
  public Map<String, AddressTemplate> addressesAt(String place) {
    Map<String, AddressTemplate> at = new LinkedHashMap<>();
    for (int i = 0; i < addresses.size(); i++) {
      at.put(place + (addresses.size() == 1 ? "/address" : "/addresses/" + i), addresses.get(i));
    }
    return at;
  }

  /** Whether its addresses are always the same ones. */
  public boolean isOfOneChannel() {
    return path.parameters().isEmpty()
        && addresses.stream().allMatch(address -> address.parameters().isEmpty());
  }

  /** The parameters of an address are those of its path. */
  private static void requireParametersOf(PathTemplate path, AddressTemplate address) {
    Set<String> known = new HashSet<>(path.parameters());
    address.claims().forEach(claim -> known.add(AddressTemplate.ofClaim(claim)));
    address.requireParameters(known, "a parameter of the path \"" + path + "\"");
  }

  /**
   * An address of a route, or of a path to publish to.
   *
   * @throws IllegalArgumentException if it is not valid
   */
  public static AddressTemplate parseAddress(String text) {
    return AddressTemplate.parse(text).requireSeparators();
  }

  /**
   * The type that a route gives its events.
   *
   * @throws IllegalArgumentException if it is not valid
   */
  public static String parseType(String text) {
    if (!text.equals(TYPE_ADDRESS) && PLACEHOLDER.matcher(text).find()) {
      throw UnfitValueException.expected("a fixed event type or exactly \"{address}\"", text);
    }
    if (text.startsWith(SseTypes.PREFIX)) {
      throw UnfitValueException.expected(
          "a type that does not begin with \"" + SseTypes.PREFIX + "\", as the bridge's own do",
          text);
    }
    return text;
  }
}
