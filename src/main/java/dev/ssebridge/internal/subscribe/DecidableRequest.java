package dev.ssebridge.internal.subscribe;

import dev.ssebridge.SubscribeRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request as one of the handlers sees it: what it decides counts only while it is its turn. */
final class DecidableRequest implements SubscribeRequest {
  private static final int MOST_ADDRESSES = 1000;
  private static final int LONGEST_ADDRESS = 1024;
  private static final int MOST_ATTRIBUTES = 64;

  private final Decision decision;
  private final int turn;

  DecidableRequest(Decision decision, int turn) {
    this.decision = decision;
    this.turn = turn;
  }

  @Override
  public String route() {
    return decision.route();
  }

  @Override
  public HttpServerRequest request() {
    return wish().context().request();
  }

  @Override
  public @Nullable RoutingContext routingContext() {
    return wish().context().routing();
  }

  @Override
  public @Nullable User user() {
    return wish().user();
  }

  @Override
  public String remote() {
    return wish().remote();
  }

  @Override
  public Map<String, String> parameters() {
    return wish().parameters();
  }

  @Override
  public @Nullable String lastEventId() {
    return wish().lastEventId();
  }

  @Override
  public List<String> offered() {
    return wish().offered();
  }

  @Override
  public List<String> addresses() {
    return wish().addresses();
  }

  @Override
  public SubscribeRequest only(Collection<String> addresses) {
    Set<String> left = new LinkedHashSet<>(Objects.requireNonNull(addresses, "addresses"));
    decision.change(
        turn,
        wish -> {
          if (left.isEmpty() || !wish.addresses().containsAll(left)) {
            throw new IllegalArgumentException(
                "expected one or more of " + wish.addresses() + ", got " + left);
          }
          return wish.withAddresses(
              wish.offered(), wish.addresses().stream().filter(left::contains).toList());
        });
    return this;
  }

  @Override
  public SubscribeRequest address(String address) {
    return addresses(List.of(Objects.requireNonNull(address, "address")));
  }

  @Override
  public SubscribeRequest addresses(Collection<String> addresses) {
    List<String> instead = List.copyOf(Objects.requireNonNull(addresses, "addresses"));
    int count = instead.size();
    if (count == 0 || count > MOST_ADDRESSES || Set.copyOf(instead).size() < count) {
      throw new IllegalArgumentException(
          "expected 1 to " + MOST_ADDRESSES + " different addresses, got " + count);
    }
    instead.forEach(this::check);
    decision.change(turn, wish -> wish.withAddresses(instead, instead));
    return this;
  }

  private void check(String address) {
    if (address.isEmpty() || address.length() > LONGEST_ADDRESS) {
      throw new IllegalArgumentException(
          "expected an address of 1 to "
              + LONGEST_ADDRESS
              + " characters, got one of "
              + address.length());
    }
    if (address.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "expected an address without control characters, got some");
    }
    if (decision.isOwn(address)) {
      throw new IllegalArgumentException(
          "expected an address of your own, got \""
              + address
              + "\", which the bridge or the event bus itself uses");
    }
  }

  @Override
  public SubscribeRequest endAt(Instant time) {
    Objects.requireNonNull(time, "time");
    decision.change(turn, wish -> wish.withEnd(time));
    return this;
  }

  @Override
  public SubscribeRequest attribute(String name, Object value) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
    decision.change(
        turn,
        wish -> {
          Map<String, Object> more = new LinkedHashMap<>(wish.attributes());
          more.put(name, value);
          if (more.size() > MOST_ATTRIBUTES) {
            throw new IllegalArgumentException(
                "expected at most " + MOST_ATTRIBUTES + " attributes, got one more: " + name);
          }
          return wish.withAttributes(more);
        });
    return this;
  }

  @Override
  public boolean accept() {
    return decision.accept(turn);
  }

  @Override
  public boolean refuse(int status, String reason) {
    Objects.requireNonNull(reason, "reason");
    if (status != 204 && (status < 300 || status > 599)) {
      throw new IllegalArgumentException("expected 204, or 300 to 599, got " + status);
    }
    return decision.refuse(turn, status, reason);
  }

  @Override
  public boolean refuse(String reason) {
    return decision.refuse(turn, Objects.requireNonNull(reason, "reason"));
  }

  @Override
  public boolean fail(Throwable cause) {
    return decision.fail(turn, Objects.requireNonNull(cause, "cause"));
  }

  private Wish wish() {
    return decision.wish();
  }
}
