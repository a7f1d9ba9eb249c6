package dev.ssebridge.internal.client;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HeldPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A raw-socket server that does what it is told, byte for byte: the test takes each request with
 * {@link #next} and answers it as well or badly as it likes.
 */
public final class UnrulyOrigin implements AutoCloseable {
  private static final long PATIENCE_SECONDS = Deadline.PATIENCE.toSeconds();

  private final HeldPort held = new HeldPort();
  private final ServerSocketFactory factory;
  private final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  private volatile ServerSocket server;

  private UnrulyOrigin(ServerSocketFactory factory) throws IOException {
    this.factory = factory;
    this.server = listen();
  }

  private ServerSocket listen() throws IOException {
    ServerSocket made = factory.createServerSocket();
    held.listen(made, 100);
    Thread acceptor = new Thread(() -> accept(made), "unruly-origin");
    acceptor.setDaemon(true);
    acceptor.start();
    return made;
  }

  public static UnrulyOrigin start() throws IOException {
    return start(ServerSocketFactory.getDefault());
  }

  public static UnrulyOrigin start(ServerSocketFactory factory) throws IOException {
    return new UnrulyOrigin(factory);
  }

  public int port() {
    return held.port();
  }

  /** Goes away: connections to its port, which nobody else gets, are refused. */
  public void goAway() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** Is there again. */
  public void comeBack() throws IOException {
    server = listen();
  }

  public String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** The next request; fails the test when none comes. */
  public Peer next() {
    Peer peer = poll(PATIENCE_SECONDS * 1000);
    if (peer == null) {
      throw new AssertionError("expected a request within " + PATIENCE_SECONDS + " s, got none");
    }
    return peer;
  }

  /** The next request within so many milliseconds, or null. */
  public @Nullable Peer poll(long millis) {
    try {
      return peers.poll(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void accept(ServerSocket listening) {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        sockets.add(socket);
        Thread reader = new Thread(() -> serve(socket), "unruly-peer");
        reader.setDaemon(true);
        reader.start();
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try {
      while (true) {
        Peer peer = Peer.read(socket);
        if (peer == null) {
          return;
        }
        peers.add(peer);
      }
    } catch (IOException e) {
      // The client went away in the middle of a request.
    }
  }

  @Override
  public void close() throws IOException {
    goAway();
    held.close();
  }

  /** The client has hung up; fails a test that did not reckon with it. */
  public static final class ClientGoneError extends AssertionError {
    private static final long serialVersionUID = 1L;

    private ClientGoneError(Throwable cause) {
      super("the client is gone", cause);
    }
  }

  /** One request, and the socket it came on. */
  public static final class Peer {
    private final Socket socket;
    private final String requestLine;
    private final Map<String, List<String>> headers;
    private final String body;

    private Peer(
        Socket socket, String requestLine, Map<String, List<String>> headers, String body) {
      this.socket = socket;
      this.requestLine = requestLine;
      this.headers = headers;
      this.body = body;
    }

    static @Nullable Peer read(Socket socket) throws IOException {
      InputStream in = socket.getInputStream();
      String requestLine = line(in);
      if (requestLine == null) {
        return null;
      }
      Map<String, List<String>> headers = new LinkedHashMap<>();
      for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
        int colon = line.indexOf(':');
        headers
            .computeIfAbsent(
                line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
            .add(line.substring(colon + 1).strip());
      }
      List<String> length = headers.get("content-length");
      byte[] body = length == null ? new byte[0] : in.readNBytes(Integer.parseInt(length.get(0)));
      return new Peer(socket, requestLine, headers, new String(body, StandardCharsets.UTF_8));
    }

    private static @Nullable String line(InputStream in) throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          return line.toString(StandardCharsets.UTF_8).replace("\r", "");
        }
        line.write(b);
      }
      return null;
    }

    public String method() {
      return requestLine.substring(0, requestLine.indexOf(' '));
    }

    public String path() {
      return requestLine.split(" ", -1)[1];
    }

    public Map<String, List<String>> headers() {
      return headers;
    }

    /** The one value of a header, or null. */
    public @Nullable String header(String name) {
      List<String> values = headers.getOrDefault(name, List.of());
      if (values.size() > 1) {
        throw new AssertionError("expected one " + name + ", got " + values);
      }
      return values.isEmpty() ? null : values.get(0);
    }

    public String body() {
      return body;
    }

    /** Opens a stream that lasts as long as the connection. */
    public Peer stream() {
      return send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
    }

    /** Opens a stream in chunked coding; send its pieces with {@link #chunk}. */
    public Peer chunked(String... moreHeaders) {
      return head("200 OK", append("Transfer-Encoding: chunked", moreHeaders));
    }

    private static String[] append(String first, String[] more) {
      List<String> all = new ArrayList<>();
      all.add(first);
      all.add("Content-Type: text/event-stream");
      all.addAll(List.of(more));
      return all.toArray(new String[0]);
    }

    /** Sends only a head. */
    public Peer head(String status, String... lines) {
      StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append("\r\n");
      for (String line : lines) {
        head.append(line).append("\r\n");
      }
      return send(head.append("\r\n").toString());
    }

    /** A whole response without a body. */
    public Peer answer(String status, String... lines) {
      List<String> all = new ArrayList<>(List.of(lines));
      all.add("Content-Length: 0");
      return head(status, all.toArray(new String[0]));
    }

    public Peer send(String text) {
      return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public Peer send(byte[] bytes) {
      try {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
      } catch (IOException e) {
        throw new ClientGoneError(e);
      }
    }

    /** Whether the client takes these bytes. */
    public boolean trySend(byte[] bytes) {
      try {
        socket.getOutputStream().write(bytes);
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    public Peer chunk(String text) {
      return chunk(text.getBytes(StandardCharsets.UTF_8));
    }

    public Peer chunk(byte[] bytes) {
      send(Integer.toHexString(bytes.length) + "\r\n");
      send(bytes);
      return send("\r\n");
    }

    /** Ends a chunked body in good order. */
    public Peer end() {
      return send("0\r\n\r\n");
    }

    /** Ends the connection in good order. */
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    /** Ends the connection with an RST. */
    public void reset() {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    /** Waits until the client has closed the connection. */
    public void awaitClosed() {
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      byte[] comment = ":\n".getBytes(StandardCharsets.UTF_8);
      while (trySend(comment)) {
        if (System.nanoTime() > until) {
          throw new AssertionError("expected the client to hang up, but it still listens");
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
  }
}
