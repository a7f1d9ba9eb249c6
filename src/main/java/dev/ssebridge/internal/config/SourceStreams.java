package dev.ssebridge.internal.config;

import dev.ssebridge.client.DeliveryMode;
import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.text.Suggestion;
import dev.ssebridge.internal.text.UnfitValueException;
import dev.ssebridge.internal.url.UrlTemplate;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a source whose URL has parameters: one for each address that somebody listens to.
 *
 * @param url where they are
 * @param most how many there are at the same time
 * @param linger how long one is followed on that nobody listens to any more
 */
public record SourceStreams(UrlTemplate url, int most, Duration linger) {
  private static final SourceOptions USUAL = new SourceOptions("http://localhost/", "none");

  /** What no URL gives, but each event, or the configuration. */
  static final Set<String> OF_EVENTS = Set.of("type", "id", "source");

  /** What the options say of them; null for a source that is one stream. */
  static @Nullable SourceStreams of(SourceOptions options, URI uri, Place at) {
    UrlTemplate url;
    try {
      url = UrlTemplate.of(uri);
    } catch (UnfitValueException unfit) {
      at.problem("url", String.valueOf(unfit.getMessage()));
      return null;
    }
    AddressTemplate address = AddressTemplate.parse(options.getAddress());
    if (url.parameters().isEmpty()) {
      String beside = "a \"url\" with a parameter beside it, such as \"/topics/:topic\"";
      Effects.requireEffect(
          options.getMaxStreams() == USUAL.getMaxStreams(), at, "maxStreams", beside);
      Effects.requireEffect(options.getLinger().equals(USUAL.getLinger()), at, "linger", beside);
      at.check(
          "address", () -> address.requireParameters(OF_EVENTS, "one of {type}, {id}, {source}"));
      return null;
    }
    requireSameParameters(url, address, at);
    requireNoneOfOneStream(options, at);
    return new SourceStreams(url, options.getMaxStreams(), options.getLinger());
  }

  private static void requireSameParameters(UrlTemplate url, AddressTemplate address, Place at) {
    Set<String> ofUrl = url.parameters();
    for (String name : ofUrl) {
      if (OF_EVENTS.contains(name)) {
        at.problem(
            "url",
            "expected another name than :" + name + ", which is the event's own in an address");
      } else if (!address.parameters().contains(name)) {
        at.problem(
            "address",
            "expected {"
                + name
                + "} in it, as the \"url\" has :"
                + name
                + ", so that it is known by its address which stream somebody listens to, got \""
                + address
                + "\"; write "
                + UrlTemplate.COLON
                + " in the \"url\" for a colon that begins no parameter");
      }
    }
    for (String name : address.parameters()) {
      if (!ofUrl.contains(name) && !name.equals("source")) {
        Set<String> known = new HashSet<>(ofUrl);
        known.add("source");
        at.problem(
            "address",
            OF_EVENTS.contains(name)
                ? "expected only parameters of the \"url\" and {source}, got {"
                    + name
                    + "}, which no listener tells before there is an event"
                : "expected only parameters of the \"url\" and {source}, got {"
                    + name
                    + "}"
                    + Suggestion.nearest(name, known)
                        .map(meant -> ", did you mean {" + meant + "}?")
                        .orElse(""));
      }
    }
    at.check("address", address::requireSeparators);
  }

  /** Keys that are for one stream do not fit many that come and go. */
  private static void requireNoneOfOneStream(SourceOptions options, Place at) {
    refuse(
        at,
        "single",
        options.isSingle(),
        "each node follows what its own subscribers listen to; leave it out");
    refuse(
        at,
        "cursor",
        !options.getCursor().equals("none"),
        "the positions of its streams are kept in memory; leave it out");
    refuse(
        at,
        "lastEventId",
        options.getLastEventId() != null,
        "an id belongs to one stream; leave it out");
    refuse(
        at,
        "tolerance",
        options.getTolerance() != null,
        "what a subscriber asks for must not decide whether the bridge is ready; leave it out");
    refuse(
        at,
        "deliver",
        options.getDeliver() != DeliveryMode.PUBLISH,
        "its events are for the routes of this bridge, which listen; use \"publish\"");
  }

  private static void refuse(Place at, String key, boolean isSet, String why) {
    if (isSet) {
      at.problem(key, "does not go together with parameters in the \"url\": " + why);
    }
  }

  /**
   * The values with which the address of a source becomes this one; null where it does not.
   *
   * @param source its name
   */
  static @Nullable Map<String, String> values(
      AddressTemplate template, String source, String address) {
    Map<String, String> values = template.match(address);
    return values == null || !source.equals(values.getOrDefault("source", source)) ? null : values;
  }
}
