package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request that is told as HTTP/1.1 has it, and sent as a stream of HTTP/2. */
final class Http2Exchange implements Exchange, Http2Stream.Listener {
  /** What RFC 9113, section 8.2.2, has no place for. */
  private static final Set<String> OF_A_CONNECTION =
      Set.of("connection", "transfer-encoding", "keep-alive", "upgrade");

  private final ClientLoop loop;
  private final String scheme;
  private final Listener listener;

  // only the thread of the loop
  private @Nullable Http2Connection connection;
  private @Nullable Http2Stream stream;
  private boolean reads = true;
  private int held;
  private long left;

  Http2Exchange(ClientLoop loop, Wire wire, Listener listener) {
    this.loop = loop;
    this.scheme = wire.scheme();
    this.listener = listener;
  }

  /** On the thread of the loop. */
  void begin(Http2Connection shared, String request) {
    int body = request.indexOf("\r\n\r\n") + 4;
    String[] lines = request.substring(0, body - 4).split("\r\n", -1);
    String[] first = lines[0].split(" ", 3);
    Http2Headers headers =
        new DefaultHttp2Headers(false)
            .method(first[0])
            .scheme(scheme)
            .path(new AsciiString(first[1].getBytes(UTF_8)));
    boolean chunked = false;
    for (int i = 1; i < lines.length; i++) {
      String name = lines[i].substring(0, lines[i].indexOf(':')).toLowerCase(Locale.ROOT);
      String value = lines[i].substring(name.length() + 1).trim();
      chunked |= name.equals("transfer-encoding");
      left = name.equals("content-length") ? Long.parseLong(value) : left;
      if (name.equals("host")) {
        headers.authority(value);
      } else if (!OF_A_CONNECTION.contains(name)) {
        headers.add(name, new AsciiString(value.getBytes(UTF_8)));
      }
    }
    connection = shared;
    stream = shared.ask(headers, left == 0 && !chunked, this);
    sendNow(request.substring(body).getBytes(UTF_8));
  }

  private void sendNow(byte[] bytes) {
    if (bytes.length > 0 && stream != null) {
      left -= bytes.length;
      stream.send(bytes, left == 0);
    }
  }

  @Override
  public void send(byte[] bytes) {
    loop.run(() -> sendNow(bytes));
  }

  @Override
  public void sendChunk(byte[] bytes) {
    loop.run(
        () -> {
          if (stream != null) {
            stream.send(bytes, bytes.length == 0);
          }
        });
  }

  @Override
  public void reading(boolean on) {
    loop.execute(
        () -> {
          reads = on;
          if (on && stream != null) {
            stream.open(held);
            held = 0;
          }
        });
  }

  @Override
  public void finish() {
    loop.run(
        () -> {
          if (connection != null) {
            connection.finish();
          }
        });
  }

  @Override
  public void close() {
    loop.execute(
        () -> {
          if (stream != null) {
            stream.takeBack();
          }
        });
  }

  @Override
  public void reset() {
    close();
  }

  @Override
  public void onHeaders(Http2Headers headers) {
    StringBuilder head = new StringBuilder("HTTP/2 ").append(headers.status()).append(" \r\n");
    headers.forEach(
        each -> {
          if (each.getKey().charAt(0) != ':') {
            head.append(each.getKey()).append(": ").append(each.getValue()).append("\r\n");
          }
        });
    byte[] bytes = head.append("\r\n").toString().getBytes(ISO_8859_1);
    listener.onBytes(bytes, bytes.length);
  }

  /** What it does not read stays in its window, and nowhere else. */
  @Override
  public void onData(Http2Stream of, byte[] bytes) {
    if (bytes.length > 0) {
      listener.onBytes(bytes, bytes.length);
    }
    if (reads) {
      of.open(bytes.length);
    } else {
      held += bytes.length;
    }
  }

  @Override
  public void onEnd() {
    listener.onEnd();
  }

  @Override
  public void onDisconnect() {
    listener.onDisconnect();
  }
}
