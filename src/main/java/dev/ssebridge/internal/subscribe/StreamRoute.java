package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.RouteChannels;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.http.BadRequestException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A route, as it is seen where its streams are opened. Any thread. */
public interface StreamRoute {

  /** As in the configuration. */
  String name();

  /** What was configured of it. */
  RouteConfig config();

  /** Its channels. */
  RouteChannels channels();

  /**
   * The addresses that these parameters of the path stand for.
   *
   * @throws BadRequestException if one of them may not be in an address
   */
  List<String> addresses(Map<String, String> parameters) throws BadRequestException;

  /** Why this remote got no channel just now. */
  String whyNoChannel(String remote);

  /**
   * Counts a stream that is asked for, or says why it may not be.
   *
   * @return {@code null} if it may; it is then to be {@linkplain #release released}
   */
  @Nullable String admit(String remote);

  /** A stream that was admitted is closed, or was never opened. */
  void release(String remote);

  /**
   * Counts a stream of this channel, or says why it may not be.
   *
   * @return {@code null} if it may; it is then to {@linkplain #leave}
   */
  @Nullable String join(BoundChannel channel);

  /** A stream of this channel is closed. */
  void leave(BoundChannel channel);
}
