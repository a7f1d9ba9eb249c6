package dev.ssebridge.internal.store.redis;

import dev.ssebridge.internal.store.redis.Entries.Entry;
import dev.ssebridge.spi.StoreReceipt;
import dev.ssebridge.spi.StoreReceipt.Place;
import dev.ssebridge.spi.StoredEvent;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The append of a channel that is under way. Where the link breaks, its mark is put among those
 * that were given up, so that it cannot be carried out any more, and is then looked for in the log:
 * either it is there, or the append is made again. On the context of the store.
 */
final class Appending {
  /** Seconds that Redis keeps a mark that was given up: longer than a packet can be on its way. */
  private static final int KEEP_MARKS = 3600;

  private static final int PAGE = 100;

  private final Feed feed;
  private final Home home;
  private @Nullable Pending pending;
  private @Nullable Runnable onDecided;

  /** The token of the one who may append; empty where all may. Set from any thread. */
  private volatile Supplier<String> token = () -> "";

  private static final class Pending {
    final List<StoredEvent> events;
    final Promise<StoreReceipt> promise;

    /** That of when it was asked for: who loses the lease and has it again does not repeat it. */
    final String token;

    String mark = "";
    boolean undecided;
    boolean untraceable;
    boolean tidied;
    long sentIn;
    @Nullable StoreReceipt receipt;
    long epoch;
    long needs;

    Pending(List<StoredEvent> events, Promise<StoreReceipt> promise, String token) {
      this.events = events;
      this.promise = promise;
      this.token = token;
    }
  }

  Appending(Feed feed, Home home) {
    this.feed = feed;
    this.home = home;
  }

  void token(Supplier<String> ofHolder) {
    token = ofHolder;
  }

  /** Appends, or fails at once where it is known that this cannot be. */
  void append(List<StoredEvent> events, Promise<StoreReceipt> promise) {
    if (feed.isClosed() || onDecided != null) {
      promise.fail(new IllegalStateException("the channel is closed"));
    } else if (pending != null) {
      promise.fail(
          new IllegalStateException("an append is under way; expected the next one after it"));
    } else if (feed.session() == null) {
      promise.fail(home.problem(feed));
    } else {
      pending = new Pending(events, promise, token.get());
      if (feed.isLive()) {
        transmit();
      }
    }
  }

  private void transmit() {
    Pending sent = pending;
    RedisSession session = feed.session();
    if (sent == null || session == null) {
      return;
    }
    sent.mark = home.nextMark();
    sent.sentIn = feed.epoch();
    if (sent.token.isEmpty() && AppendWords.arePlain(sent.events)) {
      Script.PLAIN
          .run(session, feed.keys().ofPlain(), AppendWords.plain(feed, sent.mark, sent.events))
          .onComplete(answer -> answered(sent, session, answer));
    } else {
      transmitAll(sent, session);
    }
  }

  /** With all that Redis may need to know. */
  private void transmitAll(Pending sent, RedisSession session) {
    Script.APPEND
        .run(
            session,
            feed.keys().ofAppend(),
            AppendWords.all(feed, sent.token, sent.mark, sent.events))
        .onComplete(answer -> answered(sent, session, answer));
  }

  private void answered(Pending sent, RedisSession session, AsyncResult<Response> answer) {
    if (pending != sent || sent.receipt != null) {
      return;
    }
    if (answer.failed()) {
      failed(sent, session, answer.cause());
      return;
    }
    try {
      String text = answer.result().toString();
      if (!text.equals(AppendWords.MORE)) {
        answered(sent, text);
      } else if (session == feed.session()) {
        sent.sentIn = feed.epoch();
        transmitAll(sent, session);
      } // else it has been sent again by the next session, or will be
    } catch (IllegalArgumentException | IndexOutOfBoundsException nonsense) {
      failed(sent, session, nonsense);
    }
  }

