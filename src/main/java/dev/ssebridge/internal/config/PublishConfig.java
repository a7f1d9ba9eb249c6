package dev.ssebridge.internal.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP path to publish to.
 *
 * @param path the path, maybe with parameters
 * @param address the event-bus address its messages go to
 * @param maxBody bytes of a body, or of one event of a streaming body
 * @param bodyTimeout how long a body may bring nothing, 0 for as long as it likes
 * @param messageTimeout how long one message of it may take, 0 for as long as it likes
 */
public record PublishConfig(
    PathTemplate path,
    AddressTemplate address,
    long maxBody,
    Duration bodyTimeout,
    Duration messageTimeout) {

  static @Nullable PublishConfig read(ConfigObject in) {
    PathTemplate path = in.required("path", ValueType.parsed(PathTemplate::parse));
    AddressTemplate address = in.required("address", RouteConfig.addressOf(path));
    long maxBody = in.get("maxBody", ValueType.size(1), "64KiB");
    Duration bodyTimeout = in.get("bodyTimeout", ValueType.duration(Duration.ZERO), "30s");
    Duration messageTimeout = in.get("messageTimeout", ValueType.duration(Duration.ZERO), "2m");
    in.end();
    return path == null || address == null
        ? null
        : new PublishConfig(path, address, maxBody, bodyTimeout, messageTimeout);
  }
}
