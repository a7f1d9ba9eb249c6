package dev.ssebridge.testing;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A connection of HTTP/2 in clear text that asks in raw frames, one question after the other. */
public final class Http2Answers implements AutoCloseable {
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int GOAWAY = 7;
  private static final int END_STREAM = 1;
  private static final int PRIORITY = 0x20;
  private static final int PRIORITY_BYTES = 5;

  private final Http2Frames frames = new Http2Frames();
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();
  private final Socket socket;
  private final DataInputStream in;

  /**
   * What came back.
   *
   * @param status the status
   * @param contentType empty where there is none
   * @param refused whether the stream was reset, or the connection closed, without an answer
   */
  public record Answer(int status, String contentType, boolean refused) {}

  private Http2Answers(Socket socket, boolean takesBodies) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    socket.setSoTimeout((int) Deadline.PATIENCE.toMillis());
    socket.getOutputStream().write(takesBodies ? frames.preface() : frames.closedPreface());
  }

  /** Connects to a port of this machine. */
  public static Http2Answers connect(int port) throws IOException {
    return new Http2Answers(new Socket(InetAddress.getLoopbackAddress(), port), true);
  }

  /** The same over what the test runs on. */
  public static Http2Answers connect(Wire wire, int port) throws IOException {
    return connect(wire, port, true);
  }

  /** The same, with no window for the body of any answer. */
  public static Http2Answers connectForHeads(Wire wire, int port) throws IOException {
    return connect(wire, port, false);
  }

  private static Http2Answers connect(Wire wire, int port, boolean takesBodies) throws IOException {
    Socket socket = wire.connect(port);
    if (socket instanceof SSLSocket tls) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      tls.setSSLParameters(parameters);
    }
    return new Http2Answers(socket, takesBodies);
  }

  /** Asks without a body, and reads the answer to its end; a character of the path is a byte. */
  public Answer ask(String method, String path, @Nullable String authority) throws IOException {
    int stream = frames.nextStream();
    Answer answer = answerTo(stream, frames.requests(method, path, authority, 1));
    if (answer.refused) {
      throw new IOException("expected an answer, got a reset or the end of the connection");
    }
    return answer;
  }

  /**
   * Asks, and reads to the end of the answer, of the stream, or of the connection.
   *
   * @param body maybe empty
   * @param trailers behind it, if there are any
   */
  public Answer ask(Http2Fields fields, String body, @Nullable Http2Fields trailers)
      throws IOException {
    int stream = frames.nextStream();
    return answerTo(stream, frames.request(fields, body, trailers));
  }

  /** Asks, and reads the status of the answer. */
  public int statusOf(Http2Fields fields, String body) throws IOException {
    int asked = frames.nextStream();
    socket.getOutputStream().write(frames.request(fields, body, null));
    while (true) {
      int typeAndLength = in.readInt();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = in.readNBytes(typeAndLength >>> 8);
      if ((typeAndLength & 0xff) == HEADERS) {
        int begin = (flags & PRIORITY) == 0 ? 0 : PRIORITY_BYTES;
        Answer got = answerOf(stream, Arrays.copyOfRange(payload, begin, payload.length));
        if (stream == asked) {
          return got.status;
        }
      }
    }
  }

  /** Asks without a body, and reads nothing of the answer. */
  public void begin(Http2Fields fields) throws IOException {
    begin(fields, "");
  }

  /** Asks, and reads nothing of the answer. */
  public void begin(Http2Fields fields, String body) throws IOException {
    socket.getOutputStream().write(frames.request(fields, body, null));
  }

  private Answer answerTo(int asked, byte[] question) throws IOException {
    socket.getOutputStream().write(question);
    Answer answer = null;
    while (true) {
      int typeAndLength;
      try {
        typeAndLength = in.readInt();
      } catch (EOFException over) {
        return new Answer(0, "", true);
      }
      int type = typeAndLength & 0xff;
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = in.readNBytes(typeAndLength >>> 8);
      if (type == GOAWAY) {
        return new Answer(0, "", true);
      }
      Answer got = null;
      if (type == HEADERS) { // all of them, for the table of RFC 7541
        int begin = (flags & PRIORITY) == 0 ? 0 : PRIORITY_BYTES;
        got = answerOf(stream, Arrays.copyOfRange(payload, begin, payload.length));
      }
      if (stream != asked) {
        continue;
      }
      if (got != null) {
        answer = got.status < 200 ? null : got;
      }
      if (type == RST_STREAM && answer == null) {
        return new Answer(0, "", true);
      }
      if (answer != null && (flags & END_STREAM) != 0 && type <= HEADERS) {
        return answer;
      }
    }
  }

  private Answer answerOf(int stream, byte[] block) throws IOException {
    try {
      Http2Headers headers = decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(block));
      CharSequence type = headers.get("content-type");
      return new Answer(
          Integer.parseInt(headers.status().toString()),
          type == null ? "" : type.toString(),
          false);
    } catch (io.netty.handler.codec.http2.Http2Exception malformed) {
      throw new IOException("expected headers of HTTP/2", malformed);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
