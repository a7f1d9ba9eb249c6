package dev.ssebridge.testing;

/** Makes requests over one wire; one thread reads all answers. Any thread. */
interface Exchanges extends AutoCloseable {

  /**
   * Those over a wire.
   *
   * @param onFailure told of the first failure to read, on the thread that reads
   */
  static Exchanges over(Wire wire, String name, Runnable onFailure) {
    return wire == Wire.HTTP_1
        ? new SocketExchanges(name, onFailure)
        : new NettyExchanges(wire, name, onFailure);
  }

  /**
   * Sends a request.
   *
   * @param request as the text of HTTP/1.1, in UTF-8
   * @param receiveBuffer about so many bytes are taken of one who does not read; 0 for any number
   */
  Exchange ask(int port, int receiveBuffer, String request, Exchange.Listener listener);

  /** Whether they are streams of connections of HTTP/2. */
  boolean isHttp2();

  /** Runs a task on the thread that reads. */
  void execute(Runnable task);

  /** Fails if reading did. */
  void check();

  /** Drops all connections. */
  @Override
  void close();
}
