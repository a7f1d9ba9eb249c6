package dev.ssebridge.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The nginx of the machine, in front of a bridge, with a configuration and a directory of its own.
 */
public final class Nginx implements AutoCloseable {
  /** Where the Debian package puts it. */
  public static final Path BINARY = Path.of("/usr/sbin/nginx");

  private final Process process;
  private final Path directory;
  private final int plain;
  private final int tls;

  private Nginx(Process process, Path directory, int plain, int tls) {
    this.process = process;
    this.directory = directory;
    this.plain = plain;
    this.tls = tls;
  }

  /**
   * Starts it, with a plain port and one with TLS and HTTP/2 that pass on to the bridge.
   *
   * @param directives of the location, besides {@code proxy_pass}
   */
  public static Nginx start(
      Path directory, TestCertificate certificate, int bridge, String directives) {
    try {
      return start(directory, certificate, bridge, directives, freePort(), freePort());
    } catch (AssertionError taken) {
      // Somebody else may have taken a port meanwhile: once more, with others.
      return start(directory, certificate, bridge, directives, freePort(), freePort());
    }
  }

  private static Nginx start(
      Path directory,
      TestCertificate certificate,
      int bridge,
      String directives,
      int plain,
      int tls) {
    String location =
        "location / { proxy_pass http://127.0.0.1:"
            + bridge
            + "; proxy_buffering on; "
            + directives
            + " }";
    String conf =
        """
        worker_processes 1;
        daemon off;
        pid %1$s/nginx.pid;
        error_log stderr;
        events { worker_connections 64; }
        http {
          access_log off;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          server { listen 127.0.0.1:%2$d; %4$s }
          server {
            listen 127.0.0.1:%3$d ssl http2;
            ssl_certificate %5$s;
            ssl_certificate_key %6$s;
            %4$s
          }
        }
        """
            .formatted(directory, plain, tls, location, certificate.pem(), certificate.pemKey());
    try {
      Path file = Files.writeString(directory.resolve("nginx.conf"), conf);
      Process process =
          new ProcessBuilder(
                  BINARY.toString(),
                  "-p",
                  directory.toString(),
                  "-c",
                  file.toString(),
                  "-e",
                  "stderr")
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("nginx.log").toFile())
              .start();
      Nginx nginx = new Nginx(process, directory, plain, tls);
      try {
        nginx.awaitListening();
      } catch (AssertionError e) {
        nginx.close();
        throw e;
      }
      return nginx;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port without TLS. */
  public int plain() {
    return plain;
  }

  /** The port with TLS. */
  public int tls() {
    return tls;
  }

  private void awaitListening() {
    Deadline.await(
        () -> !process.isAlive() || (isOpen(plain) && isOpen(tls)), () -> "nginx: " + log());
    if (!process.isAlive()) {
      throw new AssertionError("nginx has ended: " + log());
    }
  }

  private static boolean isOpen(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("nginx.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    List<ProcessHandle> workers = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        workers.forEach(ProcessHandle::destroyForcibly);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