  private void failed(Pending sent, RedisSession session, Throwable failure) {
    if (RedisErrors.isElsewhere(failure)) {
      home.moved(feed);
      return;
    }
    if (!RedisErrors.isAnswer(failure)) {
      sent.undecided = true;
      session.close(RedisErrors.sentence(failure));
      return;
    }
    if (RedisErrors.refusesWrites(failure)) {
      home.refuses(feed, failure);
    }
    decide(sent, null, "Redis: " + RedisErrors.sentence(failure));
  }

  private void answered(Pending sent, String answer) {
    int dash = answer.indexOf('-');
    if (dash > 0) {
      // Of plain.lua: the id of the first.
      long first = Long.parseLong(answer, dash + 1, answer.length(), 10);
      long last = first + sent.events.size() - 1;
      settle(sent, sent.sentIn, places(first, sent.events));
      added(sent, sent.sentIn, first, last, sent.events);
      return;
    }
    String[] words = answer.split(" ", -1);
    long epoch = Long.parseUnsignedLong(words[0]);
    long first = Long.parseLong(words[1]);
    long last = Long.parseLong(words[2]);
    List<Place> places;
    List<StoredEvent> added = sent.events;
    if (words.length == 3) {
      places = places(first, sent.events);
    } else {
      places = new ArrayList<>(sent.events.size());
      added = new ArrayList<>();
      for (int i = 0; i < sent.events.size(); i++) {
        Place place = place(words[3 + i]);
        places.add(place);
        if (!place.duplicate()) {
          added.add(sent.events.get(i));
        }
      }
    }
    settle(sent, epoch, places);
    added(sent, epoch, first, last, added);
  }

  private void added(Pending sent, long epoch, long first, long last, List<StoredEvent> added) {
    if (Long.compareUnsigned(epoch, feed.epoch()) > 0) {
      feed.restarted(epoch, first - 1);
    }
    if (epoch == feed.epoch() && !added.isEmpty()) {
      feed.own(Batch.own(epoch, first, last, sent.mark, added));
    }
    advanced();
  }

  /** All of them, one after the other. */
  private static List<Place> places(long first, List<StoredEvent> events) {
    List<Place> places = new ArrayList<>(events.size());
    long at = first - 1;
    for (StoredEvent event : events) {
      at += event.span();
      places.add(new Place(at, false));
    }
    return places;
  }

  private static Place place(String word) {
    boolean duplicate = word.startsWith("=");
    return new Place(Long.parseLong(duplicate ? word.substring(1) : word), duplicate);
  }

  /** It is in the log, here. */
  private static void settle(Pending sent, long epoch, List<Place> places) {
    sent.undecided = false;
    sent.epoch = epoch;
    sent.needs = 0;
    for (Place place : places) {
      sent.needs = Math.max(sent.needs, place.sequence());
    }
    sent.receipt = new StoreReceipt(Epochs36.text(epoch), places);
  }

  /** The follower was told of more, or of another epoch. */
  void advanced() {
    Pending sent = pending;
    if (sent != null
        && sent.receipt != null
        && (sent.epoch != feed.epoch() || sent.needs <= feed.head())) {
      if (!sent.tidied && sent.epoch == feed.epoch() && feed.bounds().isTooMuch()) {
        // So no more than a little too much is ever kept, however fast appends come.
        sent.tidied = true;
        feed.tidy(this::advanced);
      } else {
        decide(sent, sent.receipt, "");
      }
    }
  }

  private void decide(Pending sent, @Nullable StoreReceipt receipt, String problem) {
    pending = null;
    feed.deliveries()
        .then(
            () -> {
              if (receipt != null) {
                sent.promise.complete(receipt);
              } else {
                sent.promise.fail(problem);
              }
            });
    Runnable next = onDecided;
    if (next != null) {
      next.run();
    }
  }

  /** The session is no more. */
  void lost() {
    Pending sent = pending;
    if (sent != null && sent.receipt == null && !sent.mark.isEmpty()) {
      sent.undecided = true;
    }
  }

  /** The channel cannot be joined for now, though there is a server. */
  void cannot(Throwable failure) {
    Pending sent = pending;
    if (sent != null && !sent.undecided && sent.receipt == null) {
      decide(sent, null, "Redis: " + RedisErrors.sentence(failure));
    }
  }

