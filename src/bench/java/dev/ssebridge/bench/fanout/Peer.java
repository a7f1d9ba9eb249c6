package dev.ssebridge.bench.fanout;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A server under test. */
enum Peer {
  /** This bridge as it is. */
  AUTO("this bridge"),
  /** This bridge, all through the public API of Vert.x. */
  PUBLIC("this bridge, `http.writer: public`"),
  /** The SockJS event-bus bridge of Vert.x Web over its raw WebSocket transport. */
  SOCKJS("Vert.x SockJS bridge, WebSocket"),
  /** One bus consumer for each browser, {@code response.write(String)}. */
  NAIVE("a Vert.x handler as anyone would write it");

  static final String ADDRESS = "bench";

  private static final String EVENT_STREAM =
      """
      GET /bench HTTP/1.1
      Host: 127.0.0.1
      Accept: text/event-stream

      """;

  private static final String WEB_SOCKET =
      """
      GET /eventbus/websocket HTTP/1.1
      Host: 127.0.0.1
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

      """;

  private final String title;

  Peer(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  String publishPath() {
    return "/bench";
  }

  /** The request that opens a subscription. */
  byte[] subscription() {
    String request = this == SOCKJS ? WEB_SOCKET : EVENT_STREAM;
    return request.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  StreamParser parser(MessageSink sink, int messageLength) {
    return this == SOCKJS
        ? new SockJsParser(sink, messageLength, ADDRESS)
        : new EventStreamParser(sink, messageLength);
  }
}
