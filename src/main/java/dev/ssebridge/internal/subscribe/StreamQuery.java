package dev.ssebridge.internal.subscribe;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of the open streams somebody wants to see: those that are like this, the first of them in
 * an order. Immutable.
 *
 * @param which those among which it is looked
 * @param order which come first
 * @param limit the most streams that are wanted
 */
public record StreamQuery(Which which, Order order, int limit) {

  /**
   * What streams have in common. What is null is not asked for.
   *
   * @param route the name of their route
   * @param subject whose they are
   * @param address one that they get events of
   * @param remote the address of their client
   */
  public record Which(
      @Nullable String route,
      @Nullable String subject,
      @Nullable String address,
      @Nullable String remote) {

    /** Whether it says nothing, so that all streams are like this. */
    public boolean isEmpty() {
      return route == null && subject == null && address == null && remote == null;
    }

    boolean includes(OpenStream stream) {
      return (route == null || route.equals(stream.route().name()))
          && (remote == null || remote.equals(stream.remote()))
          && (subject == null || subject.equals(stream.subject()))
          && (address == null || stream.addresses().contains(address));
    }
  }

  /** What comes first. */
  public enum Order {
    /** What was opened first. */
    OPENED,
    /** The most events behind. */
    LAG,
    /** The oldest event that it has not got. */
    AGE,
    /** The most bytes that were written and not taken. */
    WAITING,
    /** The most events written. */
    DELIVERED,
    /** The most events missed. */
    MISSED;

    /** The greater, the nearer to the beginning. */
    long rankOf(OpenStream stream) {
      return switch (this) {
        case OPENED -> -stream.openedAt();
        case LAG -> stream.subscriber().behind().events();
        case AGE -> stream.subscriber().behind().millis();
        case WAITING -> stream.subscriber().waitingBytes();
        case DELIVERED -> stream.subscriber().progress().delivered();
        case MISSED -> stream.subscriber().progress().missed();
      };
    }
  }

  /** What was found on one loop, or on several. */
  record Found(long rank, StreamView view) {
    static final Comparator<Found> FIRST_TO_LAST =
        Comparator.comparingLong(Found::rank)
            .reversed()
            .thenComparing(found -> found.view().info().opened());
  }

  /**
   * What was selected.
   *
   * @param streams the first of them, in order
   * @param count how many there are in all
   */
  public record Result(List<StreamView> streams, long count) {}
}
