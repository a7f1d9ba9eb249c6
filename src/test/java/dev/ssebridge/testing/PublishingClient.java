package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Publishes over one connection of HTTP/1.1, with TLS if the test has it, a message after the
 * answer to the one before, until it is refused or stopped, and remembers what was accepted.
 */
public final class PublishingClient {
  private final int port;
  private final String path;
  private final String name;
  private final Wire wire = Wire.current();
  private final Thread thread = new Thread(this::run, "publishing-client");
  private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  /**
   * @param name the messages are this and a number
   */
  public PublishingClient(int port, String path, String name) {
    this.port = port;
    this.path = path;
    this.name = name;
    thread.setDaemon(true);
  }

  /** Begins. */
  public void start() {
    thread.start();
  }

  /** Ends, once the present message is answered. */
  public void stop() throws InterruptedException {
    stopped = true;
    thread.join();
  }

  /** Where it publishes to. */
  public String path() {
    return path;
  }

  /** What was answered with 202 so far. */
  public List<String> accepted() {
    return List.copyOf(accepted);
  }

  private void run() {
    byte[] buffer = new byte[4096];
    try (Socket socket = wire.connect(port)) {
      socket.setSoTimeout((int) Deadline.PATIENCE.toMillis());
      for (int i = 1; !stopped; i++) {
        String message = name + i;
        String head =
            "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + message.length();
        socket.getOutputStream().write((head + "\r\n\r\n" + message).getBytes(UTF_8));
        HttpResponseReader response = new HttpResponseReader(false, (bytes, from, length) -> {});
        while (!response.isComplete()) {
          int count = socket.getInputStream().read(buffer);
          if (count < 0) {
            return;
          }
          response.read(buffer, count);
        }
        if (!String.valueOf(response.head()).startsWith("HTTP/1.1 202")) {
          return;
        }
        accepted.add(message);
      }
    } catch (IOException over) {
      // What was not answered was not accepted.
    }
  }
}
