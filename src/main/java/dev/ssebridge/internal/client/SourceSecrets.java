package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceRequest;
import dev.ssebridge.client.EventSourceRequestSupplier;
import dev.ssebridge.internal.config.SourceAuth;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Reads the credentials of a source again for every connection, so that they may be renewed. */
final class SourceSecrets implements EventSourceRequestSupplier {
  private final Vertx vertx;
  private final SourceAuth auth;

  SourceSecrets(Vertx vertx, SourceAuth auth) {
    this.vertx = vertx;
    this.auth = auth;
  }

  @Override
  public Future<EventSourceRequest> request(Attempt attempt) {
    return secret().map(secret -> attempt.request().withHeader("Authorization", header(secret)));
  }

  private String header(String secret) {
    return switch (auth.scheme()) {
      case BEARER -> "Bearer " + secret;
      case BASIC ->
          "Basic " + Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
    };
  }

  private Future<String> secret() {
    SourceAuth.Reference reference = auth.reference();
    if (reference.isFile()) {
      return vertx
          .fileSystem()
          .readFile(reference.name())
          .map(content -> content.toString(StandardCharsets.UTF_8).strip());
    }
    String value = System.getenv(reference.name());
    return value == null
        ? Future.failedFuture("environment variable " + reference.name() + " is not set")
        : Future.succeededFuture(value.strip());
  }
}
