package dev.ssebridge.internal.auth;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks one URL. The whole of it takes a bounded time, an answer has a bounded length, and what an
 * answer points to is not followed. Any thread.
 */
final class HttpGet {
  private final Home home;
  private final String url;
  private final Duration timeout;
  private final int mostBytes;
  private final PoolOptions pool;
  private final @Nullable String ca;

  // written by renew and close
  private volatile @Nullable HttpClient client;

  /**
   * What came back.
   *
   * @param isWhole whether the body has no more than was wanted of it
   */
  record Answer(int status, MultiMap headers, Buffer body, boolean isWhole) {}

  /**
   * @param mostBytes of a body that are read; of a longer one the rest is not, and the connection
   *     is closed
   * @param connections at once
   * @param waiting for one of them
   * @param ca certificates that are trusted, a PEM file; null for those of the JVM
   */
  HttpGet(
      Home home,
      String url,
      Duration timeout,
      int mostBytes,
      int connections,
      int waiting,
      @Nullable String ca) {
    this.home = home;
    this.url = url;
    this.timeout = timeout;
    this.mostBytes = mostBytes;
    this.pool = new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(waiting);
    this.ca = ca;
    renew();
  }

  /** Reads the certificates that are trusted again, for connections that are made from now on. */
  void renew() {
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout((int) Math.min(Integer.MAX_VALUE, timeout.toMillis()))
            // Below what servers keep them for, so that seldom one is closed as it is used.
            .setKeepAliveTimeout(4);
    if (ca != null) {
      options.setTrustOptions(new PemTrustOptions().addCertPath(ca));
    }
    HttpClient before = client;
    client = home.client(options, pool);
    if (before != null) {
      // A request that is on its way gets its answer.
      home.after(timeout.toMillis(), before::close);
    }
  }

  /**
   * Asks.
   *
   * @return failed where there is no answer in time
   */
  Future<Answer> ask(MultiMap headers) {
    Call call = new Call(headers);
    call.begin(true);
    return call.promise.future();
  }

  void close() {
    HttpClient last = client;
    if (last != null) {
      last.close();
    }
  }

  /** One question. */
  private final class Call {
    private final Promise<Answer> promise = Promise.promise();
    private final MultiMap headers;
    private final Runnable untimed;

    // guarded by this
    private @Nullable HttpClientRequest sent;
    private boolean isOver;

    Call(MultiMap headers) {
      this.headers = headers;
      this.untimed = home.after(timeout.toMillis(), this::onLate);
    }

    /** A connection may be closed just as it is used again: then once more, on another. */
    void begin(boolean again) {
      HttpClient with = client;
      if (with == null) {
        throw new IllegalStateException("closed");
      }
      RequestOptions options =
          new RequestOptions()
              .setMethod(HttpMethod.GET)
              .setAbsoluteURI(url)
              .setFollowRedirects(false)
              .setHeaders(headers);
      with.request(options)
          .compose(this::send)
          .onComplete(
              done -> {
                if (done.succeeded()) {
                  end();
                  promise.tryComplete(done.result());
                } else if (again && isOfTheConnection(done.cause()) && !isOver()) {
                  begin(false);
                } else {
                  end();
                  promise.tryFail(done.cause());
                }
              });
    }

    private static boolean isOfTheConnection(Throwable cause) {
      return cause instanceof HttpClosedException || cause instanceof SocketException;
    }

    private Future<Answer> send(HttpClientRequest request) {
      // Its future tells the same; without a handler Vert.x logs as an error that it was given up.
      request.exceptionHandler(failure -> {});
      synchronized (this) {
        sent = request;
        if (isOver) {
          request.reset();
        }
      }
      return request.send().compose(response -> read(request, response));
    }

    private Future<Answer> read(HttpClientRequest request, HttpClientResponse response) {
      Promise<Answer> read = Promise.promise();
      Buffer body = Buffer.buffer();
      response.handler(
          part -> {
            if (body.length() + part.length() > mostBytes) {
              read.tryComplete(answer(response, body, false));
              request.reset();
            } else {
              body.appendBuffer(part);
            }
          });
      response.exceptionHandler(read::tryFail);
      response.endHandler(ended -> read.tryComplete(answer(response, body, true)));
      return read.future();
    }

    private Answer answer(HttpClientResponse response, Buffer body, boolean isWhole) {
      return new Answer(response.statusCode(), response.headers(), body, isWhole);
    }

    private synchronized boolean isOver() {
      return isOver;
    }

    private void onLate() {
      HttpClientRequest request;
      synchronized (this) {
        isOver = true;
        request = sent;
      }
      promise.tryFail(
          new TimeoutException("expected an answer within " + timeout.toMillis() + " ms"));
      if (request != null) {
        request.reset();
      }
    }

    private void end() {
      untimed.run();
    }
  }
}
