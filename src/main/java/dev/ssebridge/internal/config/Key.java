package dev.ssebridge.internal.config;

import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One key of a block of the configuration: its name, what it accepts, its default, and what it
 * means. Declared once, beside the getter and the setter of its option; everything else that knows
 * of the key asks here.
 *
 * @param <T> what its values are in Java
 */
public final class Key<T> {
  /** Who sets a key, and so in which table of the documentation it is. */
  public enum Audience {
    /** Every bridge sets it. */
    EVERYBODY,
    /** Many bridges set it. */
    MANY,
    /** Who has a reason to. */
    FEW
  }

  /** When a change of a key takes effect, where the program reads its configuration again. */
  public enum Change {
    /** At once, also for what is open. */
    AT_ONCE("at once"),
    /** For streams that are opened from then on. */
    NEW_STREAMS("new streams"),
    /** For requests that come from then on. */
    NEW_REQUESTS("new requests"),
    /** For connections that are made from then on. */
    NEW_CONNECTIONS("new connections"),
    /** The source is connected again, and goes on where it was. */
    RECONNECT("connects again"),
    /** The streams of the route end softly; the history stays, so those who come back resume. */
    STREAMS_END("streams end"),
    /** The same, and the route has no history but what comes from then on. */
    NEW_HISTORY("new history"),
    /** After a restart of the program. */
    RESTART("restart");

    private final String word;

    Change(String word) {
      this.word = word;
    }

    /** As it is called in the documentation. */
    public String word() {
      return word;
    }
  }

  /** How a key is read, written and copied. */
  interface Form<T> {
    /** A value of its own for a new block; null for none. */
    @Nullable T standard();

    /**
     * Reads it; null where it is not there, or wrong, which has been noted then.
     *
     * @param present what it is without being read
     */
    @Nullable T read(Key<T> key, ConfigObject in, @Nullable T present);

    /**
     * Writes it into the JSON of its block.
     *
     * @param standard what need not be written, as it is the default there
     */
    void write(String key, T value, @Nullable T standard, JsonObject out);

    /**
     * The value as it is kept.
     *
     * @throws UnfitValueException if it is not valid
     */
    default T require(T value) {
      return copy(value);
    }

    /** A copy that shares nothing that can change. */
    default T copy(T value) {
      return value;
    }

    /** The keys of the block that this key is, or null for a plain value. */
    default @Nullable Keys<?> block() {
      return null;
    }

    /** The default as it is written in JSON; null for none. */
    default @Nullable Object standardJson() {
      return null;
    }

    /** Shows the blocks that it is made of, if it is. */
    default void visit(T value, Visitor visitor) {}

    /** What it accepts, as JSON Schema; that of a block is said by its keys. */
    default JsonObject schema() {
      return new JsonObject().put("type", "object");
    }
  }

  /** Sees blocks. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Sees one.
     *
     * @param name of the user's choice; null where it has none
     */
    void visit(@Nullable String name, Keys<?> keys, Values values);
  }

  private final String name;
  private final int slot;
  private final Form<T> form;
  private String meaning = "";
  private Audience audience = Audience.FEW;
  private boolean isSecret;
  private @Nullable Change change;
  private @Nullable String effective;
  private @Nullable String textKey;

  Key(String name, int slot, Form<T> form) {
    this.name = name;
    this.slot = slot;
    this.form = form;
  }

  /** Says what it means, in the words of the documentation (Markdown, one line). */
  public Key<T> says(String meaning) {
    this.meaning = meaning;
    return this;
  }

  /** Says who sets it. */
  public Key<T> forWhom(Audience audience) {
    this.audience = audience;
    return this;
  }

  /** Its value is never written anywhere but where it is needed. */
  public Key<T> secret() {
    this.isSecret = true;
    return this;
  }

  /**
   * Says when a change of it takes effect. Of a block: one of the keys in it that say nothing, and
   * that it is there, or not. Where nothing is said at all, it is after a restart.
   */
  public Key<T> onChange(Change change) {
    this.change = change;
    return this;
  }

  /** A change of it takes effect after a restart only. */
  public Key<T> needsRestart() {
    return onChange(Change.RESTART);
  }

  /** What is in effect where it is not set and that depends on other keys: the usual value. */
  public Key<T> usually(String effective) {
    this.effective = effective;
    return this;
  }

  /** Says that a text in place of the block stands for one with this key alone. */
  public Key<T> orText(String key) {
    this.textKey = key;
    return this;
  }

  /** The key of the block that a text in its place stands for; null for none. */
  @Nullable String textKey() {
    return textKey;
  }

  /** The name, as it is in JSON. */
  public String name() {
    return name;
  }

  /** What it means, in Markdown. */
  public String meaning() {
    return meaning;
  }

  /** Who sets it. */
  public Audience audience() {
    return audience;
  }

  /** Whether its value is kept from logs, messages and listings. */
  public boolean isSecret() {
    return isSecret;
  }

  /**
   * When a change of it takes effect.
   *
   * @param ofBlock when one of the block around it does
   */
  public Change change(Change ofBlock) {
    return change == null ? ofBlock : change;
  }

  /** Whether it must be there. */
  public boolean isRequired() {
    return form instanceof Forms.One<T> one && one.standIn() != null;
  }

  /** The default as it is written in JSON, or null for none. */
  public @Nullable Object standardJson() {
    return effective == null ? form.standardJson() : effective;
  }

  /** The keys of the block that this key is, or null for a plain value. */
  public @Nullable Keys<?> block() {
    return form.block();
  }

  /** Whether the keys of its block stand in the block around it. */
  public boolean isIncluded() {
    return form instanceof Forms.Block<T> other && other.presence() == Forms.Presence.INCLUDED;
  }

  /** The same for keys that are included, some of which cannot be written there. */
  Key<T> hiding(Set<String> keys) {
    return new Key<>(name, slot, ((Forms.Block<T>) form).hiding(keys));
  }

  /** Whether it is a block whose presence means something by itself. */
  boolean isOptionalBlock() {
    return form instanceof Forms.Block<T> other && other.presence() == Forms.Presence.OPTIONAL;
  }

  /** Whether it is a block of blocks, each under a name of the user's choice. */
  public boolean isNamed() {
    return form instanceof Forms.Named;
  }

  /** Whether it holds texts, each under a name of the user's choice. */
  public boolean isTexts() {
    return form instanceof Forms.Texts;
  }

  /** Whether it is a block or a list, which from outside is written as JSON. */
  public boolean isStructure() {
    return form.block() != null
        || isTexts()
        || form instanceof Forms.ListOf
        || (form instanceof Forms.One<T> one && one.type().isStructure());
  }

  /** What it accepts, as JSON Schema (2020-12); that of a block is said by its keys. */
  public JsonObject schema() {
    return form.schema();
  }

  int slot() {
    return slot;
  }

  Form<T> form() {
    return form;
  }
}
