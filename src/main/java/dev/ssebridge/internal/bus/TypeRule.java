package dev.ssebridge.internal.bus;

import org.jspecify.annotations.Nullable;

/** Which type the events of a route have, whatever their messages say. */
public sealed interface TypeRule {

  /** What the message says. */
  TypeRule OF_MESSAGE = new OfMessage();

  /** The address that the message came from. */
  TypeRule OF_ADDRESS = new OfAddress();

  /**
   * Always this.
   *
   * @throws IllegalArgumentException if it holds CR, LF or NUL
   */
  static TypeRule fixed(String type) {
    if (!isLine(type)) {
      throw new IllegalArgumentException("type: expected one line without CR, LF and NUL");
    }
    return new Fixed(type);
  }

  /** The type, or {@code null} if the message is to say. */
  @Nullable String typeOf(String address);

  /** Whether this can be the value of a field. */
  static boolean isLine(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r' || c == 0) {
        return false;
      }
    }
    return true;
  }

  /** {@link #OF_MESSAGE}. */
  record OfMessage() implements TypeRule {
    @Override
    public @Nullable String typeOf(String address) {
      return null;
    }
  }

  /** {@link #OF_ADDRESS}; what cannot stand in a field is replaced by a space. */
  record OfAddress() implements TypeRule {
    @Override
    public String typeOf(String address) {
      return isLine(address)
          ? address
          : address.replace('\r', ' ').replace('\n', ' ').replace('\0', ' ');
    }
  }

  /**
   * {@link #fixed}.
   *
   * @param type the type
   */
  record Fixed(String type) implements TypeRule {
    @Override
    public String typeOf(String address) {
      return type;
    }
  }
}
