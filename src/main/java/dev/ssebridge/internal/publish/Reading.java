package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.bus.BodyBytes;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.fanout.FanoutLoop;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.Gate;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.socket.ConnectionGate;
import dev.ssebridge.internal.socket.Rejection;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one body at the pace of the log: the next bytes are taken once what was published of the
 * last ones has been appended, so that a fast publisher waits instead of filling a queue.
 */
final class Reading {
  /**
   * The most bytes that are published before it is asked again whether there is room: of a coded
   * body, these are bytes of what it holds.
   */
  static final int PIECE = 512;

  /** The most pieces, or messages, before others get their turn on the loop. */
  private static final int PIECES_IN_A_ROW = 64;

  private static final int MESSAGES_IN_A_ROW = 256;

  private static final System.Logger LOG = System.getLogger(Reading.class.getName());

  private final Vertx vertx;
  private final BridgeRequest context;
  private final HttpServerRequest request;
  private final BodyReader reader;
  private final Door door;
  private final Pace pace;
  private final PublishAnswer answer;
  private final Context loop;
  private final Runnable onDone;
  private final BodyBytes bodies;
  private final FanoutLoop timers;
  private final BodyTimeouts timeouts;
  private final @Nullable Review review;

  // only the context
  private boolean failed;
  private boolean done;
  private boolean waiting;
  private boolean paused;
  private boolean ended;
  private boolean watched;
  private @Nullable Buffer rest;
  private long publishedBefore;
  private long chunks;
  private long taken;
  private long counted;
  private long charged;
  private long heldSince;
  private @Nullable BadRequestException mistake; // answered once what came before is decided

  /**
   * @param review who decides about its messages, or {@code null} for nobody
   * @param door what every part of the body has to pass
   * @param pace how fast it may be published
   * @param answer given at the end
   * @param onDone run once, when nothing more will be published
   * @param timers those of the context's loop, which need not be its thread
   * @param timeout how long it may bring nothing, 0 for as long as it likes
   * @param messageTimeout how long one message may take, 0 for as long as it likes
   */
  Reading(
      Vertx vertx,
      BridgeRequest context,
      BodyReader reader,
      @Nullable Review review,
      Door door,
      Pace pace,
      PublishAnswer answer,
      Runnable onDone,
      FanoutLoop timers,
      Duration timeout,
      Duration messageTimeout) {
    this.vertx = vertx;
    this.context = context;
    this.request = context.request();
    this.reader = reader;
    this.review = review;
    this.door = door;
    this.pace = pace;
    this.answer = answer;
    this.onDone = onDone;
    this.loop = Vertx.currentContext();
    this.bodies = Hub.of(vertx).bodies();
    this.timers = timers;
    this.timeouts =
        new BodyTimeouts(
            timers, loop, new Progress(), timeout.toMillis(), messageTimeout.toMillis());
  }

  void start() {
    Buffer body = context.bodyRead();
    if (body != null) {
      onChunk(body);
      taken = request.bytesRead(); // whatever a handler has made of it
      onEnd();
      return;
    }
    if (LostBody.hasPassedBy(request)) {
      failLost();
      return;
    }
    if (request.isEnded()) {
      onEnd();
      return;
    }
    request.exceptionHandler(this::onBroken);
    request.handler(this::onChunk);
    request.endHandler(v -> onEnd());
    timeouts.watch();
    request.resume(); // a handler may have paused it, to look something up
  }

  /** Whatever was published of it stays so, but it was not all. */
  private void failLost() {
    failed = true;
    done();
    Hub.of(vertx)
        .warnings()
        .dropped(
            "publish: the body of a request, or the beginning of it, was lost: a handler before the"
                + " bridge went on later and has not kept it; let that handler call"
                + " request.pause() before it waits, or put a BodyHandler before it");
    Rejection.send(
        vertx,
        context,
        new Problem(500, "the body was lost in the server; its log says why")
            .with("published", reader.published()));
  }

  private void onChunk(Buffer chunk) {
    if (failed) {
      return;
    }
    chunks++;
    taken += chunk.length();
    rest = chunk;
    publishedBefore = reader.published();
    readRest();
  }

  /** Piece by piece: a chunk may hold very many messages, and each piece waits for its turn. */
  private void readRest() {
    if (failed) {
      return;
    }
    waiting = false;
    long before = reader.published();
    try {
      for (int pieces = 0; isUnread() || isUndecided(); pieces++) {
        charge();
        String down = pace.storeProblem();
        if (down != null) {
          failStoreDown(down);
          return;
        }
        if (pace.isBusy()) {
          hold(this::readRest);
          return;
        }
        if (pieces == PIECES_IN_A_ROW || reader.published() - before >= MESSAGES_IN_A_ROW) {
          giveWay();
          return;
        }
        if (!isUndecided()) {
          Problem shut = door.enter();
          if (shut != null) {
            fail(shut);
            return;
          }
          heldSince = 0;
          try {
            untilMistake(this::readPiece);
          } finally {
            door.gate().leave();
          }
        }
        if (!isSettled(this::readRest)) {
          return;
        }
      }
    } catch (BadRequestException e) {
      fail(e);
      return;
    } catch (RuntimeException e) {
      failInside(e);
      return;
    }
    if (ended) {
      onEnd();
    } else if (!isRoom()) {
      failFull();
    } else if (reader.published() != publishedBefore && !request.isEnded()) {
      awaitAppended();
    } else if (paused) {
      goOn();
    }
  }