  /** Sees to it that what was sent on an earlier session is not carried out any more. */
  Future<Void> giveUpMark(RedisSession session) {
    Pending sent = pending;
    if (sent == null || !sent.undecided) {
      return Future.succeededFuture();
    }
    sent.untraceable = false;
    byte[] given = feed.keys().given();
    return session
        .send(Request.cmd(Command.SADD).arg(given).arg(sent.mark))
        .compose(
            added -> session.send(Request.cmd(Command.PEXPIRE).arg(given).arg(KEEP_MARKS * 1000L)))
        .mapEmpty();
  }

  /**
   * What the log has, or a message told.
   *
   * @param batch mark and places
   * @param last the sequence of the last event with that mark
   */
  void seen(String batch, long last) {
    Pending sent = pending;
    if (sent == null
        || sent.receipt != null
        || sent.mark.isEmpty()
        || !Entries.mark(batch).equals(sent.mark)) {
      return;
    }
    List<Place> places;
    if (batch.length() > sent.mark.length()) {
      places = new ArrayList<>();
      for (String word : batch.substring(sent.mark.length() + 1).split(" ", -1)) {
        places.add(place(word));
      }
    } else {
      places = places(last - span(sent.events) + 1, sent.events);
    }
    settle(sent, feed.epoch(), places);
  }

  /**
   * The events of a message, where it tells of the append that is under way and that all of it was
   * added; else null. So they need not be made of its bytes.
   */
  @Nullable List<StoredEvent> own(Batch told) {
    Pending sent = pending;
    return sent != null
            && !sent.mark.isEmpty()
            && sent.mark.equals(told.batch())
            && span(sent.events) == told.last() - told.first() + 1
        ? sent.events
        : null;
  }

  private static long span(List<StoredEvent> events) {
    long span = 0;
    for (StoredEvent event : events) {
      span += event.span();
    }
    return span;
  }

  /** Some events were let go of before they were seen: the mark may have been there. */
  void evicted() {
    Pending sent = pending;
    if (sent != null && sent.undecided) {
      sent.untraceable = true;
    }
  }

  /** Looks for the mark in an epoch that was begun meanwhile, about which nothing is told. */
  void search(long from, Promise<Void> done) {
    Pending sent = pending;
    RedisSession session = feed.session();
    if (sent == null || !sent.undecided || session == null || from > feed.head()) {
      done.tryComplete();
      return;
    }
    String epoch = Long.toUnsignedString(feed.epoch()) + "-";
    session
        .send(
            Request.cmd(Command.XRANGE)
                .arg(feed.keys().log())
                .arg(epoch + from)
                .arg(epoch + feed.head())
                .arg("COUNT")
                .arg(PAGE))
        .onComplete(
            page -> {
              if (page.failed()) {
                done.tryFail(page.cause());
                return;
              }
              List<Entry> entries = Entries.entries(page.result());
              entries.forEach(entry -> seen(entry.batch(), entry.sequence()));
              if (entries.isEmpty()) {
                done.tryComplete();
              } else {
                search(entries.get(entries.size() - 1).sequence() + 1, done);
              }
            });
  }

  /** The channel is followed, and all that was missed was seen. */
  void live() {
    Pending sent = pending;
    if (sent == null) {
      return;
    }
    if (sent.receipt != null) {
      advanced();
    } else if (sent.undecided && sent.untraceable) {
      decide(
          sent,
          null,
          "Redis: undecided: what was appended while the link was broken is no longer kept");
    } else if (sent.undecided && sent.sentIn != feed.epoch()) {
      // Others may have seen it in the epoch that is lost: it must not come a second time.
      decide(sent, null, "Redis lost the channel while this append was under way");
    } else {
      sent.undecided = false;
      transmit();
    }
  }

  /** Runs this once nothing is under way, and takes nothing more. */
  void whenDecided(Runnable then) {
    onDecided = then;
    if (pending == null) {
      then.run();
    }
  }

  /** Nobody will find out any more. */
  void giveUp() {
    Pending sent = pending;
    if (sent != null) {
      decide(sent, null, "Redis: undecided: the store was closed before Redis could be asked");
    }
  }
}
