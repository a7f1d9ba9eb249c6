package dev.ssebridge.internal.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of URLs as people and servers write them. */
class HttpUrlTest {

  @ParameterizedTest
  @CsvSource({
    "http://h, http://h",
    "HTTP://H:80/A, http://H:80/A",
    "http://b\u00fccher.example/, http://xn--bcher-kva.example/",
    "https://\u4f8b\u3048.\u30c6\u30b9\u30c8:8443/\u00e9, https://xn--r8jz45g.xn--zckzah:8443/%C3%A9",
    "http://my_service:9090/x, http://my_service:9090/x",
    "http://[::1]:80/x[1], http://[::1]:80/x%5B1%5D",
    "http://h/a?b=[1]&c=\u00e4#d, http://h/a?b=[1]&c=%C3%A4",
    "http://h/\ud83d\ude00, http://h/%F0%9F%98%80",
    "http://h/\ud83d?x, http://h/%EF%BF%BD?x",
    "http://h/%C3%A9%, http://h/%C3%A9%25",
    "http://h?, http://h?"
  })
  void client23AnAbsoluteUrlIsEncoded(String written, String sent) {
    assertThat(HttpUrl.parse(written)).hasToString(sent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "h",
        "//h/",
        "ftp://h/",
        "http:",
        "http:/x",
        "http://",
        "http:///x",
        "http://u@h/",
        "http://h:x/",
        "http://h:65536/",
        "http://:80/",
        "http://a b/",
        "http://a%20b/",
        "http://[::1/",
        "http://[zz]/",
        "http://h/\u0000",
        "http://h/a\r\nb",
        "http://stra\u00dfe.example/"
      })
  void client23WhatIsNoUrlIsRefused(String written) {
    assertThatThrownBy(() -> HttpUrl.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("url: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://h:x/?s3cret",
        "http://h:x/? a=\"s3cret",
        "http://h:x/#s3cret",
        "http://u:s3cret@h/",
        "http://u:pa/s3cret@h/",
        "http://u:s3cret?@h/",
        "http://s3cret\"x@h:y/",
        "http://h/\u0000?\ns3cret",
        "http:u:s3cret@h/",
        "u:s3cret@h/",
        "//h/?s3cret",
        "ftp://u:s3cret@h/?s3cret"
      })
  void whatMayBeASecretIsNotRepeated(String written) {
    assertThatThrownBy(() -> HttpUrl.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("url: ")
        .hasMessageNotContaining("s3cret")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aMalformedUrlIsToldFromOthersByWhatIsNoSecret() {
    assertThatThrownBy(() -> HttpUrl.parse("http://h:x/news?token=1"))
        .hasMessageContaining("got \"http://h:x/news?***\": the port is not one of");
  }

  /** RFC 3986, section 5.4, as far as it is about http. */
  @ParameterizedTest
  @CsvSource({
    "g, http://a/b/c/g",
    "./g, http://a/b/c/g",
    "g/, http://a/b/c/g/",
    "/g, http://a/g",
    "//g, http://g",
    "?y, http://a/b/c/d;p?y",
    "g?y, http://a/b/c/g?y",
    "#s, http://a/b/c/d;p?q",
    "g?y#s, http://a/b/c/g?y",
    ";x, http://a/b/c/;x",
    "'', http://a/b/c/d;p?q",
    "., http://a/b/c/",
    "./, http://a/b/c/",
    ".., http://a/b/",
    "../g, http://a/b/g",
    "../.., http://a/",
    "../../../g, http://a/g",
    "/./g, http://a/g",
    "/../g, http://a/g",
    "g., http://a/b/c/g.",
    "..g, http://a/b/c/..g",
    "./g/., http://a/b/c/g/",
    "g/../h, http://a/b/c/h",
    "https://b\u00fccher.example/\u00fc, https://xn--bcher-kva.example/%C3%BC",
    "//b\u00fccher.example, http://xn--bcher-kva.example"
  })
  void client23AReferenceIsResolved(String reference, String url) {
    assertThat(HttpUrl.resolve(URI.create("http://a/b/c/d;p?q"), reference)).hasToString(url);
  }
}
