package dev.ssebridge.internal.config;

import dev.ssebridge.ConfigException;
import dev.ssebridge.GapMode;
import dev.ssebridge.client.BodyForm;
import dev.ssebridge.client.DeliveryMode;
import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.EventSourceRequest;
import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One remote event stream that is followed.
 *
 * @param url where it is, absolute, http or https
 * @param address the event-bus address its events go to; {@code {type}}, {@code {id}} and {@code
 *     {source}} stand for the event's type, its id and the name of the source
 * @param types the types of event that are taken; empty for all
 * @param body what an event's data becomes
 * @param delivery how messages are handed over
 * @param stream how it is asked for, read and reconnected
 * @param request how often, with whose credentials, and which way
 * @param outages whether the routes of its address are told that it is down, and that it is back
 * @param cursor where to begin, and where the position is kept
 * @param tolerance how long it may be without a stream; null for as long as it is
 * @param single whether one node follows it for all
 * @param singleBy the store in which the nodes agree who does; null for the cluster
 * @param streams which streams it is where its URL has parameters; null for one
 */
public record SourceConfig(
    URI url,
    AddressTemplate address,
    Set<String> types,
    BodyForm body,
    SourceDelivery delivery,
    EventSourceOptions stream,
    SourceRequest request,
    GapMode outages,
    SourceCursor cursor,
    @Nullable Duration tolerance,
    boolean single,
    @Nullable String singleBy,
    @Nullable SourceStreams streams) {

  /** What is expected. */
  public static final String URL =
      "an absolute http or https URL with a host, without user information";

  static SourceConfig of(SourceOptions options, Place at) {
    Effects.require(options, at);
    URI url = parseUrl(options.getUrl());
    return new SourceConfig(
        url,
        AddressTemplate.parse(options.getAddress()),
        Set.copyOf(options.getTypes()),
        options.getBody(),
        SourceDelivery.of(options, at),
        stream(options.getStream(), at),
        SourceRequest.of(options, at),
        outages(options),
        SourceCursor.of(options),
        options.getTolerance(),
        options.isSingle(),
        options.getSingleBy(),
        SourceStreams.of(options, url, at));
  }

  /**
   * The values of the parameters of its URL for which its events go to this address; null where
   * they go to another, or to none that can be in a URL. Only where it has {@link #streams}.
   *
   * @param name of the source
   */
  public @Nullable Map<String, String> valuesOf(String name, String eventsTo) {
    return SourceStreams.values(address, name, eventsTo);
  }

  /**
   * One of its {@link #streams}, which is followed for those who listen on this node.
   *
   * @param values of the parameters of its URL
   * @param eventsTo the address of its events
   */
  public SourceConfig ofStream(Map<String, String> values, String eventsTo) {
    return new SourceConfig(
        streams == null ? url : URI.create(streams.url().resolve(values)),
        AddressTemplate.ofAddress(eventsTo),
        types,
        body,
        delivery.onThisNode(),
        stream,
        request,
        outages,
        cursor,
        tolerance,
        single,
        singleBy,
        streams);
  }

  private static EventSourceOptions stream(EventSourceOptions stream, Place at) {
    if (stream.getUrl() != null || !stream.getLastEventId().isEmpty()) {
      at.problem(
          stream.getUrl() != null ? "url" : "lastEventId",
          "expected none in the options of the stream, that of the source counts");
    }
    Duration longest = stream.getReconnect().getMaxServerRetry();
    if (stream.getReconnect().getMinServerRetry().compareTo(longest) > 0) {
      at.problem(
          "minServerRetry",
          "expected at most maxServerRetry, " + longest.toMillis() + "ms, got more");
    }
    return new EventSourceOptions(stream);
  }

  /** Where each event is for one consumer, that one expects nothing else. */
  private static GapMode outages(SourceOptions options) {
    GapMode outages = options.getOutages();
    if (outages != null) {
      return outages;
    }
    return options.getDeliver() == DeliveryMode.PUBLISH ? GapMode.EVENT : GapMode.SILENT;
  }

  /**
   * Reads one source by itself, as it is added at run time.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public static SourceConfig read(JsonObject json) {
    Problems problems = new Problems(null);
    return of(
        Keys.declaredBy(SourceOptions.class).read(ConfigObject.root(json, problems)), problems);
  }

  /**
   * What options of one source say.
   *
   * @throws ConfigException if anything in them is wrong; it names every problem
   */
  public static SourceConfig of(SourceOptions options) {
    return of(options, new Problems(null));
  }

  private static SourceConfig of(SourceOptions options, Problems problems) {
    SourceConfig config = of(options, Place.root(problems));
    problems.throwIfAny();
    return config;
  }

  /** An address that the events of a source may go to; which parameters, depends on its URL. */
  public static AddressTemplate parseAddress(String text) {
    AddressTemplate address = AddressTemplate.parse(text);
    if (!address.claims().isEmpty()) {
      throw UnfitValueException.expected("an address without claims, as nobody asks", text);
    }
    return address;
  }

  /** The URL of a stream. */
  public static URI parseUrl(String text) {
    try {
      return EventSourceRequest.get(text).uri();
    } catch (IllegalArgumentException wrong) {
      throw UnfitValueException.expected(URL, PrintableText.ofWholeUrl(text));
    }
  }

  /** Never the URL as a whole, since its query may hold a secret. */
  @Override
  public String toString() {
    return PrintableText.ofUrl(url.toString()) + " to " + address;
  }
}
