package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.client.Federation.Decision;
import dev.ssebridge.internal.client.Federation.Loop;
import dev.ssebridge.internal.client.Federation.Take;
import dev.ssebridge.internal.client.Federation.TooFar;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which events of other bridges are taken. */
class FederationTest {

  static Stream<Arguments> decisions() {
    return Stream.of(
        Arguments.of(null, null, new Take("me")),
        Arguments.of("", "", new Take("me")),
        Arguments.of("a", null, new Take("a,me")),
        Arguments.of(" a , b ", "x", new Take("a,b,me")),
        Arguments.of(null, "remote", new Take("remote,me")),
        Arguments.of(null, "me", new Loop("me")),
        Arguments.of("me", null, new Loop("me")),
        Arguments.of("a,me,b", null, new Loop("a,me,b")),
        Arguments.of("a,mee,b", null, new Take("a,mee,b,me")),
        Arguments.of("a,b,c", null, new Take("a,b,c,me")),
        Arguments.of("a,b,c,d", null, new TooFar("a,b,c,d")),
        Arguments.of(",,,,,,,,,me", null, new Loop("me")),
        Arguments.of("x".repeat(1000), null, new TooFar("x".repeat(80))),
        Arguments.of(",,,a", null, new Take("a,me")));
  }

  @ParameterizedTest
  @MethodSource("decisions")
  void anEventIsTakenUnlessItWasHereOrCameTooFar(
      @Nullable String path, @Nullable String remote, Decision decision) {
    assertThat(new Federation("me", 3).decide(path, remote)).isEqualTo(decision);
  }
}
