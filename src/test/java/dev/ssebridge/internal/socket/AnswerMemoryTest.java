package dev.ssebridge.internal.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.Http2Frames;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many connections, each of which has a few answers that it does not take. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
@Tag("slow")
class AnswerMemoryTest {
  private static final int ENOUGH = 256 * 1024;

  /** Requests of one client; with 129 Vert.x itself would end the connection. */
  private static final int MANY = 100;

  /** More than all answers to one client, which come at once where its requests do. */
  private static final int PLENTY = 16 * 1024 * 1024;

  private static final int ANSWER = 64 * 1024;
  private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII);

  private AnswerMemory memory = new AnswerMemory(ENOUGH);
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  @Test
  void whereManyTakeNoAnswersTheyAreDroppedAndOthersAreServed(Vertx vertx) throws Exception {
    HttpServer server = listen(vertx);
    List<Socket> greedy = new ArrayList<>();
    try (Socket bystander = connect(server)) {
      for (int i = 0; i < 8; i++) {
        greedy.add(connect(server));
      }
      for (Socket each : greedy) {
        sendMany(each);
      }
      Deadline.await(memory::isScarce, () -> "many answers, got " + memory.held());
      for (int i = 0; i < 50; i++) {
        ask(bystander);
      }
      Deadline.await(() -> !memory.isScarce(), () -> "room again, got " + memory.held());
      assertThat(closed.get()).isPositive();
      ask(bystander);
    } finally {
      for (Socket each : greedy) {
        each.close();
      }
    }
    Deadline.await(() -> closed.get() == opened.get(), () -> "all closed, got " + closed);
    Deadline.await(() -> memory.held() == 0, () -> "nothing held, got " + memory.held());
  }

  @Test
  void answersThatWaitForWindowsOfHttp2CountAsWell(Vertx vertx) throws Exception {
    HttpServer server = listen(vertx);
    List<Socket> greedy = new ArrayList<>();
    try (Socket bystander = connect(server)) {
      ask(bystander);
      for (int i = 0; i < 4; i++) {
        Http2Frames frames = new Http2Frames();
        Socket socket = connect(server);
        greedy.add(socket);
        socket.getOutputStream().write(frames.closedPreface());
        socket.getOutputStream().write(frames.requests("GET", "/", 90));
      }
      Deadline.await(() -> closed.get() == 4, () -> "all dropped, got " + closed);
      ask(bystander);
      assertThat(memory.held()).isZero();
    } finally {
      for (Socket each : greedy) {
        each.close();
      }
    }
  }

  @Test
  void whereThereIsRoomNobodyIsDroppedForIt(Vertx vertx) throws Exception {
    memory = new AnswerMemory(PLENTY);
    HttpServer server = listen(vertx);
    try (Socket slow = connect(server);
        Socket bystander = connect(server)) {
      sendMany(slow);
      Deadline.await(() -> memory.held() > 0, () -> "answers that wait");
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < 2_500_000_000L) { // two looks
        ask(bystander);
      }
      assertThat(closed).hasValue(0);
      for (int i = 0; i < MANY; i++) {
        take(slow);
      }
    }
  }

  private HttpServer listen(Vertx vertx) {
    Buffer answer = Buffer.buffer(new byte[ANSWER]);
    return BridgeFixture.get(
        vertx
            .createHttpServer()
            .connectionHandler(this::watch)
            .requestHandler(request -> request.response().end(answer))
            .listen(0, "127.0.0.1"));
  }

  private void watch(HttpConnection connection) {
    ChannelPipeline pipeline =
        Objects.requireNonNull(SocketState.channelUnder(connection)).pipeline();
    ChannelHandlerContext http1 = pipeline.context(HttpRequestDecoder.class);
    ChannelHandlerContext decoder =
        http1 == null ? pipeline.context(Http2ConnectionHandler.class) : http1;
    pipeline.addBefore(decoder.name(), null, new ConnectionGate(0, memory));
    opened.incrementAndGet();
    connection.closeHandler(gone -> closed.incrementAndGet());
  }

  private static Socket connect(HttpServer server) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(2048);
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.actualPort()));
    return socket;
  }

  /** All in one piece, so that all are answered before anything is taken. */
  private static void sendMany(Socket socket) throws IOException {
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    for (int i = 0; i < MANY; i++) {
      requests.write(REQUEST);
    }
    socket.getOutputStream().write(requests.toByteArray());
  }

  private static void ask(Socket socket) throws IOException {
    socket.getOutputStream().write(REQUEST);
    take(socket);
  }

  private static void take(Socket socket) throws IOException {
    byte[] head = ("HTTP/1.1 200 OK\r\ncontent-length: " + ANSWER + "\r\n\r\n").getBytes(US_ASCII);
    byte[] all = socket.getInputStream().readNBytes(head.length + ANSWER);
    assertThat(all).hasSize(head.length + ANSWER).startsWith(head);
  }
}
