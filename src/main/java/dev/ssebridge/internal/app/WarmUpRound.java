package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Requests to publish that are sent together. */
final class WarmUpRound {
  private static final String PROTOCOL = "HTTP/1.1 ";
  private static final String ACCEPTED = PROTOCOL + "202 ";

  /** The head as programs write it, and as people do. */
  private static final String JSON =
      """
      POST %s HTTP/1.1
      host: warm.up
      connection: keep-alive
      content-type: application/json
      content-length: %d

      """;

  private static final String BY_HAND =
      """
      POST %s HTTP/1.1
      Host: warm.up
      User-Agent: warm-up
      Accept: */*
      Content-Type: TYPE
      Content-Length: %d

      """;

  private static final String TEXT = BY_HAND.replace("TYPE", "text/plain");
  private static final String NDJSON = BY_HAND.replace("TYPE", "application/x-ndjson");

  private static final String MESSAGE =
      "{\"seq\":1,\"ts\":81234567890,\"on\":true,\"at\":[1.5],\"pad\":\"" + "up".repeat(24) + "\"}";
  private static final String KIB = "u".repeat(1024);
  private static final String LINES = (MESSAGE + "\n").repeat(2000);

  private final byte[] requests;
  private final int answers;

  private WarmUpRound(String requests, int answers) {
    this.requests = requests.getBytes(US_ASCII);
    this.answers = answers;
  }

  /** Messages that come alone, and together. */
  static List<WarmUpRound> all(String path, String pathWithoutReaders) {
    return List.of(
        of(path, JSON, MESSAGE, 1),
        of(path, TEXT, MESSAGE, 1),
        of(path, JSON, MESSAGE, 1),
        of(path, JSON, MESSAGE, 8),
        of(pathWithoutReaders, JSON, MESSAGE, 64),
        of(path, TEXT, KIB, 1),
        of(path, JSON, MESSAGE, 1),
        of(path, TEXT, MESSAGE, 1),
        of(path, JSON, MESSAGE, 64),
        of(pathWithoutReaders, TEXT, MESSAGE, 64),
        of(path, TEXT, KIB, 32),
        of(pathWithoutReaders, NDJSON, LINES, 1),
        of(pathWithoutReaders, JSON, MESSAGE, 8));
  }

  private static WarmUpRound of(String path, String head, String message, int count) {
    return new WarmUpRound(request(path, head, message).repeat(count), count);
  }

  private static String request(String path, String head, String body) {
    return head.formatted(path, body.length()).replace("\n", "\r\n") + body;
  }

  /** Sends them; where they are many the last body comes in two parts, as from a network. */
  void send(OutputStream publisher) throws IOException, InterruptedException {
    int last = answers == 1 ? 0 : MESSAGE.length() / 2;
    publisher.write(requests, 0, requests.length - last);
    if (last > 0) {
      Thread.sleep(1);
      publisher.write(requests, requests.length - last, last);
    }
  }

  /**
   * Blocks until all are answered.
   *
   * @throws IOException where one is not accepted
   */
  void awaitAnswers(BufferedReader publisher) throws IOException {
    int missing = answers;
    while (missing > 0) {
      String line = publisher.readLine(); // what has no end of its own may stand before a head
      if (line == null) {
        throw new EOFException("expected " + missing + " more answers, got the connection's end");
      }
      if (line.contains(ACCEPTED)) {
        missing--;
      } else if (line.contains(PROTOCOL)) {
        throw new IOException("expected " + ACCEPTED + ", got " + line);
      }
    }
  }
}
