package dev.ssebridge.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.LogRecorder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authorization.AuthorizationProvider;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An application that does not answer is not asked by everybody at once. */
@ExtendWith(VertxExtension.class)
class AuthorizerTest {
  private static final Identity WHO =
      new Identity(
          "p",
          User.fromName("ada"),
          "ada",
          null,
          null,
          null,
          new JsonObject(),
          Grants.of(null),
          Set.of("said"));

  @Test
  void soManyWaitAndTheNextIsRefusedForNow(Vertx vertx) {
    List<Promise<Void>> answers = new ArrayList<>();
    AuthorizationProvider silent =
        new AuthorizationProvider() {
          @Override
          public String getId() {
            return "silent";
          }

          @Override
          public Future<Void> getAuthorizations(User user) {
            Promise<Void> answer = Promise.promise();
            answers.add(answer);
            return answer.future();
          }
        };
    Authorizer authorizer =
        Authorizer.of(vertx, silent, System::currentTimeMillis, () -> Duration.ofHours(1));
    try (LogRecorder log = LogRecorder.of(ProviderLog.class)) {
      List<Future<Identity>> waiting = new ArrayList<>();
      for (int i = 0; i < Authorizer.MOST_WAITING; i++) {
        waiting.add(authorizer.authorise(FakeRequest.get("/"), WHO, Set.of("configured")));
      }
      Future<Identity> refused = authorizer.authorise(FakeRequest.get("/"), WHO, Set.of());
      assertThat(((AuthFailure) refused.cause()).kind()).isEqualTo(AuthFailure.Kind.UNAVAILABLE);
      assertThat(answers).hasSize(Authorizer.MOST_WAITING);
      assertThat(log.messages()).hasSize(1);
      answers.get(0).complete();
      assertThat(BridgeFixture.get(waiting.get(0)).authorities()).containsExactly("configured");
      Future<Identity> next = authorizer.authorise(FakeRequest.get("/"), WHO, Set.of());
      assertThat(answers).hasSize(Authorizer.MOST_WAITING + 1);
      answers.get(Authorizer.MOST_WAITING).complete();
      assertThat(BridgeFixture.get(next).authorities()).isEmpty();
    }
  }
}
