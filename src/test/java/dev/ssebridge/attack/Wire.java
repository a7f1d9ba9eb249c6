package dev.ssebridge.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/** One request as it goes over the wire: a character is a byte. Immutable. */
final class Wire {
  private final String line;
  private final List<String> headers;
  private final String body;

  private Wire(String line, List<String> headers, String body) {
    this.line = line;
    this.headers = List.copyOf(headers);
    this.body = body;
  }

  /** What an EventSource sends. */
  static Wire get(String target) {
    return of("GET " + target + " HTTP/1.1")
        .with("Host", "localhost")
        .with("Accept", "text/event-stream");
  }

  /** A body of this type. */
  static Wire post(String target, String type, String body) {
    Wire head =
        of("POST " + target + " HTTP/1.1")
            .with("Host", "localhost")
            .with("Content-Type", type)
            .with("Content-Length", Integer.toString(body.length()));
    return new Wire(head.line, head.headers, body);
  }

  /** A body of text. */
  static Wire post(String target, String body) {
    return post(target, "text/plain", body);
  }

  /** What a browser asks before a request of another origin. */
  static Wire preflight(String target, String method, String origin) {
    return of("OPTIONS " + target + " HTTP/1.1")
        .with("Host", "localhost")
        .with("Origin", origin)
        .with("Access-Control-Request-Method", method);
  }

  /** One that begins with any line, and has no headers yet. */
  static Wire of(String line) {
    return new Wire(line, List.of(), "");
  }

  /** The same with one more header. */
  Wire with(String name, String value) {
    List<String> more = new ArrayList<>(headers);
    more.add(name + ": " + value);
    return new Wire(line, more, body);
  }

  /** The same without a header. */
  Wire without(String name) {
    List<String> fewer = new ArrayList<>(headers);
    fewer.removeIf(each -> each.regionMatches(true, 0, name + ":", 0, name.length() + 1));
    return new Wire(line, fewer, body);
  }

  /** The same for another host. */
  Wire host(String host) {
    return without("Host").with("Host", host);
  }

  /** The same with a token. */
  Wire bearer(String token) {
    return with("Authorization", "Bearer " + token);
  }

  /** The bytes of a text in UTF-8, a character for each. */
  static String utf8(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  byte[] bytes() {
    StringBuilder text = new StringBuilder(line).append("\r\n");
    headers.forEach(each -> text.append(each).append("\r\n"));
    return text.append("\r\n").append(body).toString().getBytes(ISO_8859_1);
  }
}
