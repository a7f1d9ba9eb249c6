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
    String request =
        this == SOCKJS
            ? "GET /eventbus/websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
                + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            : "GET /bench HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n";
    return request.getBytes(StandardCharsets.US_ASCII);
  }

  StreamParser parser(MessageSink sink, int messageLength) {
    return this == SOCKJS
        ? new SockJsParser(sink, messageLength, ADDRESS)
        : new EventStreamParser(sink, messageLength);
  }
}
