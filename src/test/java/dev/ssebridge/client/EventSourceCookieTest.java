package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Cookies over sockets. */
class EventSourceCookieTest extends EventSourceFixture {

  @Test
  void client22AffinityCookiesAreSentBackByOptionOverAllKindsOfAnswers() {
    follow(options().setCookies(true).addHeader("cookie", "mine=1"));
    Peer first = origin.next();
    assertThat(first.header("cookie")).isEqualTo("mine=1");
    first.answer(
        "503 Busy", "Set-Cookie: AWSALB=x1; Expires=Fri, 01 Jan 2100 00:00:00 GMT; Path=/");
    Peer second = origin.next();
    assertThat(second.header("cookie")).isEqualTo("mine=1; AWSALB=x1");
    second.answer("307 Elsewhere", "Location: /there", "Set-Cookie: SERVERID=s2; path=/");
    Peer there = origin.next();
    assertThat(there.header("cookie")).isEqualTo("mine=1; AWSALB=x1; SERVERID=s2");
    there
        .head("200 OK", "Content-Type: text/event-stream", "Set-Cookie: AWSALB=x2; Path=/")
        .send("data: x\n\n")
        .close();
    assertThat(origin.next().header("cookie")).isEqualTo("mine=1; AWSALB=x2; SERVERID=s2");
  }

  @Test
  void client22CookiesStayWithTheirOrigin() throws IOException {
    try (UnrulyOrigin other = UnrulyOrigin.start()) {
      follow(options().setCookies(true));
      origin
          .next()
          .answer("307 Other", "Set-Cookie: a=1; Domain=127.0.0.1", "Location: " + other.url("/"));
      Peer foreign = other.next();
      assertThat(foreign.header("cookie")).isNull();
      foreign.answer("503 Busy", "Set-Cookie: b=2");
      Peer again = origin.next();
      assertThat(again.header("cookie")).isEqualTo("a=1");
      again.answer("307 Other", "Location: " + other.url("/"));
      assertThat(other.next().header("cookie")).isEqualTo("b=2");
    }
  }

  @Test
  void client22WithoutTheOptionNothingIsSentBack() {
    follow(options());
    origin.next().answer("503 Busy", "Set-Cookie: a=1");
    assertThat(origin.next().header("cookie")).isNull();
  }

  /** A balancer that looks whether its cookie comes back, by a redirect to the same place. */
  @Test
  void client22ARedirectToTheSamePlaceIsNoLoopWhereACookieMayHaveChangedIt() {
    Recorder recorder = follow(options().setCookies(true));
    origin.next().answer("302 Found", "Set-Cookie: seen=1", "Location: /stream");
    Peer back = origin.next();
    assertThat(back.header("cookie")).isEqualTo("seen=1");
    back.stream().send("data: x\n\n");
    assertThat(recorder.data(1)).containsExactly("x");
  }
}
