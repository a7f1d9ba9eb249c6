package dev.ssebridge.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;

/**
 * A port of this machine where connections are refused, and which nobody else gets meanwhile: not
 * another test that runs at the same time, nor the system for a connection of its own. It is bound,
 * and does not listen.
 */
public final class HeldPort implements AutoCloseable {
  private final Socket holder = new Socket();

  /** Takes one that is free. */
  public HeldPort() throws IOException {
    holder.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  public int port() {
    return holder.getLocalPort();
  }

  public String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /**
   * Listens there with a socket that is not bound yet; once it is closed the port is still held.
   */
  public void listen(ServerSocket unbound, int backlog) throws IOException {
    unbound.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    unbound.bind(holder.getLocalSocketAddress(), backlog);
  }

  /** Gives it back, to a server that cannot {@link #listen} but takes it at once. */
  public void giveUp() throws IOException {
    holder.close();
  }

  @Override
  public void close() throws IOException {
    giveUp();
  }
}
