package dev.ssebridge.spi;

import java.util.List;
import java.util.Objects;

/**
 * Where the events of an append are.
 *
 * @param epoch of all of them
 * @param places in the order of the events
 */
public record StoreReceipt(String epoch, List<Place> places) {

  /** Copies the list. */
  public StoreReceipt {
    Objects.requireNonNull(epoch, "epoch");
    places = List.copyOf(Objects.requireNonNull(places, "places"));
  }

  /**
   * Where one event is.
   *
   * @param sequence its own, or for lost events that of the last of them
   * @param duplicate whether an event with its message id was there already: this is where
   */
  public record Place(long sequence, boolean duplicate) {}
}
