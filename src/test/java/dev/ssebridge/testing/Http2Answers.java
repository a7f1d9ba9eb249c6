package dev.ssebridge.testing;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A connection of HTTP/2 in clear text that asks in raw frames, one question after the other. */
public final class Http2Answers implements AutoCloseable {
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
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
   */
  public record Answer(int status, String contentType) {}

  private Http2Answers(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    socket.setSoTimeout((int) Deadline.PATIENCE.toMillis());
    socket.getOutputStream().write(frames.preface());
  }

  /** Connects to a port of this machine. */
  public static Http2Answers connect(int port) throws IOException {
    return new Http2Answers(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** Asks without a body, and reads the answer to its end; a character of the path is a byte. */
  public Answer ask(String method, String path, @Nullable String authority) throws IOException {
    socket.getOutputStream().write(frames.requests(method, path, authority, 1));
    Answer answer = null;
    while (true) {
      int typeAndLength = in.readInt();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = in.readNBytes(typeAndLength >>> 8);
      if ((typeAndLength & 0xff) == HEADERS) {
        int begin = (flags & PRIORITY) == 0 ? 0 : PRIORITY_BYTES;
        answer = answerOf(stream, Arrays.copyOfRange(payload, begin, payload.length));
      }
      if ((typeAndLength & 0xff) == RST_STREAM) {
        throw new IOException("expected an answer, the stream was reset");
      }
      if (answer != null && (flags & END_STREAM) != 0 && (typeAndLength & 0xff) <= HEADERS) {
        return answer;
      }
    }
  }

  private Answer answerOf(int stream, byte[] block) throws IOException {
    try {
      Http2Headers headers = decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(block));
      CharSequence type = headers.get("content-type");
      return new Answer(
          Integer.parseInt(headers.status().toString()), type == null ? "" : type.toString());
    } catch (io.netty.handler.codec.http2.Http2Exception malformed) {
      throw new IOException("expected headers of HTTP/2", malformed);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
