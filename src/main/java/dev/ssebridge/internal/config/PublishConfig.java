package dev.ssebridge.internal.config;

import dev.ssebridge.PublishBody;
import dev.ssebridge.PublishOptions;
import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.address.PathTemplate;
import java.time.Duration;

/**
 * One HTTP path to publish to.
 *
 * @param path the path, maybe with parameters
 * @param address the event-bus address its messages go to
 * @param auth who may publish
 * @param body what consumers of the address get
 * @param maxBody bytes of a body, or of one event of a streaming body
 * @param bodyTimeout how long a body may bring nothing, 0 for as long as it likes
 * @param messageTimeout how long one message of it may take, 0 for as long as it likes
 */
public record PublishConfig(
    PathTemplate path,
    AddressTemplate address,
    AuthChoice auth,
    PublishBody body,
    long maxBody,
    Duration bodyTimeout,
    Duration messageTimeout) {

  static PublishConfig of(PublishOptions options, Place at) {
    PathTemplate path = PathTemplate.parse(options.getPath());
    AddressTemplate address = AddressTemplate.parse(options.getAddress());
    if (at.isFine("path")) {
      at.check("address", () -> RouteConfig.requireParameters(path, address, at));
    }
    return new PublishConfig(
        path,
        address,
        AuthChoice.of(options.getAuth(), at),
        options.getBody(),
        options.getMaxBody(),
        options.getBodyTimeout(),
        options.getMessageTimeout());
  }
}
