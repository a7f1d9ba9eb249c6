package dev.ssebridge.internal.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ssebridge.internal.store.redis.Deliveries.Told;
import dev.ssebridge.internal.store.redis.Entries.Entry;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore.Follower;
import dev.ssebridge.spi.StoredEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Follows one channel: knows the position up to which its follower was told, takes what is
 * published next, and reads in the log whatever was not. On the context of the store.
 */
final class Feed implements RedisSession.Subscriber {
  private static final Logger LOG = Logger.getLogger(Feed.class.getName());

  /** An own append may be known before those that others made just before it. */
  private static final long PATIENCE = 20;

  private static final long BETWEEN_LOOKS = 50;
  private static final long BETWEEN_TOUCHES = 3_600_000;
  private static final int FEWEST = 16;
  private static final int MOST = 512;
  private static final long PAGE_BYTES = 256 * 1024;
  private static final long QUIET_FACTOR = 8;

  private enum State {
    WAITING,
    SYNCING,
    LIVE,
    CLOSED
  }

  // Set at construction.
  private final Home home;
  private final String name;
  private final ChannelKeys keys;
  private final Deliveries deliveries;
  private final Bounds bounds;
  private final Arrived arrived = new Arrived();
  private final Appending appending;

  // Where it is.
  private State state = State.WAITING;
  private @Nullable RedisSession session;
  private boolean known;
  private boolean begun;
  private long epoch;
  private long head;
  private String mark = "";
  private long fresh;

  // What it does.
  private boolean fetching;
  private boolean looking;
  private boolean toldOfLater;
  private long missingUpTo;
  private @Nullable Runnable afterRoom;
  private @Nullable Runnable afterLook;
  private int pageSize = FEWEST;
  private long lastLook;
  private long nextLook;
  private long lookWait;
  private long lastTouch;
  private boolean active;
  private boolean measuring;

  // Who waits for a look that begins later, for the one that is under way, for what it found.
  private final List<Promise<Void>> wantLook = new ArrayList<>();
  private List<Promise<Void>> inLook = List.of();
  private final List<Promise<Void>> wantRead = new ArrayList<>();
  private long refreshTo;

  Feed(Home home, String name, HistoryRetention retention, Context context, Follower follower) {
    this.home = home;
    this.name = name;
    this.keys = new ChannelKeys(home.settings().prefix(), name);
    this.bounds = new Bounds(retention);
    this.lookWait = home.settings().lookInterval();
    Context own = home.vertx().getOrCreateContext();
    this.deliveries =
        new Deliveries(
            context, follower, new Told(0, "0", 0, 1), () -> own.runOnContext(now -> room()));
    this.appending = new Appending(this, home);
  }

  String name() {
    return name;
  }

  ChannelKeys keys() {
    return keys;
  }

  Deliveries deliveries() {
    return deliveries;
  }

  Appending appending() {
    return appending;
  }

  Bounds bounds() {
    return bounds;
  }

  long epoch() {
    return epoch;
  }

  long head() {
    return head;
  }

