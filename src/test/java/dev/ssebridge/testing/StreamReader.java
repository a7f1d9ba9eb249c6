package dev.ssebridge.testing;

import dev.ssebridge.format.EventDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client of many: it keeps an account, can stop reading, and comes back where it was. */
public final class StreamReader {
  // set at construction
  private final StreamReaders readers;
  private final int port;
  private final String target;
  private final RunningAccount account;

  // written by whoever opens and closes
  private volatile @Nullable Exchange exchange;
  private volatile @Nullable Response response;

  // the reading thread, for the present connection
  private volatile boolean over;

  StreamReader(StreamReaders readers, int port, String target, RunningAccount account) {
    this.readers = readers;
    this.port = port;
    this.target = target;
    this.account = account;
  }

  /** What it has seen; fails if reading did, as it then may have missed what was there. */
  public RunningAccount account() {
    readers.check();
    return account;
  }

  /** Whether the response has ended, or the connection. */
  public boolean isOver() {
    readers.check();
    return over;
  }

  /** Connects, and resumes where the account stands. */
  public StreamReader open() {
    String id = account.lastEventId();
    String head =
        "GET "
            + target
            + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
            + (id.isEmpty() ? "" : "Last-Event-ID: " + id + "\r\n")
            + "\r\n";
    readers.exchanges().execute(account::reconnect);
    Response next = new Response(id);
    over = false;
    response = next;
    Exchange opened = readers.exchanges().ask(port, readers.receiveBuffer(), head, next);
    exchange = opened;
    if (over) {
      opened.close();
    }
    return this;
  }

  /** Reads no more, until {@link #goOn}. */
  public void stop() {
    reading(false);
  }

  /** Reads again. */
  public void goOn() {
    reading(true);
  }

  private void reading(boolean on) {
    Exchange open = exchange;
    if (open != null) {
      open.reading(on);
    }
  }

  /** Drops the connection as a crash does; what was read before counts, and nothing after. */
  public void cut() {
    readers.cut(List.of(this));
  }

  /** On the reading thread. */
  void cutNow() {
    Exchange open = exchange;
    if (open != null) {
      response = null;
      open.reset();
      over = true;
    }
  }

  private final class Response implements Exchange.Listener {
    private final HttpResponseReader reader;

    Response(String id) {
      EventDecoder decoder = EventDecoder.create(account).lastEventId(id);
      reader = new HttpResponseReader(false, decoder::decode);
    }

    @Override
    public void onBytes(byte[] bytes, int count) {
      if (this == response) {
        reader.read(bytes, count);
        if (reader.isComplete()) {
          onDisconnect();
        }
      }
    }

    @Override
    public void onEnd() {
      onDisconnect();
    }

    @Override
    public void onDisconnect() {
      if (this == response) {
        over = true;
        Exchange open = exchange;
        if (open != null) {
          open.close();
        }
      }
    }
  }
}
