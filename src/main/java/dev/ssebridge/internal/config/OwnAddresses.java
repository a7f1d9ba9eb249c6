package dev.ssebridge.internal.config;

import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.address.AddressTemplate.Content;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The event-bus addresses that mean something to the bridge itself: what a remote or a publisher
 * could send there would be taken for a command, or for a report of the bridge. Immutable.
 */
public final class OwnAddresses {
  /** Replies to requests, of the event bus itself. */
  private static final String REPLIES = "__vertx";

  private static final String COMMANDS = "control.sources";

  private static final String REVOCATIONS = "auth.revocations";

  private final Map<String, String> places;

  private OwnAddresses(Map<String, String> places) {
    this.places = places;
  }

  static OwnAddresses of(
      ControlConfig control, @Nullable AuthConfig auth, Map<String, SourceConfig> sources) {
    Map<String, String> places = new LinkedHashMap<>();
    if (auth != null && auth.revocations() != null) {
      places.put(auth.revocations(), REVOCATIONS);
    }
    if (control.sources() != null) {
      places.put(control.sources(), COMMANDS);
    }
    OwnAddresses own = new OwnAddresses(places);
    for (var source : sources.entrySet()) {
      own = own.with(source.getKey(), source.getValue());
    }
    return own;
  }

  /** These, and those of one more source. */
  public OwnAddresses with(String name, SourceConfig source) {
    String deadLetter = source.delivery().deadLetter();
    if (deadLetter == null || places.containsKey(deadLetter)) {
      return this;
    }
    Map<String, String> more = new LinkedHashMap<>(places);
    more.put(deadLetter, "sources." + name + ".deadLetter");
    return new OwnAddresses(more);
  }

  /** Whether the event bus itself uses this address; what is sent there is taken for a reply. */
  public static boolean isOfTheBus(String address) {
    return address.startsWith(REPLIES);
  }

  /** Whether nothing that came from outside may be sent to this address. */
  public boolean contains(String address) {
    return places.containsKey(address) || isOfTheBus(address);
  }

  /**
   * What is wrong with this template of a route or a publisher, or null if it can be none of these
   * addresses; dead letters with values such as its parameters may have, commands with any.
   */
  @Nullable String refusal(AddressTemplate template) {
    Map<String, String> reached = new LinkedHashMap<>(places);
    reached.keySet().removeIf(dead -> template.match(dead) == null);
    reached.putAll(commands());
    return refusal(template, Map.of(), reached);
  }

  private static @Nullable String refusal(
      AddressTemplate template, Map<String, String> known, Map<String, String> places) {
    if (isOfTheBus(template.beginning(known))) {
      return refusalOfTheBus(template);
    }
    for (var place : places.entrySet()) {
      if (template.mayProduce(place.getKey(), known)) {
        return refusal("that cannot be \"" + place.getKey() + "\"", place.getValue(), template);
      }
    }
    return null;
  }

  /**
   * What is wrong with the addresses of this source, with their places; empty if nothing is. A
   * template that could produce the address of commands may not be used. One that could produce an
   * address of dead letters may be; events that would go there are {@linkplain #contains dropped}.
   */
  Map<String, String> refusals(String name, SourceConfig source) {
    Map<String, String> refusals = new LinkedHashMap<>();
    Map<String, String> known = Map.of("source", name);
    boolean isFixed = known.keySet().containsAll(source.address().parameters());
    String refusal = refusal(source.address(), known, isFixed ? places : commands());
    if (refusal != null) {
      refusals.put("/address", refusal);
    }
    String deadLetter = source.delivery().deadLetter();
    String command = deadLetter == null ? null : commands().get(deadLetter);
    if (deadLetter != null && command != null) {
      refusals.put("/deadLetter", refusal("of its own, not this one", command, deadLetter));
    }
    if (deadLetter != null && isOfTheBus(deadLetter)) {
      refusals.put("/deadLetter", refusalOfTheBus(deadLetter));
    }
    return refusals;
  }

  /**
   * Notes templates that can become an address of the event bus itself. Where such an address would
   * come about all the same, in an application, it is {@linkplain #contains kept away}.
   */
  void requireNoneOfTheBus(BridgeConfig config, Problems problems) {
    config
        .routes()
        .forEach(
            (name, route) ->
                route
                    .addressesAt("/routes/" + name)
                    .forEach(
                        (place, address) ->
                            requireNotOfTheBus(
                                place, address, Map.of(), Content.FITTING, problems)));
    config
        .publish()
        .forEach(
            (name, publish) ->
                requireNotOfTheBus(
                    "/publish/" + name + "/address",
                    publish.address(),
                    Map.of(),
                    Content.FITTING,
                    problems));
    config
        .sources()
        .forEach(
            (name, source) ->
                requireNotOfTheBus(
                    "/sources/" + name + "/address",
                    source.address(),
                    Map.of("source", name),
                    Content.ANY,
                    problems));
  }

  private static void requireNotOfTheBus(
      String place,
      AddressTemplate address,
      Map<String, String> known,
      Content content,
      Problems problems) {
    if (!isOfTheBus(address.beginning(known))
        && address.mayBeginWith(REPLIES + ".", known, content)) {
      problems.add(
          place,
          "expected an address that cannot begin with "
              + REPLIES
              + "., as those of the event bus itself do, got \""
              + address
              + "\", whose parameters can make it so; begin it with a text of your own, such as"
              + " \"topics.\"");
    }
  }

  private Map<String, String> commands() {
    Map<String, String> some = new LinkedHashMap<>(places);
    some.values().retainAll(Set.of(COMMANDS, REVOCATIONS));
    return some;
  }

  static String refusalOfTheBus(Object got) {
    return "expected an address that does not begin with "
        + REPLIES
        + ", which belongs to the event bus itself, got \""
        + got
        + "\"; take another one";
  }

  private static String refusal(String which, String place, Object got) {
    return "expected an address "
        + which
        + ", which is "
        + place
        + ", got \""
        + got
        + "\"; rename one of the two";
  }
}
