package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.auth.Ticket.Words;
import dev.ssebridge.internal.auth.TicketShelf.Kept;
import dev.ssebridge.internal.config.AuthConfig.TicketConfig;
import dev.ssebridge.internal.log.Position;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The tickets that are good for something. What they say is kept here, or, with a secret, in their
 * texts; then only what they were used for is kept. Any thread.
 */
public final class Tickets {
  private static final int BYTES = 32;

  private final TicketConfig config;
  private final LongSupplier clock;
  private final TicketShelf shelf;
  private final @Nullable TicketSeal seal;
  private final SecureRandom random = new SecureRandom();

  private Tickets(
      TicketConfig config, LongSupplier clock, TicketShelf shelf, @Nullable TicketSeal seal) {
    this.config = config;
    this.clock = clock;
    this.shelf = shelf;
    this.seal = seal;
  }

  /**
   * None at first.
   *
   * @param clock milliseconds since 1970
   * @param marks what stands for what a provider was configured with, by its name
   */
  static Tickets of(
      TicketConfig config, LongSupplier clock, UnaryOperator<@Nullable String> marks) {
    return new Tickets(config, clock, new TicketShelf(), sealOf(config, marks));
  }

  private static @Nullable TicketSeal sealOf(
      TicketConfig config, UnaryOperator<@Nullable String> marks) {
    return config.secret() == null ? null : new TicketSeal(config.secret(), marks);
  }

  /**
   * Those of another configuration. What sealed ones were used for is not forgotten, as they could
   * be used once more; those that are kept are good for nothing any more.
   */
  Tickets changed(TicketConfig next, UnaryOperator<@Nullable String> marks) {
    boolean isSealed = config.secret() != null && config.secret().equals(next.secret());
    return new Tickets(next, clock, isSealed ? shelf : new TicketShelf(), sealOf(next, marks));
  }

  /** Whether other nodes take them as well. */
  public boolean areShared() {
    return seal != null;
  }

  /**
   * A new one.
   *
   * @param text for the URL
   * @param until it can be used the first time
   */
  public record Issued(String text, Instant until) {}

  /**
   * Makes one.
   *
   * @param page of which site the request is, as {@link SendingPage} tells
   * @param shown when he has shown who he is
   * @param epoch of the channel that it is for; null where nothing is known of that
   * @throws AuthFailure if what is said of him does not fit into one
   */
  public Issued issue(
      Identity who, Ticket.Place place, String page, Instant shown, @Nullable String epoch)
      throws AuthFailure {
    Instant now = now();
    Instant until = now.plus(config.age());
    Instant life = now.plus(config.life());
    Instant expires = who.expires();
    Instant end = expires == null || life.isBefore(expires) ? life : expires;
    Words words = new Words(who, place, page, shown, until, end, epoch);
    if (seal != null) {
      return new Issued(seal.seal(words), until);
    }
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    keep(Digest.of(text), words, words, now);
    return new Issued(text, until);
  }

  private @Nullable Kept keep(Digest key, Words words, @Nullable Words kept, Instant now) {
    Kept made = new Kept(new TicketUse(), words.who().key(), words.until(), words.end(), kept);
    return shelf.keep(key, made, config.most(), now);
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.getAsLong());
  }

  /** How many are kept. */
  int size() {
    return shelf.size();
  }

  /**
   * The ticket that a request shows.
   *
   * @param page of which site the request is, as {@link SendingPage} tells
   * @param lastEventId what it comes back with; null for nothing
   * @param isLive whether an epoch is of a log of this process
   * @throws AuthFailure if it is good for nothing here; of the kind {@code UNAVAILABLE}, as a page
   *     can get another
   */
  public Ticket use(
      String text,
      Ticket.Place place,
      String page,
      @Nullable String lastEventId,
      Predicate<String> isLive)
      throws AuthFailure {
    Instant now = now();
    Digest key = Digest.of(text);
    Kept kept = shelf.get(key, now);
    Words words = kept == null ? null : kept.words();
    if (words == null && seal != null) {
      words = seal.open(text);
    }
    if (words == null || words.isOver(now)) {
      throw refused("it is not known here, or its time is over");
    }
    if (!words.place().equals(place)) {
      throw refused("it is for another stream");
    }
    if (!words.page().equals(page)) {
      throw refused("it is for pages of another origin");
    }
    if (!mayUse(kept, words, lastEventId, isLive, now)) {
      throw refused("it was used, and is good for coming back to that stream alone");
    }
    if (kept == null) {
      kept = keep(key, words, null, now);
    }
    if (kept == null) {
      throw refused("too many are used at the moment");
    }
    return new Ticket(words, kept.use());
  }

  private static boolean mayUse(
      @Nullable Kept kept,
      Words words,
      @Nullable String lastEventId,
      Predicate<String> isLive,
      Instant now) {
    if (kept != null && kept.use().isUsed()) {
      return kept.use().isFor(lastEventId);
    }
    return !now.isAfter(words.until()) || comesFromElsewhere(words, lastEventId, isLive);
  }

  /**
   * Whether its stream may have been opened by another process: then what it was used for is not
   * known here. A log of this process is written by no other.
   */
  private static boolean comesFromElsewhere(
      Words words, @Nullable String lastEventId, Predicate<String> isLive) {
    String epoch = words.epoch();
    Position id = lastEventId == null || epoch == null ? null : Position.parse(lastEventId);
    return id != null && id.epoch().equals(epoch) && !isLive.test(epoch);
  }

  private static AuthFailure refused(String reason) {
    return new AuthFailure(
        AuthFailure.Kind.UNAVAILABLE, "the ticket is not taken: " + reason + "; get another one");
  }
}
