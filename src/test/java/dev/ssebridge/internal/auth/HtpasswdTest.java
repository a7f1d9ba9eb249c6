package dev.ssebridge.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.ssebridge.internal.config.AuthProviderConfig;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who is in the file comes in with his password, and nobody else. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class HtpasswdTest {
  private @TempDir Path directory;
  private Path file;
  private final AtomicLong clock = new AtomicLong(1_000_000);
  private LogRecorder log;

  @BeforeEach
  void begin() {
    file = directory.resolve("htpasswd");
    log = LogRecorder.of(ProviderLog.class);
  }

  @AfterEach
  void end() {
    log.close();
  }

  private static String line(String name, String password) {
    return name
        + ":"
        + BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(4, password.toCharArray());
  }

  private void write(String... lines) throws Exception {
    Path next = directory.resolve("next");
    Files.write(next, List.of(lines));
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String basic(String pair) {
    return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private Htpasswd provider(Vertx vertx) {
    return new Htpasswd(
        new Home(vertx),
        "people",
        new AuthProviderConfig.Basic(file.toString(), Set.of("staff")),
        100,
        clock::get);
  }

  private static Future<Identity> ask(Htpasswd provider, String pair) {
    return provider.authenticate(
        new Credentials("basic", basic(pair), false), FakeRequest.get("/x"), "127.0.0.1");
  }

  private static AuthFailure.@Nullable Kind kind(Future<Identity> asked) {
    Deadline.await(asked::isComplete, () -> "an answer");
    return asked.succeeded() ? null : ((AuthFailure) asked.cause()).kind();
  }

  @Test
  void whoIsInTheFileSubscribesAndPublishesAndNobodyElse(Vertx vertx) throws Exception {
    write(line("ada", "l\u00f6ve:lace"), "old:$apr1$abcdefgh$abcdefghijklmnopqrstu.");
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'x':{'path':'/x','address':'a'}},'publish':{'x':{'path':'/p','address':'a'}},"
                + "'auth':{'basic':{'people':{'file':'"
                + file
                + "'}},'subscribe':{'a':{'address':'a'}},'publish':{'a':{'address':'a'}}}}")) {
      HttpCalls calls = new HttpCalls(bridge.port());
      String right = "Basic " + basic("ada:l\u00f6ve:lace");
      SseProbe stream = bridge.open("/x", "Authorization: " + right);

      assertThat(calls.post("/p", "hello", "authorization", right).statusCode()).isEqualTo(202);
      stream.awaitData("hello");

      for (String wrong :
          List.of(
              "ada:lovelace",
              "ada:",
              "bob:l\u00f6ve:lace",
              "old:password",
              "Ada:l\u00f6ve:lace",
              ":")) {
        var refused = calls.get("/x", "authorization", "Basic " + basic(wrong));
        assertThat(refused.statusCode()).as(wrong).isEqualTo(401);
        assertThat(refused.headers().firstValue("www-authenticate"))
            .hasValue("Basic realm=\"sse\", charset=\"UTF-8\"");
        assertThat(calls.post("/p", "bad", "authorization", "Basic " + basic(wrong)).statusCode())
            .isEqualTo(401);
      }
      List<String> malformed =
          List.of(
              "%%%",
              basic("no colon"),
              basic("ada:l\u00f6ve\nlace"),
              basic("a\u0000da:x"),
              Base64.getEncoder()
                  .encodeToString("ada:l\u00f6ve:lace".getBytes(StandardCharsets.ISO_8859_1)));
      for (String each : malformed) {
        assertThat(calls.get("/x", "authorization", "Basic " + each).statusCode())
            .as(each)
            .isEqualTo(400);
      }
      assertThat(calls.get("/x").statusCode()).isEqualTo(401);

      calls.post("/p", "still here", "authorization", right);
      stream.awaitData("still here");
      assertThat(stream.data()).containsExactly("hello", "still here");
    }
    assertThat(log.messages())
        .singleElement()
        .asString()
        .contains("line 2")
        .doesNotContain("apr1")
        .doesNotContain("ada");
  }

  @Test
  void fileThatIsReplacedCountsFromTheNextLookOn(Vertx vertx) throws Exception {
    write(line("ada", "one"), line("bob", "two"));
    Htpasswd provider = provider(vertx);
    assertThat(kind(ask(provider, "ada:one"))).isNull();
    assertThat(kind(ask(provider, "bob:two"))).isNull();

    write(line("ada", "other"));
    clock.addAndGet(WatchedFile.INTERVAL);

    assertThat(kind(ask(provider, "ada:one"))).isEqualTo(AuthFailure.Kind.INVALID);
    assertThat(kind(ask(provider, "ada:other"))).isNull();
    assertThat(kind(ask(provider, "bob:two"))).isEqualTo(AuthFailure.Kind.INVALID);
  }

  @Test
  void missingAndBrokenFileKeepTheLastGoodOneAndAreToldOnce(Vertx vertx) throws Exception {
    Htpasswd provider = provider(vertx);
    assertThat(kind(ask(provider, "ada:one"))).isEqualTo(AuthFailure.Kind.UNAVAILABLE);
    write(line("ada", "one"));
    clock.addAndGet(WatchedFile.INTERVAL);
    assertThat(kind(ask(provider, "ada:one"))).isNull();

    Files.writeString(file, "ada");
    for (int i = 0; i < 3; i++) {
      clock.addAndGet(WatchedFile.INTERVAL);
      assertThat(kind(ask(provider, "ada:one"))).isNull();
      assertThat(kind(ask(provider, "ada:two"))).isEqualTo(AuthFailure.Kind.INVALID);
    }
    Files.delete(file);
    for (int i = 0; i < 3; i++) {
      clock.addAndGet(WatchedFile.INTERVAL);
      assertThat(kind(ask(provider, "ada:one"))).isNull();
    }
    write(line("ada", "three"));
    clock.addAndGet(WatchedFile.INTERVAL);
    assertThat(kind(ask(provider, "ada:one"))).isEqualTo(AuthFailure.Kind.INVALID);
    assertThat(kind(ask(provider, "ada:three"))).isNull();

    assertThat(log.messages()).hasSize(5);
    assertThat(log.messages().get(0)).contains("expected a readable file", "nobody comes in");
    assertThat(log.messages().get(1)).contains("as it should be again");
    assertThat(log.messages().get(2)).contains("line 1", "what it said before counts");
    assertThat(log.messages().get(3)).contains("expected a readable file");
    assertThat(log.messages().get(4)).contains("as it should be again");
  }

  @Test
  void identityHasTheNameAndTheAuthoritiesOfTheProvider(Vertx vertx) throws Exception {
    write(line("ada", "one"));
    Identity ada = BridgeFixture.get(ask(provider(vertx), "ada:one"));

    assertThat(ada.subject()).isEqualTo("ada");
    assertThat(ada.claim("sub")).isEqualTo("ada");
    assertThat(ada.user().subject()).isEqualTo("ada");
    assertThat(ada.authorities()).containsExactly("staff");
    assertThat(ada.expires()).isNull();
  }

  @Test
  void passwordThatWasRightIsNotHashedAgain(Vertx vertx) throws Exception {
    write(line("ada", "one"));
    Htpasswd provider = provider(vertx);
    Identity first = BridgeFixture.get(ask(provider, "ada:one"));

    Future<Identity> again = ask(provider, "ada:one");
    assertThat(again.isComplete()).isTrue();
    assertThat(again.result()).isSameAs(first);
    assertThat(ask(provider, "ada:two").isComplete()).isFalse();
  }

  @Test
  void moreWrongPasswordsThanMayWaitAreRefusedForNow(Vertx vertx) throws Exception {
    write("ada:" + BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(9, "one".toCharArray()));
    Htpasswd provider = provider(vertx);
    BridgeFixture.get(ask(provider, "ada:one"));
    List<Future<Identity>> flood = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      flood.add(ask(provider, (i % 2 == 0 ? "ada:" : "nobody:") + i));
    }
    assertThat(ask(provider, "ada:one").isComplete()).isTrue(); // nobody who is known waits

    List<AuthFailure.@Nullable Kind> kinds = new ArrayList<>();
    flood.forEach(each -> kinds.add(kind(each)));
    assertThat(kinds).contains(AuthFailure.Kind.UNAVAILABLE, AuthFailure.Kind.INVALID);
    assertThat(kinds).doesNotContainNull();
    assertThat(kind(ask(provider, "ada:two"))).isEqualTo(AuthFailure.Kind.INVALID);
  }

  @Test
  void fileWithoutAnyHashOfBcryptLetsNobodyIn(Vertx vertx) throws Exception {
    write("old:$apr1$abcdefgh$abcdefghijklmnopqrstu.");
    Htpasswd provider = provider(vertx);

    assertThat(kind(ask(provider, "old:password"))).isEqualTo(AuthFailure.Kind.INVALID);
    assertThat(ask(provider, "old:other").isComplete()).isFalse(); // it is hashed all the same
  }

  @Test
  void unknownNameIsHashedAsLongAsAKnownOne(Vertx vertx) throws Exception {
    write(line("ada", "one"));
    Htpasswd provider = provider(vertx);
    BridgeFixture.get(ask(provider, "ada:one"));

    // What is not hashed is answered at once.
    assertThat(ask(provider, "ada:two").isComplete()).isFalse();
    assertThat(ask(provider, "nobody:two").isComplete()).isFalse();
  }
}