  boolean isLive() {
    return state == State.LIVE;
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  /** Null where there is none. */
  @Nullable RedisSession session() {
    return session;
  }

  /** An epoch that can be begun with where this one is lost. */
  byte[] fresh() {
    return number(fresh);
  }

  static byte[] number(long number) {
    return Long.toUnsignedString(number).getBytes(US_ASCII);
  }

  private byte[] id(long sequence) {
    return (Long.toUnsignedString(epoch) + "-" + sequence).getBytes(US_ASCII);
  }

  /** Of whatever comes next in this epoch. */
  byte[] nextId() {
    return (Long.toUnsignedString(epoch) + "-*").getBytes(US_ASCII);
  }

  private byte[] lastId() {
    return (Long.toUnsignedString(epoch) + "-18446744073709551615").getBytes(US_ASCII);
  }

  /** Whether it was open once. */
  boolean isJoined() {
    return known;
  }

  /** From now on keeps as much as this says. */
  void retain(HistoryRetention retention) {
    bounds.retain(retention);
    lookSoon();
  }

  // Becoming live

  /** Joins the channel on a session: at its head the first time, later from where it was. */
  Future<Void> sync(RedisSession with) {
    session = with;
    state = State.SYNCING;
    arrived.clear();
    fetching = true;
    looking = false;
    missingUpTo = 0;
    afterRoom = null;
    fresh = home.epochs().after(epoch);
    Promise<Void> read = Promise.promise();
    return with.subscribe(keys.logText(), this)
        .compose(subscribed -> appending.giveUpMark(with))
        .compose(given -> ask(with))
        .compose(
            looked -> {
              if (!isOn(with)) {
                return Future.failedFuture("the connection to Redis is closed");
              }
              join(looked, read);
              return read.future();
            })
        .onSuccess(
            joined -> {
              if (begun && isOn(with)) {
                goLive();
              }
            });
  }

  /** Its owner knows of it, and may be told. */
  void begin() {
    begun = true;
    RedisSession with = session;
    if (with != null && isOn(with)) {
      goLive();
    }
  }

  private void goLive() {
    fetching = false;
    state = State.LIVE;
    scheduleLook();
    drain();
    appending.live();
  }

  private void join(Looked looked, Promise<Void> read) {
    if (!known) {
      known = true;
      epoch = looked.epoch();
      head = looked.head();
      fresh = home.epochs().after(epoch);
      measureAnew(looked);
      deliveries.begin(new Told(epoch, Epochs36.text(epoch), head, looked.oldest()));
      read.complete();
    } else if (looked.epoch() == epoch) {
      bounds.looked(looked.entries(), looked.oldest());
      deliveries.oldest(epoch, looked.oldest());
      missingUpTo = looked.head();
      readOn(read);
    } else {
      restart(looked.epoch(), looked);
      appending.search(looked.oldest(), read);
    }
  }

  private void measureAnew(Looked looked) {
    bounds.begin(looked.oldest(), looked.head());
    bounds.looked(looked.entries(), looked.oldest());
  }

  private boolean isOn(RedisSession with) {
    return session == with && with.isOpen() && state != State.CLOSED && state != State.WAITING;
  }

  /** The session is no more. */
  void lost() {
    if (state != State.CLOSED) {
      state = State.WAITING;
    }
    session = null;
    arrived.clear();
    afterRoom = null;
    measuring = false;
    appending.lost();
    failRefreshing("Redis: the connection broke");
    tidied();
  }

  void close() {
    RedisSession with = session;
    if (with != null) {
      with.unsubscribe(keys.logText());
    }
    state = State.CLOSED;
    session = null;
    arrived.clear();
    failRefreshing("the channel is closed");
    deliveries.close();
  }

  @Override
  public void moved() {
    home.moved(this);
  }

  // What comes in

  @Override
  public void message(byte[] payload) {
    Batch batch;
    try {
      batch = Batch.of(Message.of(payload));
    } catch (IllegalArgumentException | IndexOutOfBoundsException nonsense) {
      LOG.log(Level.FINE, "a message of somebody else on " + keys.logText(), nonsense);
      lookSoon();
      return;
    }
    if (state == State.LIVE && batch.epoch() != epoch) {
      if (Long.compareUnsigned(batch.epoch(), epoch) > 0) {
        arrived.add(batch);
        toldOfLater = looking;
        look();
      }
      return;
    }
    if (batch.last() >= batch.first()) {
      take(batch);
      if (state == State.LIVE && !fetching && hasHole()) {
        startReading();
      }
    }
  }

  /** What was appended here, in the epoch that it is in. */
  void own(Batch batch) {
    take(batch);
    waitForOthers();
  }

  /** What comes before what arrived is on its way, or has to be read. */
  private void waitForOthers() {
    if (state == State.LIVE && !fetching && hasHole()) {
      RedisSession with = session;
      home.vertx()
          .setTimer(
              PATIENCE,
              timer -> {
                if (session == with && state == State.LIVE && !fetching && hasHole()) {
                  startReading();
                }
              });
    }
  }

  private void take(Batch batch) {
    if (batch.epoch() == epoch && batch.last() <= head) {
      return;
    }
    if (state == State.LIVE && !fetching && batch.first() <= head + 1 && !deliveries.isFull()) {
      accept(batch);
      drain();
    } else {
      arrived.add(batch);
      if (state == State.LIVE && !fetching && deliveries.isFull()) {
        startReading();
      }
    }
  }

  private boolean hasHole() {
    return arrived.first() != null;
  }

  private void drain() {
    Batch next = arrived.first();
    while (next != null && state == State.LIVE && !fetching) {
      if (Long.compareUnsigned(next.epoch(), epoch) > 0) {
        look();
        return;
      }
      if (next.epoch() != epoch || next.last() <= head) {
        arrived.removeFirst();
      } else if (next.first() > head + 1) {
        return;
      } else if (deliveries.isFull()) {
        startReading();
        return;
      } else {
        arrived.removeFirst();
        accept(next);
      }
      next = arrived.first();
    }
  }

  private void accept(Batch batch) {
    List<StoredEvent> own = appending.own(batch);
    List<StoredEvent> events = own == null ? batch.events() : own;
    if (events.isEmpty()) {
      // A message that is not as bridges write them; the log knows better.
      startReading();
      return;
    }
    long first = batch.first();
    int skipped = 0;
    while (first <= head) {
      first += events.get(skipped).span();
      skipped++;
    }
    List<StoredEvent> told = skipped == 0 ? events : events.subList(skipped, events.size());
    long last = first - 1;
    for (StoredEvent event : told) {
      last += event.span();
      bounds.added(event, last);
    }
    appending.seen(batch.batch(), batch.last());
    advance(first, last, told, batch.mark());
  }

  private void advance(long first, long last, List<StoredEvent> events, String batchMark) {
    head = last;
    mark = batchMark;
    active = true;
    deliveries.appended(first, last, events);
    appending.advanced();
    if (bounds.isTooMuch()) {
      lookSoon();
    }
  }

  private void evicted(long upTo) {
    head = upTo;
    mark = "";
    active = true;
    deliveries.evicted(upTo);
    appending.evicted();
    appending.advanced();
  }

  /**
   * An append here found that the channel goes on under another epoch, with this head before it.
   */
  void restarted(long epoch, long head) {
    restart(epoch, new Looked(epoch, head, 1, head));
    lookSoon();
  }

  private void restart(long later, Looked looked) {
    LOG.warning(
        "Redis has lost what was in channel \""
            + name
            + "\" after some event: it goes on under the epoch "
            + Epochs36.text(later));
    epoch = later;
    head = looked.head();
    missingUpTo = 0;
    refreshTo = 0;
    mark = "";
    active = true;
    fresh = home.epochs().after(epoch);
    measureAnew(looked);
    deliveries.restarted(epoch, head, looked.oldest());
    appending.advanced();
  }

  // Reading what was missed

  private void startReading() {
    RedisSession with = session;
    if (fetching || with == null) {
      return;
    }
    fetching = true;
    Promise<Void> read = Promise.promise();
    readOn(read);
    read.future()
        .onComplete(
            done -> {
              if (!isOn(with)) {
                return;
              }
              fetching = false;
              if (done.failed()) {
                answered(done.cause());
              } else {
                drain();
                waitForOthers();
                if (!fetching) {
                  refreshIsRead();
                }
              }
            });
  }

  /** Reads pages until there is nothing more, or as long as the follower can take them. */
  private void readOn(Promise<Void> read) {
    RedisSession with = session;
    if (with == null) {
      read.tryFail("the connection to Redis is closed");
      return;
    }
    if (deliveries.isFull()) {
      afterRoom = () -> readOn(read);
      deliveries.want();
      return;
    }
    int count = pageSize;
    long of = epoch;
    long target = Math.max(missingUpTo, holeUpTo());
    missingUpTo = 0;
    arrived.lacksSome();
    with.send(
            Request.cmd(Command.XRANGE)
                .arg(keys.log())
                .arg(id(head + 1))
                .arg(lastId())
                .arg("COUNT")
                .arg(count))
        .onComplete(
            page -> {
              if (page.failed()) {
                read.tryFail(page.cause());
              } else if (!isOn(with) || of != epoch) {
                read.tryComplete();
              } else {
                List<Entry> entries = Entries.entries(page.result());
                long bytes = tell(entries);
                pageSize =
                    bytes > PAGE_BYTES
                        ? Math.max(FEWEST, count / 2)
                        : bytes < PAGE_BYTES / 2 ? Math.min(MOST, count * 2) : count;
                if (entries.size() < count && !arrived.lacksSome()) {
                  missed(with, target, read);
                } else {
                  missingUpTo = target;
                  readOn(read);
                }
              }
            });
  }

  private long holeUpTo() {
    Batch next = arrived.first();
    return next == null || next.epoch() != epoch ? 0 : next.first() - 1;
  }

  /**
   * All was read.
   *
   * @param upTo what was there before that; what is lacking of it has been let go of, or is lost
   */
  private void missed(RedisSession with, long upTo, Promise<Void> read) {
    if (upTo <= head) {
      read.tryComplete();
      return;
    }
    ask(with)
        .onComplete(
            looked -> {
              if (looked.failed()) {
                read.tryFail(looked.cause());
              } else if (isOn(with)) {
                if (looked.result().epoch() == epoch) {
                  if (looked.result().head() < upTo) {
                    // What came next said more than is true.
                    arrived.removeFirst();
                  }
                  if (looked.result().head() > head) {
                    evicted(Math.min(upTo, looked.result().head()));
                  }
                } else {
                  restart(looked.result().epoch(), looked.result());
                }
                read.tryComplete();
              } else {
                read.tryFail("the connection to Redis is closed");
              }
            });
  }

  private long tell(List<Entry> entries) {
    long bytes = 0;
    List<StoredEvent> events = new ArrayList<>(entries.size());
    long first = head + 1;
    long last = head;
    String lastMark = mark;
    for (Entry entry : entries) {
      if (entry.sequence() <= last) {
        continue;
      }
      StoredEvent event = entry.event();
      if (entry.first() > last + 1) {
        tell(first, last, events, lastMark);
        events = new ArrayList<>();
        evicted(entry.first() - 1);
        first = entry.first();
      } else if (entry.first() <= last) {
        event = entry.from(last + 1);
      }
      last = entry.sequence();
      lastMark = entry.mark();
      bytes += event.frame().length;
      bounds.added(event, last);
      events.add(event);
      appending.seen(entry.batch(), last);
    }
    tell(first, last, events, lastMark);
    return bytes;
  }

  private void tell(long first, long last, List<StoredEvent> events, String lastMark) {
    if (!events.isEmpty()) {
      advance(first, last, events, lastMark);
    }
  }

  private void room() {
    Runnable next = afterRoom;
    afterRoom = null;
    if (next != null) {
      next.run();
    }
  }

  // Refreshing: somebody knows of more than was told

  /** Completed once the follower was told of all that is in the channel now. */
  void refresh(Promise<Void> promise) {
    if (session == null || state != State.LIVE) {
      promise.tryFail("Redis: there is no connection now");
      return;
    }
    wantLook.add(promise);
    look();
  }

  private void refreshed(List<Promise<Void>> all, Looked looked) {
    if (all.isEmpty()) {
      return;
    }
    wantRead.addAll(all);
    if (looked.epoch() == epoch) {
      refreshTo = Math.max(refreshTo, looked.head());
    }
    if (!fetching) {
      refreshIsRead();
    }
  }

  private void refreshIsRead() {
    if (wantRead.isEmpty()) {
      return;
    }
    if (head < refreshTo) {
      missingUpTo = refreshTo;
      startReading();
      return;
    }
    refreshTo = 0;
    List<Promise<Void>> done = List.copyOf(wantRead);
    wantRead.clear();
    deliveries.then(() -> done.forEach(Promise::tryComplete));
  }

  private void failRefreshing(String why) {
    List<Promise<Void>> all = new ArrayList<>(wantLook);
    all.addAll(inLook);
    all.addAll(wantRead);
    wantLook.clear();
    inLook = List.of();
    wantRead.clear();
    refreshTo = 0;
    all.forEach(each -> each.tryFail(why));
  }

  // Looking

  /** Asks how the log is, lets go of what is too much, and begins anew where it is lost. */
  private Future<Looked> ask(RedisSession with) {
    long now = home.settings().clock().getAsLong();
    lastLook = System.nanoTime();
    long believed = known ? epoch : 0;
    List<byte[]> arguments =
        List.of(
            number(believed),
            number(known ? head : 0),
            mark.getBytes(US_ASCII),
            number(fresh),
            with.run().getBytes(US_ASCII),
            home.trusted(with).getBytes(US_ASCII),
            number(bounds.retention().events()),
            number(bounds.oldestTime(now)),
            number(known ? bounds.firstWithinBytes(head) : 0),
            number(touch(now)));
    return Script.LOOK
        .run(with, keys.ofLook(), arguments)
        .compose(
            answer -> {
              String text = answer.toString();
              if (text.startsWith("again ")) {
                fresh = home.epochs().after(Long.parseUnsignedLong(text.substring(6)));
                return ask(with);
              }
              return Future.succeededFuture(Looked.parse(text));
            });
  }

  /** How long Redis is to remember the channel if nobody uses it, or 0 as it is. */
  private long touch(long now) {
    long age = bounds.retention().ageMillis();
    long forget = home.settings().forgetAfter();
    if (forget == 0 || age > Long.MAX_VALUE / 4 || now - lastTouch < BETWEEN_TOUCHES) {
      return 0;
    }
    lastTouch = now;
    return age + forget;
  }

  /** Looks now, unless it does. */
  private void look() {
    RedisSession with = session;
    if (looking || with == null || state != State.LIVE) {
      return;
    }
    looking = true;
    toldOfLater = false;
    inLook = List.copyOf(wantLook);
    wantLook.clear();
    ask(with)
        .onComplete(
            looked -> {
              if (!isOn(with) || state != State.LIVE) {
                return;
              }
              looking = false;
              scheduleLook();
              List<Promise<Void>> asked = inLook;
              inLook = List.of();
              if (looked.failed()) {
                asked.forEach(each -> each.tryFail(looked.cause()));
                answered(looked.cause());
              } else {
                found(looked.result());
                refreshed(asked, looked.result());
              }
              tidied();
              if (!wantLook.isEmpty() || toldOfLater) {
                look();
              }
            });
  }

  /** Lets go of what is too much, and does something then, or when that cannot be. */
  void tidy(Runnable then) {
    afterLook = then;
    look();
    if (!looking) {
      tidied();
    }
  }

  private void tidied() {
    Runnable then = afterLook;
    afterLook = null;
    if (then != null) {
      then.run();
    }
  }

  private void found(Looked looked) {
    if (looked.epoch() == epoch) {
      bounds.looked(looked.entries(), looked.oldest());
      deliveries.oldest(epoch, looked.oldest());
      if (looked.head() > head && !fetching) {
        missingUpTo = looked.head();
        startReading();
      }
      if (!toldOfLater && arrived.removeLater(epoch)) {
        // Told of before this was asked, and the log knows nothing of it: of another database, say.
        drain();
      }
    } else if (Long.compareUnsigned(looked.epoch(), epoch) > 0) {
      restart(looked.epoch(), looked);
      drain();
    }
  }

  private void scheduleLook() {
    long interval = home.settings().lookInterval();
    lookWait = active ? interval : Math.min(lookWait * 2, interval * QUIET_FACTOR);
    active = false;
    double chance = 0.75 + home.settings().random().nextDouble() / 2;
    nextLook = System.nanoTime() + (long) (lookWait * chance * 1_000_000);
  }

  /** Looks soon, but not all the time. */
  void lookSoon() {
    active = true;
    nextLook = Math.min(nextLook, lastLook + BETWEEN_LOOKS * 1_000_000);
    if (nextLook <= System.nanoTime()) {
      look();
    }
  }

  /** Something that was asked failed, though the session may be well. */
  private void answered(Throwable failure) {
    if (RedisErrors.isElsewhere(failure)) {
      home.moved(this);
    } else if (RedisErrors.refusesWrites(failure)) {
      home.refuses(this, failure);
    } else {
      LOG.log(Level.FINE, "channel \"" + name + "\"", failure);
    }
  }

  /**
   * Time passes.
   *
   * @param mayMeasure whether the log may be measured now
   * @return whether it is
   */
  boolean tick(long now, boolean mayMeasure) {
    RedisSession with = session;
    if (state != State.LIVE || with == null || !with.hasRoom()) {
      return false;
    }
    if (now - nextLook >= 0) {
      look();
    }
    if (measuring || !mayMeasure || !bounds.wantsMeasure()) {
      return measuring;
    }
    measuring = true;
    long of = epoch;
    long limit = bounds.retention().bytes();
    List<byte[]> arguments =
        List.of(id(bounds.measureFrom()), id(bounds.measureTo()), number(MOST), number(limit));
    Script.MEASURE
        .run(with, List.of(keys.log()), arguments)
        .onComplete(
            measured -> {
              measuring = false;
              if (of != epoch || measured.failed()) {
                return;
              }
              String[] words = measured.result().toString().split(" ", -1);
              if (words.length < 3 || words[0].equals("0")) {
                bounds.measuredFew();
              } else {
                bounds.measured(Long.parseLong(words[2]), Long.parseLong(words[1]));
              }
              if (bounds.isTooMuch()) {
                lookSoon();
              }
            });
    return true;
  }
}
