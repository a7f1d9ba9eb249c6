package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6265, as far as it matters where a cookie goes back to its origin alone. */
class CookieJarTest {
  private final Instant now = Instant.now();

  private final CookieJar jar = new CookieJar();

  private void keep(String url, String... lines) {
    jar.keep(URI.create(url), List.of(lines), now);
  }

  private String header(String url) {
    return String.valueOf(jar.header(URI.create(url), null, now));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=b | http://h/x | a=b",
        "a=b; HttpOnly; SameSite=Strict | http://h/x | a=b",
        "a=\"b c\"; Path=/ | http://h/x | a=\"b c\"",
        "a=b | http://h:80/x | a=b",
        "a=b | https://h/x | null",
        "a=b | http://h:81/x | null",
        "a=b | http://www.h/x | null",
        "a=b; Domain=h | http://h/x | a=b",
        "a=b; Domain=.h | http://h/x | a=b",
        "a=b; Domain=other | http://h/x | null",
        "a=b; Domain=h | http://www.h/x | null",
        "a=b; Secure | http://h/x | null",
        "a=b; Path=/s | http://h/s | a=b",
        "a=b; Path=/s | http://h/s/x | a=b",
        "a=b; Path=/s | http://h/sx | null",
        "a=b; Path=/s/ | http://h/s/x | a=b",
        "a=b; Path=relative | http://h/x | a=b",
        "a=b; Max-Age=60 | http://h/x | a=b",
        "a=b; Max-Age=0 | http://h/x | null",
        "a=b; Max-Age=-1 | http://h/x | null",
        "a=b; Max-Age=99999999999999 | http://h/x | a=b",
        "a=b; Expires=Wed, 21 Oct 2015 07:28:00 GMT | http://h/x | null",
        "a=b; Expires=Wed, 21-Oct-2015 07:28:00 GMT | http://h/x | null",
        "a=b; Expires=Wed, 21 Oct 2099 07:28:00 GMT | http://h/x | a=b",
        "a=b; Max-Age=60; Expires=Wed, 21 Oct 2015 07:28:00 GMT | http://h/x | a=b",
        "nonsense | http://h/x | null"
      })
  void client22ACookieGoesBackToItsOriginAndPathWhileItLasts(String line, String url, String sent) {
    keep("http://h/stream", line);
    assertThat(header(url)).isEqualTo(sent);
  }

  @Test
  void client22ASecureCookieGoesBackOverTls() {
    keep("https://h/stream", "a=b; Secure");
    assertThat(header("https://h:443/x")).isEqualTo("a=b");
    assertThat(header("http://h/x")).isEqualTo("null");
  }

  @Test
  void client22WithoutAPathItIsForTheFolderOfTheRequest() {
    keep("http://h/a/b/stream", "a=b");
    assertThat(header("http://h/a/b")).isEqualTo("a=b");
    assertThat(header("http://h/a/b/c/d")).isEqualTo("a=b");
    assertThat(header("http://h/a")).isEqualTo("null");
  }

  @Test
  void client22ANewValueReplacesTheOldOneAndLongerPathsGoFirst() {
    keep("http://h/", "a=1", "b=2", "c=3; Path=/s");
    keep("http://h/", "a=4");
    assertThat(header("http://h/s")).isEqualTo("c=3; a=4; b=2");
    keep("http://h/", "a=; Max-Age=0");
    assertThat(header("http://h/s")).isEqualTo("c=3; b=2");
  }

  @Test
  void client22ItLastsNoLongerThanTheServerSays() {
    keep("http://h/", "a=1; Max-Age=60");
    URI url = URI.create("http://h/");
    assertThat(jar.header(url, null, now.plusSeconds(59))).isEqualTo("a=1");
    assertThat(jar.header(url, null, now.plusSeconds(60))).isNull();
  }

  @Test
  void client22TheOldestGivesWayAndWhatIsTooLargeIsNotKept() {
    keep("http://h/", "big=" + "x".repeat(5000));
    assertThat(header("http://h/")).isEqualTo("null");
    for (int number = 0; number < CookieJar.MOST + 5; number++) {
      keep("http://h" + number + "/", "a=" + number);
    }
    assertThat(header("http://h4/")).isEqualTo("null");
    assertThat(header("http://h5/")).isEqualTo("a=5");
    assertThat(header("http://h54/")).isEqualTo("a=54");
  }

  @Test
  void client22WhatTheApplicationSetsGoesFirstAndWins() {
    keep("http://h/", "a=kept", "b=kept");
    assertThat(jar.header(URI.create("http://h/"), "a=mine; c=mine", now))
        .isEqualTo("a=mine; c=mine; b=kept");
  }
}