  /** Takes more once the logs have what there was; a store that does not answer is given up. */
  private void awaitAppended() {
    waiting = true;
    pause();
    pace.appended()
        .onComplete(
            appended ->
                loop.runOnContext(
                    v -> {
                      if (appended.succeeded()) {
                        goOn();
                      } else if (!failed && !done) {
                        failStoreDown(PublishAnswer.NO_ANSWER);
                      }
                    }));
  }

  /** Counts what was published since the last time. */
  private void charge() {
    long published = reader.published();
    if (published > charged) {
      pace.published(published - charged);
      charged = published;
    }
  }

  private boolean isUndecided() {
    return review != null && review.isPending();
  }

  /** Whether all that was read is decided; otherwise the task is run when there is more to do. */
  private boolean isSettled(Runnable then) throws BadRequestException {
    Review asked = review;
    if (asked == null || !asked.isPending()) {
      return true;
    }
    waiting = true;
    pause(); // a handler may wait, on a virtual thread, and nothing may come meanwhile
    if (asked.settle()) {
      waiting = false;
      if (mistake != null) {
        throw mistake;
      }
      return true;
    }
    if (asked.isAnswered()) {
      onGone();
    } else if (!isRoom()) {
      failFull();
    } else if (!failed) {
      asked.whenDecided(then);
      watchClient();
    }
    return false;
  }

  /** What nobody waits for any more is given up. */
  private void watchClient() {
    if (!watched) {
      watched = true;
      context.onEnd(clean -> loop.runOnContext(v -> onGone()));
    }
  }

  private void onGone() {
    if (!done) {
      failed = true;
      done();
      LOG.log(Level.DEBUG, "the request was answered otherwise, or its sender has left");
      if (!request.isEnded()) {
        request.resume(); // what is left of it passes by
      }
    }
  }

  private boolean isUnread() {
    return mistake == null && (rest != null || reader.hasMore());
  }

  /** Some of the body. */
  private interface Part {
    void read() throws BadRequestException;
  }

  /** What stands before a mistake is published, whatever the pieces in which the body comes. */
  private void untilMistake(Part part) throws BadRequestException {
    try {
      part.read();
    } catch (BadRequestException e) {
      if (!isUndecided()) {
        throw e;
      }
      mistake = e;
      rest = null;
    }
  }

  private void readPiece() throws BadRequestException {
    Buffer left = rest;
    if (left == null || reader.hasMore()) {
      reader.readMore();
      return;
    }
    int piece = pace.piece();
    if (left.length() <= piece) {
      rest = null;
      reader.read(left);
    } else {
      rest = left.slice(piece, left.length());
      reader.read(left.slice(0, piece));
    }
  }

  /** Goes on when others had their turn: on an event loop, the sockets too. */
  private void giveWay() {
    if (!isRoom()) {
      failFull();
      return;
    }
    pause();
    timers.loop().executeAfterOthers(() -> loop.runOnContext(v -> readRest()));
  }

  /** Counts what is held until more is read, if there is room for it. */
  private boolean isRoom() {
    Buffer unread = rest;
    long now =
        reader.held()
            + (unread == null ? 0 : unread.length())
            + (review == null ? 0 : review.held());
    if (now > counted && !bodies.take(now - counted)) {
      return false;
    }
    if (now < counted) {
      bodies.giveBack(counted - now);
    }
    counted = now;
    return true;
  }

  private void failFull() {
    fail(
        new Problem(
            503,
            "limits.bodies: "
                + bodies.limit()
                + " bytes at most are held of bodies that are on their way; try again later"),
        "1");
  }

  /** What is published already may be in the history, or may not. */
  private void failStoreDown(String problem) {
    fail(
        reader.published() == 0
            ? PublishAnswer.storeDown(problem)
            : PublishAnswer.undecided("the store of the history is down: " + problem),
        PublishAnswer.STORE_RETRY_AFTER);
  }

  private void pause() {
    paused = true;
    if (!request.isEnded()) {
      request.pause();
    }
  }

  /** Takes nothing more, and goes on when there is room for more messages. */
  private void hold(Runnable then) {
    if (!isRoom()) {
      failFull();
      return;
    }
    if (pace.isStored()) {
      long now = System.nanoTime();
      if (heldSince == 0) {
        heldSince = now;
      } else if (now - heldSince > TimeUnit.MILLISECONDS.toNanos(Pace.STORE_MILLIS)) {
        failStoreDown(PublishAnswer.NO_ANSWER);
        return;
      }
    }
    waiting = true;
    pause();
    pace.whenQuiet(() -> loop.runOnContext(v -> then.run()));
  }

