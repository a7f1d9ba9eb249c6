package dev.ssebridge.internal.bridge;

import dev.ssebridge.RouteOptions;
import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.ChannelSpec;
import dev.ssebridge.internal.bus.RouteChannels;
import dev.ssebridge.internal.bus.RouteChannels.Wish;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.fanout.StreamCounters;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.PathParameters;
import dev.ssebridge.internal.publish.PublishTarget;
import dev.ssebridge.internal.subscribe.StreamRoute;
import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One route of the configuration, its channels, and how many streams it has. Any thread. */
public final class ServedRoute implements StreamRoute, PublishTarget.Feed {
  // set at construction
  private final String name;
  private final RouteChannels channels;
  private final Admissions admissions;
  private final AtomicInteger open;
  private final @Nullable RouteOptions added;

  // written by the thread that configures
  private volatile RouteConfig config;

  private ServedRoute(
      String name,
      RouteConfig config,
      RouteChannels channels,
      Admissions admissions,
      AtomicInteger open,
      @Nullable RouteOptions added) {
    this.name = name;
    this.config = config;
    this.channels = channels;
    this.admissions = admissions;
    this.open = open;
    this.added = added;
  }

  /**
   * @param added what it was added with; null where it is one of the configuration
   */
  ServedRoute(
      String name,
      RouteConfig config,
      RouteChannels channels,
      Admissions admissions,
      @Nullable RouteOptions added) {
    this(name, config, channels, admissions, new AtomicInteger(), added);
  }

  /** Another one with the channels of this one, so that streams of this one may resume there. */
  ServedRoute successor(RouteConfig other, ChannelSpec spec) {
    channels.change(spec);
    return new ServedRoute(name, other, channels, admissions, open, null);
  }

  /** It is as this says from now on, and so are its channels and the streams that are open. */
  void change(RouteConfig other, ChannelSpec spec) {
    config = other;
    channels.change(spec);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public RouteConfig config() {
    return config;
  }

  @Override
  public RouteChannels channels() {
    return channels;
  }

  boolean isOfOneAddressOnDemand() {
    return config.addresses().size() == 1 && !config.isOfOneChannel() && !config.gone();
  }

  /** One without parameters has its one channel from the start to the end. */
  Future<Void> openFixed() {
    if (!config.isOfOneChannel() || config.gone()) {
      return Future.succeededFuture();
    }
    BoundChannel bound = channels.acquire(fixedAddresses(), Wish.OF_ROUTE);
    return bound == null ? Future.succeededFuture() : bound.ready();
  }

  private List<String> fixedAddresses() {
    return config.addresses().stream()
        .map(template -> template.resolve(Map.of()))
        .distinct()
        .toList();
  }

  /** What happened on it. */
  public StreamCounters counters() {
    return channels.spec().counters();
  }

  /** A copy of what it was added with while it was served; null where it was there before. */
  public @Nullable RouteOptions added() {
    return added == null ? null : new RouteOptions(added);
  }

  /** Streams open now. */
  public int openStreams() {
    return open.get();
  }

  @Override
  public String whyNoChannel(String remote) {
    int full = channels.fullAt(remote);
    return full > 0
        ? "limits.channelsPerRemote: "
            + full
            + " channels exist because of requests from your address"
        : "the route's limits.channels: " + config.limits().channels() + " exist";
  }

  @Override
  public @Nullable String admit(String remote) {
    return admissions.admit(count(), remote);
  }

  @Override
  public void release(String remote) {
    admissions.release(count(), remote);
  }

  private Admissions.Count count() {
    return new Admissions.Count(open, config.limits().subscribers());
  }

  @Override
  public @Nullable String join(BoundChannel bound) {
    return Admissions.join(
        new Admissions.Count(bound.subscribers(), config.limits().subscribersPerChannel()));
  }

  @Override
  public void leave(BoundChannel bound) {
    bound.subscribers().decrementAndGet();
  }

  @Override
  public int mostOfParameter() {
    return config.limits().parameter();
  }

  @Override
  public @Nullable Map<String, String> match(String address) {
    return config.addresses().get(0).match(address);
  }

  @Override
  public List<String> addresses(Map<String, String> parameters) throws BadRequestException {
    Set<String> addresses = new LinkedHashSet<>();
    for (AddressTemplate template : config.addresses()) {
      addresses.add(PathParameters.address(template, config.path(), parameters));
    }
    return List.copyOf(addresses);
  }
}
