package dev.ssebridge.internal.config;

import org.jspecify.annotations.Nullable;

/**
 * One HTTP path to publish to.
 *
 * @param path the path, maybe with parameters
 * @param address the event-bus address its messages go to
 * @param maxBody bytes of a body, or of one event of a streaming body
 */
public record PublishConfig(PathTemplate path, AddressTemplate address, long maxBody) {

  static @Nullable PublishConfig read(ConfigObject in) {
    PathTemplate path = in.required("path", ValueType.parsed(PathTemplate::parse));
    AddressTemplate address = in.required("address", RouteConfig.addressOf(path));
    long maxBody = in.get("maxBody", ValueType.size(1), "64KiB");
    in.end();
    return path == null || address == null ? null : new PublishConfig(path, address, maxBody);
  }
}
