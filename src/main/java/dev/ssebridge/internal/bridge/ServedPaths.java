package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.address.PathTable;
import dev.ssebridge.internal.address.PathTemplate;
import dev.ssebridge.internal.http.PathHandler;
import dev.ssebridge.internal.publish.PublishHandler;
import dev.ssebridge.internal.subscribe.SubscribeHandler;
import dev.ssebridge.internal.subscribe.TicketHandler;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All that a bridge serves at a moment, by path. Immutable. */
final class ServedPaths {
  static final ServedPaths NONE = new ServedPaths(List.of(), List.of(), List.of());

  private final List<SubscribeHandler> streams;
  private final List<PublishHandler> publishers;
  private final List<PathHandler> posts;
  private final PathTable<PathHandler> streamPaths;
  private final PathTable<PathHandler> postPaths;
  private final boolean hasTickets;

  /** Of two that match a path the first serves it. */
  ServedPaths(
      List<SubscribeHandler> streams,
      List<PublishHandler> publishers,
      List<TicketHandler> tickets) {
    this.streams = List.copyOf(streams);
    this.publishers = List.copyOf(publishers);
    List<PathHandler> all = new ArrayList<>(publishers);
    all.addAll(tickets);
    this.posts = List.copyOf(all);
    this.streamPaths = new PathTable<>(streams, PathHandler::path);
    this.postPaths = new PathTable<>(posts, PathHandler::path);
    this.hasTickets = !tickets.isEmpty();
  }

  List<SubscribeHandler> streams() {
    return streams;
  }

  List<PublishHandler> publishers() {
    return publishers;
  }

  /** All that takes a POST. */
  List<PathHandler> posts() {
    return posts;
  }

  /**
   * What answers a request that is not for OPTIONS; null where nothing does.
   *
   * @param path below the one that a router is mounted on
   */
  @Nullable PathHandler handler(HttpMethod method, String path) {
    if (HttpMethod.GET.equals(method) || HttpMethod.HEAD.equals(method)) {
      return streamPaths.first(path);
    }
    return HttpMethod.POST.equals(method) ? postPaths.first(path) : null;
  }

  /** Whether a POST of this path gets a ticket. */
  boolean givesTickets(String path) {
    return hasTickets && postPaths.first(path) instanceof TicketHandler;
  }

  /** The methods of a path, as the header Allow lists them; null where nothing serves it. */
  @Nullable String allowed(String path) {
    List<HttpMethod> methods = new ArrayList<>();
    if (streamPaths.first(path) != null) {
      methods.add(HttpMethod.GET);
      methods.add(HttpMethod.HEAD);
    }
    if (postPaths.first(path) != null) {
      methods.add(HttpMethod.POST);
    }
    if (methods.isEmpty()) {
      return null;
    }
    methods.add(HttpMethod.OPTIONS);
    return methods.stream().map(HttpMethod::name).collect(Collectors.joining(", "));
  }

  /** The paths of some of them. */
  static List<PathTemplate> paths(List<? extends PathHandler> handlers) {
    return handlers.stream().map(PathHandler::path).toList();
  }
}