  private void goOn() {
    if (failed) {
      return;
    }
    waiting = false;
    paused = false;
    if (!request.isEnded()) {
      request.resume();
    }
  }

  /** What is answered with 202 is never more than there is room for. */
  private void onEnd() {
    ended = true;
    if (failed || isUnread() || isUndecided()) {
      return;
    }
    if (taken < request.bytesRead()) {
      failLost();
      return;
    }
    String down = pace.storeProblem();
    if (down != null) {
      failStoreDown(down);
      return;
    }
    if (!reader.isStreaming() && pace.isBusy()) {
      hold(this::onEnd);
      return;
    }
    finish();
  }

  private void finish() {
    Problem shut = door.enter();
    if (shut != null) {
      fail(shut);
      return;
    }
    boolean isDecided = true;
    try {
      isDecided =
          isAnswered(
              () -> {
                untilMistake(reader::end);
                return !isUndecided();
              });
    } finally {
      door.gate().leave();
      if (isDecided) {
        done();
      }
    }
    if (!isDecided) {
      finishDecided();
    }
  }

  /** Not within the gate: a handler may take its time. */
  private void finishDecided() {
    boolean isDecided = true;
    try {
      isDecided = isAnswered(() -> isSettled(this::finishDecided));
    } finally {
      if (isDecided) {
        done();
      }
    }
  }

  /** What the last of the body comes to. */
  private interface Ending {
    /** Whether all of it is decided. */
    boolean isDecided() throws BadRequestException;
  }

  /** Answers if all is decided, or if something is wrong; whether it did. */
  private boolean isAnswered(Ending ending) {
    try {
      if (!ending.isDecided()) {
        return false;
      }
      answer.give(reader);
    } catch (BadRequestException e) {
      fail(e);
    } catch (RuntimeException e) {
      failInside(e);
    }
    return true;
  }

  /** Answers what has not come yet, as the server shuts down. Any thread. */
  void shutDown() {
    loop.runOnContext(
        v -> {
          if (!done) {
            fail(door.refusal().get());
          }
        });
  }

  /** Nothing more will be read: {@link #start} has failed. */
  void abandon() {
    failed = true;
    done();
  }

  private void done() {
    if (!done) {
      done = true;
      charge();
      timeouts.end();
      reader.release();
      if (review != null) {
        review.close();
      }
      rest = null;
      bodies.giveBack(counted);
      counted = 0;
      onDone.run();
    }
  }

  private void fail(BadRequestException e) {
    fail(e.problem());
  }

  /** Nobody has decided about a message in time. */
  void failUndecided(Problem problem) {
    fail(problem, "1");
  }

  private void fail(Problem problem) {
    fail(problem, null);
  }

  private void fail(Problem problem, @Nullable String retryAfter) {
    if (context.response().headWritten()) {
      onGone(); // a handler of the application has answered
      return;
    }
    failed = true;
    done();
    if (retryAfter != null) {
      context.response().putHeader(HttpHeaders.RETRY_AFTER, retryAfter);
    }
    Rejection.send(
        vertx,
        context,
        reader.isStreaming() ? problem.with("published", reader.published()) : problem);
  }

  /** Not the sender's fault; the event bus, say. What was published before stays so. */
  private void failInside(RuntimeException cause) {
    failed = true;
    done();
    String path = PrintableText.of("path " + request.path());
    LOG.log(Level.ERROR, path + ": a body could not be published", cause);
    context.fail(cause);
  }

  /** The sender is gone in the middle of a body; there is nobody to answer. */
  private void onBroken(Throwable cause) {
    if (!failed) {
      failed = true;
      done();
      LOG.log(
          Level.DEBUG,
          () ->
              "a body broke off after "
                  + reader.published()
                  + " messages: "
                  + PrintableText.ofFailure(cause));
    }
  }

  /**
   * What is published passes while the gate is open, and not a moment later: what is answered with
   * 202 must reach the streams before they are ended.
   *
   * @param refusal the answer to what comes too late
   * @param lost why who publishes may not any more; {@code null} while he may
   */
  record Door(Gate gate, Supplier<Problem> refusal, Supplier<@Nullable Problem> lost) {

    /** Lets one more pass, which then has to leave the gate, or tells why not. */
    @Nullable Problem enter() {
      Problem problem = lost.get();
      if (problem != null) {
        return problem;
      }
      return gate.enter() ? null : refusal.get();
    }
  }

  /** What the limits of its time see of it, and do to it. */
  private final class Progress implements BodyTimeouts.Body {
    /** Also while the log or the answers are waited for, and not the sender. */
    @Override
    public boolean isHeldUp() {
      ConnectionGate gate = ConnectionGate.of(request.connection());
      return waiting || (gate != null && gate.isHolding());
    }

    @Override
    public boolean isUnread() {
      return Reading.this.isUnread();
    }

    @Override
    public boolean isDone() {
      return done;
    }

    @Override
    public long chunks() {
      return chunks;
    }

    @Override
    public long published() {
      return reader.published();
    }

    @Override
    public void timeOut(String expected) {
      fail(new BadRequestException(408, "body: expected " + expected));
    }
  }
}
