package dev.ssebridge.internal.client;

import dev.ssebridge.internal.address.AddressTemplate;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The addresses that a source feeds, for what concerns all of them. Where its template has
 * parameters these are the newest that an event went to, those that routes of the bridge have for
 * sure, and those that routes have at present, because somebody reads them. Only on the context.
 */
final class Audience {
  /** How many addresses of a template are remembered. */
  static final int MOST = 1000;

  /** Longer ones are not: a remote end may write the whole of one, and no route has it. */
  static final int LONGEST = 1024;

  /** How many addresses are told before others get their turn on the loop. */
  private static final int SLICE = 256;

  /** How many tellings may wait for their turn; where there are more, the first is hurried. */
  private static final int WAITING = 16;

  private final Loop loop;
  private final AddressTemplate template;
  private final Supplier<Set<String>> consumed;
  private final boolean isFixed;
  private final Set<String> known;
  private final Set<String> fed = new LinkedHashSet<>();
  private final ArrayDeque<Telling> tellings = new ArrayDeque<>();

  /**
   * @param consumed the addresses that routes have at present
   */
  Audience(
      Loop loop,
      AddressTemplate template,
      String source,
      SourceSurroundings surroundings,
      Supplier<Set<String>> consumed) {
    this.loop = loop;
    this.template = template;
    this.consumed = consumed;
    isFixed = Set.of("source").containsAll(template.parameters());
    known =
        isFixed
            ? Set.of(template.resolve(Map.of("source", source)))
            : surroundings.fixedAddresses(template);
  }

  /** An event went there. */
  void fed(String address) {
    if (isFixed || address.length() > LONGEST) {
      return;
    }
    fed.remove(address);
    fed.add(address);
    if (fed.size() > MOST) {
      var eldest = fed.iterator();
      eldest.next();
      eldest.remove();
    }
  }

  /** One thing that all of them are told. */
  private static final class Telling {
    private final Iterator<String> addresses;
    private final Consumer<String> how;

    Telling(Iterator<String> addresses, Consumer<String> how) {
      this.addresses = addresses;
      this.how = how;
    }

    /** Whether all were told. */
    boolean goOn(int most) {
      for (int i = 0; i < most && addresses.hasNext(); i++) {
        how.accept(addresses.next());
      }
      return !addresses.hasNext();
    }
  }

  /** Tells all who are there now, behind what they are being told; many of them in slices. */
  void tell(Consumer<String> how) {
    Telling telling = new Telling(addresses().iterator(), how);
    if (tellings.isEmpty() && telling.goOn(SLICE)) {
      return;
    }
    tellings.add(telling);
    if (tellings.size() == 1) {
      loop.defer(this::goOn);
    } else if (tellings.size() > WAITING) {
      tellings.remove().goOn(Integer.MAX_VALUE);
    }
  }

  private void goOn() {
    Telling first = tellings.peek();
    if (first != null && first.goOn(SLICE)) {
      tellings.remove();
    }
    if (!tellings.isEmpty()) {
      loop.defer(this::goOn);
    }
  }

  /** All of them. */
  Set<String> addresses() {
    Set<String> all = new LinkedHashSet<>(known);
    if (!isFixed) {
      consumed.get().stream().filter(address -> template.match(address) != null).forEach(all::add);
    }
    all.addAll(fed);
    return all;
  }
}
