package dev.ssebridge.internal.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.text.Sha256;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a ticket says into its text, so that only those who have the secret can read it
 * there: AES-256 in GCM (NIST SP 800-38D) with a nonce drawn for each. Any thread.
 */
final class TicketSeal {
  /** Characters of the longest ticket: it has to fit into the first line of a request. */
  static final int LONGEST = 4096;

  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final String PURPOSE = "dev.ssebridge ticket 1\n";
  private static final int NONCE_BYTES = 12;

  /** How far the clock of another node may be ahead: what is revoked there is revoked here. */
  private static final Duration SKEW = Duration.ofSeconds(5);

  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
  private final UnaryOperator<@Nullable String> marks;
  private final SecureRandom random = new SecureRandom();

  /**
   * With the key that comes from a secret.
   *
   * @param marks what stands for what a provider was configured with, by its name; null for none of
   *     that name
   */
  TicketSeal(String secret, UnaryOperator<@Nullable String> marks) {
    this.key = new SecretKeySpec(Sha256.of(PURPOSE + secret), "AES");
    this.marks = marks;
  }

  /**
   * The text of a ticket.
   *
   * @throws AuthFailure if it would be too long
   */
  String seal(Ticket.Words words) throws AuthFailure {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = crypt(Cipher.ENCRYPT_MODE, nonce, 0, toJson(words).toBuffer().getBytes());
    if (sealed == null) {
      throw new IllegalStateException("a ticket cannot be sealed");
    }
    byte[] all = ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
    String text = textOf(all);
    if (text.length() > LONGEST) {
      throw new AuthFailure(
          AuthFailure.Kind.FORBIDDEN,
          "expected somebody whose claims and parameters fit into a ticket of "
              + LONGEST
              + " characters, got "
              + text.length());
    }
    return text;
  }

  private static String textOf(byte[] sealed) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
  }

  /** What a text says; null where it was sealed with another secret, or not at all. */
  Ticket.@Nullable Words open(String text) {
    if (text.length() > LONGEST) {
      return null;
    }
    try {
      byte[] all = Base64.getUrlDecoder().decode(text);
      if (all.length <= NONCE_BYTES || !textOf(all).equals(text)) {
        return null; // what is another text is another ticket, though it says the same
      }
      byte[] json = crypt(Cipher.DECRYPT_MODE, all, NONCE_BYTES, all);
      return json == null ? null : words(new JsonObject(new String(json, UTF_8)));
    } catch (IllegalArgumentException | DateTimeException | ClassCastException notOfThisVersion) {
      return null;
    }
  }

  private byte @Nullable [] crypt(int mode, byte[] nonce, int from, byte[] text) {
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, 0, NONCE_BYTES));
      return cipher.doFinal(text, from, text.length - from);
    } catch (GeneralSecurityException notSealedWithThis) {
      return null;
    }
  }

  private JsonObject toJson(Ticket.Words words) {
    Identity who = words.who();
    return new JsonObject()
        .put("provider", who.provider())
        .put("mark", marks.apply(who.provider()))
        .put("subject", who.subject())
        .put("token", who.tokenId())
        .put("issued", millis(who.issued()))
        .put("expires", millis(who.expires()))
        .put("claims", who.claims())
        .put("principal", unlessClaims(who.user().principal(), who))
        .put("attributes", unlessClaims(who.user().attributes(), who))
        .put("grants", who.grants().toJson())
        .put("authorities", new JsonArray(List.copyOf(who.allAuthorities())))
        .put("route", words.place().route())
        .put("parameters", new JsonObject(new LinkedHashMap<>(words.place().parameters())))
        .put("page", words.page())
        .put("shown", millis(words.shown()))
        .put("until", millis(words.until()))
        .put("end", millis(words.end()))
        .put("epoch", words.epoch());
  }

  /** What a user holds that is not JSON stays with him. */
  private static @Nullable JsonObject unlessClaims(JsonObject held, Identity who) {
    if (held.equals(who.claims())) {
      return null;
    }
    JsonObject json = new JsonObject();
    held.forEach(
        each -> {
          if (isJson(each.getValue())) {
            json.put(each.getKey(), each.getValue());
          }
        });
    return json;
  }

  private static boolean isJson(@Nullable Object value) {
    return value == null
        || value instanceof String
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof JsonObject
        || value instanceof JsonArray;
  }

  private Ticket.@Nullable Words words(JsonObject json) {
    String provider = json.getString("provider");
    String mark = marks.apply(provider);
    if (mark == null || !mark.equals(json.getString("mark"))) {
      return null;
    }
    JsonObject claims = json.getJsonObject("claims");
    Identity who =
        new Identity(
            provider,
            User.create(held(json, "principal", claims), held(json, "attributes", claims)),
            json.getString("subject"),
            json.getString("token"),
            instant(json, "issued"),
            instant(json, "expires"),
            claims,
            Grants.of(json.getJsonObject("grants")),
            Claims.texts(json.getJsonArray("authorities")));
    Map<String, String> parameters = new LinkedHashMap<>();
    for (Map.Entry<String, Object> each : json.getJsonObject("parameters")) {
      parameters.put(each.getKey(), (String) each.getValue());
    }
    return new Ticket.Words(
        who,
        new Ticket.Place(json.getString("route"), parameters),
        json.getString("page"),
        required(json, "shown").minus(SKEW),
        required(json, "until"),
        required(json, "end"),
        json.getString("epoch"));
  }

  private static JsonObject held(JsonObject json, String name, JsonObject claims) {
    JsonObject held = json.getJsonObject(name);
    return held == null ? claims : held;
  }

  private static @Nullable Long millis(@Nullable Instant time) {
    return time == null ? null : time.toEpochMilli();
  }

  private static @Nullable Instant instant(JsonObject json, String name) {
    Long millis = json.getLong(name);
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }

  private static Instant required(JsonObject json, String name) {
    Instant time = instant(json, name);
    if (time == null) {
      throw new IllegalArgumentException(name);
    }
    return time;
  }
}
