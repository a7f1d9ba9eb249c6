package dev.ssebridge.internal.config;

import dev.ssebridge.format.SseTypes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP path to subscribe to, what feeds it, and its policy.
 *
 * @param path the path, maybe with parameters
 * @param addresses the event-bus addresses, at least one, all different
 * @param type the type of every event, {@link #TYPE_ADDRESS}, or null for what the message says
 * @param history what the log of a channel keeps
 * @param heartbeat after how long without a write a comment is sent; 0 for never
 * @param retry the reconnection time told to the client
 * @param minRetry the least reconnection time that a message may set
 * @param maxRetry the longest one
 * @param maxEvents after how many events the response ends, or null for never
 * @param maxAge after how long the response ends, or null for never
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
    HistoryConfig history,
    Duration heartbeat,
    Duration retry,
    Duration minRetry,
    Duration maxRetry,
    @Nullable Long maxEvents,
    @Nullable Duration maxAge,
    GapMode gap,
    String gapType,
    SlowConfig slow,
    Duration stalled,
    boolean gone,
    Duration linger,
    RouteLimits limits) {

  /** The {@link #type()} that stands for the address an event came from. */
  public static final String TYPE_ADDRESS = "{address}";

  private static final Duration MILLI = Duration.ofMillis(1);
  private static final int MOST_ADDRESSES = 1000;
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\w*\\}");

  static @Nullable RouteConfig read(ConfigObject in) {
    PathTemplate path = in.required("path", ValueType.parsed(PathTemplate::parse));
    List<AddressTemplate> addresses = readAddresses(in, path);
    // A stand-in keeps the reading going; it is never seen, since what it stands for is a problem.
    RouteConfig config =
        new RouteConfig(
            path == null ? PathTemplate.parse("/") : path,
            addresses,
            in.optional("type", ValueType.parsed(RouteConfig::parseType)),
            in.block("history", HistoryConfig::read),
            in.get("heartbeat", ValueType.duration(Duration.ZERO), "15s"),
            in.get("retry", ValueType.duration(Duration.ZERO), "3s"),
            in.get("minRetry", ValueType.duration(Duration.ZERO), "500ms"),
            in.get("maxRetry", ValueType.duration(Duration.ZERO), "1h"),
            in.optional("maxEvents", ValueType.atLeast(1)),
            in.optional("maxAge", ValueType.duration(MILLI)),
            in.get("gap", ValueType.oneOf(GapMode.class), "event"),
            in.get("gapType", ValueType.text(), SseTypes.GAP),
            in.block("slow", SlowConfig::read),
            in.get("stalled", ValueType.duration(MILLI), "30s"),
            in.get("gone", ValueType.flag(), false),
            in.get("linger", ValueType.duration(Duration.ZERO), "30s"),
            in.block("limits", RouteLimits::read));
    in.end();
    config.requireOrder(in);
    return path == null ? null : config;
  }

  private void requireOrder(ConfigObject in) {
    if (minRetry.compareTo(maxRetry) > 0) {
      in.problem("minRetry", "expected at most maxRetry, " + maxRetry.toMillis() + "ms, got more");
    }
    if (type != null && type.equals(gapType)) {
      in.problem("type", "expected another type than gapType, which is for the bridge alone");
    }
  }

  private static List<AddressTemplate> readAddresses(ConfigObject in, @Nullable PathTemplate path) {
    ValueType<AddressTemplate> type = addressOf(path);
    AddressTemplate address = in.optional("address", type);
    List<AddressTemplate> addresses = in.optionalList("addresses", type, MOST_ADDRESSES);
    if (in.has("address") == in.has("addresses")) {
      in.problem(
          "address",
          in.has("address")
              ? "expected either \"address\" or \"addresses\", got both"
              : "missing, expected \"address\" or \"addresses\"");
    }
    if (addresses == null) {
      return address == null ? List.of() : List.of(address);
    }
    Map<AddressTemplate, Integer> first = new HashMap<>();
    for (int i = 0; i < addresses.size(); i++) {
      if (first.putIfAbsent(addresses.get(i), i) != null) {
        in.problem(
            "addresses", "expected different addresses, got \"" + addresses.get(i) + "\" twice");
      }
    }
    return List.copyOf(addresses);
  }

  /** Addresses whose parameters are those of this path; of any path while that is unknown. */
  static ValueType<AddressTemplate> addressOf(@Nullable PathTemplate path) {
    ValueType<AddressTemplate> address =
        ValueType.parsed(text -> AddressTemplate.parse(text).requireSeparators());
    return path == null
        ? address
        : json ->
            address
                .read(json)
                .requireParameters(
                    Set.copyOf(path.parameters()), "a parameter of the path \"" + path + "\"");
  }

  private static String parseType(String text) {
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
