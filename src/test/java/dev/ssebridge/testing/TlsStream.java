package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.format.EventDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A stream over TLS that is read by whoever waits for it, and by nobody in between. */
public final class TlsStream implements AutoCloseable {
  private final SSLSocket socket;
  private final InputStream in;
  private final byte[] buffer = new byte[16 * 1024];
  private final RunningAccount account = new RunningAccount(sequence -> true);
  private final HttpResponseReader response;

  private TlsStream(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    EventDecoder decoder = EventDecoder.create(account);
    this.response = new HttpResponseReader(false, decoder::decode);
  }

  /** Opens a stream; the certificate is trusted whatever it is. */
  public static TlsStream open(int port, String target, int receiveBuffer)
      throws IOException, GeneralSecurityException {
    SSLSocket socket = connect(Trusting.CONTEXT, port, receiveBuffer);
    String head =
        "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(UTF_8));
    return new TlsStream(socket);
  }

  /** Connects, and says nothing yet; whoever reads is as patient as a test. */
  public static SSLSocket connect(int port, int receiveBuffer)
      throws IOException, GeneralSecurityException {
    return connect(trusting(), port, receiveBuffer);
  }

  /**
   * The serial number of the certificate that a server shows.
   *
   * @param name that is asked for (SNI); "" for none
   */
  public static String serialAt(int port, String name)
      throws IOException, GeneralSecurityException {
    try (SSLSocket socket = connect(trusting(), port, 64 * 1024)) {
      if (!name.isEmpty()) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        socket.setSSLParameters(parameters);
      }
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
          .getSerialNumber()
          .toString();
    }
  }

  private static SSLContext trusting() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustAll()}, null);
    return context;
  }

  /** Streams resume the sessions of others, so that hundreds are opened in a moment. */
  private static final class Trusting {
    private static final SSLContext CONTEXT;

    static {
      try {
        CONTEXT = trusting();
      } catch (GeneralSecurityException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }

  private static SSLSocket connect(SSLContext context, int port, int receiveBuffer)
      throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
    socket.setReceiveBufferSize(receiveBuffer);
    socket.setSoTimeout((int) Deadline.PATIENCE.toMillis());
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  /** What it has seen. */
  public RunningAccount account() {
    return account;
  }

  /** Whether the response has ended as HTTP wants it, as far as it was read. */
  public boolean isComplete() {
    return response.isComplete();
  }

  /** Reads until the condition holds; fails when nothing more comes. */
  public void readUntil(BooleanSupplier condition) throws IOException {
    while (!condition.getAsBoolean()) {
      int count = in.read(buffer);
      if (count < 0) {
        throw new AssertionError("the end of the connection; " + account);
      }
      response.read(buffer, count);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static final class TrustAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
